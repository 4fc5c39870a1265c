"""What refers to a resource, and those references under its new name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from deployments.resources.editing.changing import changed
from deployments.resources.editing.modules import goto_changes, module_changes
from deployments.resources.editing.overlay import Overlay
from deployments.resources.editing.python_text import PythonText
from deployments.resources.editing.source import Source
from deployments.resources.kinds import KINDS, Field
from deployments.resources.python_parsing import parsed
from deployments.resources.reading import read_file
from deployments.resources.references import Directory, Mention, mentions, references_in
from deployments.resources.resource import Resource, Value


def mentions_of(resources: Sequence[Resource], path: str) -> list[Mention]:
    """Everything that names the resource at this address."""
    directory = Directory(resources)
    found = ((mention, directory.find(mention)) for mention in mentions(resources))
    return [mention for mention, resource in found if resource is not None and resource.path == path]


def refer_anew(files: Overlay, named: Iterable[Mention], name: str, module: tuple[str, str]) -> None:
    """All that names a resource says its new name. `module` is what code imports it as, before and after."""
    by_resource: dict[str, list[Mention]] = {}
    for mention in named:
        by_resource.setdefault(mention.by.path, []).append(mention)
    for found in by_resource.values():
        resource = found[0].by
        file = resource.file or resource.path
        if KINDS[resource.kind].form == "python":
            files.lay({file: _in_code(files[file], resource, found, name, module)})
        in_fields = {(mention.place.field, mention.written) for mention in found if mention.manner not in _CODE}
        if in_fields:
            fields = _rewritten(resource, in_fields, name)
            files.lay({file: changed(files[file], _now(files, resource), fields)})


_CODE = ("step", "flow", "import")


def _now(files: Overlay, resource: Resource) -> Resource:
    file = resource.file or resource.path
    return next(other for other in read_file(file, files[file]) if other.path == resource.path)


def _in_code(content: bytes, resource: Resource, found: Sequence[Mention], name: str, module: tuple[str, str]) -> bytes:
    source = Source(content)
    file = PythonText(source.text, resource.name, KINDS[resource.kind].by_name)
    tree = parsed(file.code_of(file.lines))
    if tree is None:
        return content
    ways = {f"goto_{mention.manner}" for mention in found}
    splices = goto_changes(file, tree, {m.written for m in found if m.manner in ("step", "flow")}, name, ways)
    if any(mention.manner == "import" for mention in found):
        splices += module_changes(file, tree, *module, is_function=True)
    return source.spliced(splices)


def _rewritten(resource: Resource, found: set[tuple[str, str]], name: str) -> dict[str, Value]:
    def anew(field: Field, place: str, value: Value) -> Value:
        here = {written for at, written in found if at == place}
        if isinstance(value, str) and field.references is not None:
            return _text(value, here, name)
        return _structure(value, here, name) if here else value

    return _fields(KINDS[resource.kind].fields, resource.fields, "", anew)


def _text(text: str, written: set[str], name: str) -> str:
    for reference in reversed(references_in(text)):
        if str(reference) not in written:
            continue
        start = reference.start + (1 if reference.prefix == "$" else 2)
        if reference.prefix not in ("$", "${"):
            start = text.index(":", start) + 1
        end = start + len(reference.name) if reference.prefix == "$" else text.index("}", start)
        text = text[:start] + name + text[end:]
    return text


def _structure(value: Value, written: set[str], name: str) -> Value:
    if isinstance(value, str):
        return name if value in written else value
    if isinstance(value, list):
        return [name if entry in written else entry for entry in value]
    if isinstance(value, dict):
        return {name if key in written else key: entry for key, entry in value.items()}
    return value


def _fields(
    fields: tuple[Field, ...], values: Mapping[str, Value], at: str, anew: Callable[[Field, str, Value], Value]
) -> dict[str, Value]:
    by_name = {field.name: field for field in fields}
    return {
        name: _value(by_name[name], f"{at}{name}", value, anew) if name in by_name else value
        for name, value in values.items()
    }


def _value(field: Field, place: str, value: Value, anew: Callable[[Field, str, Value], Value]) -> Value:
    if isinstance(value, dict) and field.fields:
        value = _fields(field.fields, value, f"{place}.", anew)
    elif isinstance(value, dict) and field.values is not None:
        inner = field.values
        value = {key: _value(inner, f"{place}.{key}", entry, anew) for key, entry in value.items()}
    elif isinstance(value, list) and field.columns:
        columns = field.columns
        value = [
            _fields(columns, row, f"{place}.{number}.", anew) if isinstance(row, dict) else row
            for number, row in enumerate(value, start=1)
        ]
    return anew(field, place, value)
