"""From the files of an agent to its resources. What is wrong with a file is said with it and stops nothing."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from deployments.resources.decoding import decoded, refuse_merge_markers
from deployments.resources.json_reading import read_json
from deployments.resources.kinds import GROUPS, KINDS, Form, Kind, kind_for, kinds_for
from deployments.resources.python_parsing import function_name
from deployments.resources.python_source import split_python
from deployments.resources.resource import Problem, Resource, Value
from deployments.resources.shapes import in_shape
from deployments.resources.shared_files import split_shared
from deployments.resources.variables import variables_in
from deployments.resources.yaml_reading import NotRead, read_yaml


def read_file(path: str, content: bytes) -> tuple[Resource, ...]:
    """The resources in one file. A file of a known kind that cannot be read is one plain file with a problem."""
    kinds = kinds_for(path)
    try:
        text = decoded(content)
    except NotRead as reason:
        return (_binary(path, content, Problem(reason.message, reason.line) if kinds else None),)
    if not kinds:
        return (_plain(path, text),)
    try:
        refuse_merge_markers(text)
        return _READERS[kinds[0].form](kinds, path, text)
    except NotRead as reason:
        return (_plain(path, text, Problem(reason.message, reason.line)),)


def read_function(path: str, text: str, *, compiles: bool = False) -> Resource:
    """The function in the text of one file. `compiles`: for who knows that it does, which is most of the work."""
    kind, name = kind_for(path), function_name(path)
    return Resource(kind.key, path, path, name, split_python(text, name, kind.by_name, compiles=compiles))


def kinds_in(path: str, content: bytes) -> tuple[str, ...]:
    """The kind of every resource in one file. What can only be one resource of one kind is not parsed for it."""
    kinds = kinds_for(path)
    if len(kinds) == 1 and kinds[0].form in ("python", "text"):
        with suppress(NotRead):
            refuse_merge_markers(decoded(content))
            return (kinds[0].key,)
    return tuple(resource.kind for resource in read_file(path, content))


@dataclass(frozen=True, slots=True)
class Read:
    """What one file holds: its resources, and the variables that it uses."""

    resources: tuple[Resource, ...]
    variables: frozenset[str]


def read_whole(path: str, content: bytes) -> Read:
    found = read_file(path, content)
    return Read(found, variables_of([resource.kind for resource in found], content))


def read_all(files: Mapping[str, bytes]) -> tuple[Resource, ...]:
    """Every resource of an agent, its variables among them, in the order of the groups."""
    return arranged({path: read_whole(path, files[path]) for path in files})


def arranged(files: Mapping[str, Read]) -> tuple[Resource, ...]:
    """The same of files that were read."""
    resources: list[Resource] = []
    used: dict[str, list[str]] = {}
    for path in sorted(files):
        resources += files[path].resources
        for name in files[path].variables:
            used.setdefault(name, []).append(path)
    resources += [variable(name, used_in=paths) for name, paths in used.items()]
    # Stable: items of a shared file keep their order.
    return tuple(sorted(resources, key=place_of))


def variables_of(kinds: Sequence[str], content: bytes) -> frozenset[str]:
    """The variables that a file makes, given with the kinds of what it holds."""
    is_code = bool(kinds) and KINDS[kinds[0]].form == "python"
    return variables_in(decoded(content)) if is_code else frozenset()


def variable(name: str, used_in: Iterable[str]) -> Resource:
    used: list[Value] = [*used_in]
    return Resource("variable", f"#variables/{name}", None, name, {"name": name, "used_in": used})


def flow_folder(path: str) -> str:
    """`flows/board_ship` for the files of that flow, nothing for other files."""
    if not path.startswith("flows/"):
        return ""
    parts = path.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else ""


_ORDER = {key: number for number, key in enumerate(KINDS)}


def place_of(resource: Resource) -> tuple[int, str, int, str]:
    """Where it stands among all resources of its agent."""
    file = resource.file or resource.name
    return GROUPS.index(KINDS[resource.kind].group), flow_folder(file), _ORDER[resource.kind], file


def _plain(path: str, text: str, problem: Problem | None = None) -> Resource:
    return Resource("text_file", path, path, path, {"text": text}, problem)


def _binary(path: str, content: bytes, problem: Problem | None) -> Resource:
    fields: dict[str, Value] = {"size": len(content), "hash": hashlib.sha256(content).hexdigest()}
    return Resource("binary_file", path, path, path, fields, problem)


def _read_text(kinds: tuple[Kind, ...], path: str, text: str) -> tuple[Resource, ...]:
    (kind,) = kinds
    name = posixpath.basename(path) if "*" in kind.paths[0] else kind.label
    return (Resource(kind.key, path, path, name, {"text": text}),)


def _read_python(kinds: tuple[Kind, ...], path: str, text: str) -> tuple[Resource, ...]:
    return (read_function(path, text),)


def _read_json(kinds: tuple[Kind, ...], path: str, text: str) -> tuple[Resource, ...]:
    (kind,) = kinds
    return (Resource(kind.key, path, path, kind.label, in_shape(kind.fields, read_json(text))),)


def _read_yaml(kinds: tuple[Kind, ...], path: str, text: str) -> tuple[Resource, ...]:
    (kind,) = kinds
    fields = in_shape(kind.fields, _top(text, kinds))
    return (Resource(kind.key, path, path, _name(kind, path, fields), fields),)


def _read_shared(kinds: tuple[Kind, ...], path: str, text: str) -> tuple[Resource, ...]:
    return split_shared(kinds, path, _top(text, kinds))


def _top(text: str, kinds: tuple[Kind, ...]) -> dict[str, Value]:
    value = read_yaml(text, _bare_keys(kinds))
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NotRead("It must hold keys with values, such as `name: ...`.", 1)
    return value


@lru_cache
def _bare_keys(kinds: tuple[Kind, ...]) -> frozenset[str]:
    return frozenset(field.name for kind in kinds for field in kind.fields if field.bare)


def _name(kind: Kind, path: str, fields: Mapping[str, Value]) -> str:
    if "*" not in kind.paths[0]:
        return kind.label
    name = fields.get("name")
    if isinstance(name, str) and name.strip():
        return name.strip()
    folders = path.split("/")
    if kind.key == "flow":
        return folders[1]
    # An older topic is named by its path below `topics/`.
    return posixpath.splitext("/".join(folders[1:]) if kind.key == "topic" else folders[-1])[0]


_READERS: Mapping[Form, Callable[[tuple[Kind, ...], str, str], tuple[Resource, ...]]] = {
    "text": _read_text,
    "python": _read_python,
    "json": _read_json,
    "yaml": _read_yaml,
    "list": _read_shared,
    "section": _read_shared,
    "scalar": _read_shared,
    "scalars": _read_shared,
}
