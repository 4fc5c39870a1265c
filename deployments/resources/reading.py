"""From the files of an agent to its resources. What is wrong with a file is said with it and stops nothing."""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from deployments.resources.kinds import GROUPS, KINDS, Form, Kind, kinds_for
from deployments.resources.names import clean
from deployments.resources.python_source import split_python
from deployments.resources.resource import Problem, Resource, Value
from deployments.resources.shapes import in_shape
from deployments.resources.variables import variables_in
from deployments.resources.yaml_reading import DEEPEST, NotRead, read_yaml


def read_file(path: str, content: bytes) -> tuple[Resource, ...]:
    """The resources in one file. A file of a known kind that cannot be read is one plain file with a problem."""
    kinds = kinds_for(path)
    try:
        text = _text(content)
    except NotRead as reason:
        return (_binary(path, content, Problem(reason.message, reason.line) if kinds else None),)
    if not kinds:
        return (_plain(path, text),)
    try:
        _refuse_merge_markers(text)
        return _READERS[kinds[0].form](kinds, path, text)
    except NotRead as reason:
        return (_plain(path, text, Problem(reason.message, reason.line)),)


def read_all(files: Mapping[str, bytes]) -> tuple[Resource, ...]:
    """Every resource of an agent, its variables among them, in the order of the groups."""
    resources: list[Resource] = []
    used: dict[str, list[str]] = {}
    for path in sorted(files):
        found = read_file(path, files[path])
        resources += found
        for name in _variables_of(found, files[path]):
            used.setdefault(name, []).append(path)
    resources += [variable(name, used_in=paths) for name, paths in used.items()]
    # Stable: items of a shared file keep their order.
    return tuple(sorted(resources, key=_place))


def variable(name: str, used_in: Iterable[str]) -> Resource:
    used: list[Value] = [*used_in]
    return Resource("variable", f"#variables/{name}", None, name, {"name": name, "used_in": used})


def flow_folder(path: str) -> str:
    """`flows/board_ship` for the files of that flow, nothing for other files."""
    parts = path.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 and parts[0] == "flows" else ""


def _variables_of(found: tuple[Resource, ...], content: bytes) -> frozenset[str]:
    if KINDS[found[0].kind].form != "python" if found else True:
        return frozenset()
    return variables_in(content.decode(errors="replace"))


def _place(resource: Resource) -> tuple[int, str, int, str]:
    kind = KINDS[resource.kind]
    file = resource.file or resource.name
    return GROUPS.index(kind.group), flow_folder(file), _ORDER[kind.key], file


_ORDER = {key: number for number, key in enumerate(KINDS)}


def _text(content: bytes) -> str:
    """With LF line ends and without a byte order mark."""
    if b"\0" in content:
        raise NotRead("It is not text: it holds a NUL byte.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotRead("It is not text in UTF-8.", line) from error
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _refuse_merge_markers(text: str) -> None:
    if "<<<<<<<" not in text or ">>>>>>>" not in text:
        return
    # Line by line, because one expression over a hostile text could take for ever.
    wanted = iter((("<<<<<<<", "<<<<<<< "), ("=======",), (">>>>>>>", ">>>>>>> ")))
    markers, first = next(wanted), None
    for number, line in enumerate(text.split("\n"), start=1):
        if line == markers[0] or (len(markers) > 1 and line.startswith(markers[1])):
            first = first or number
            following = next(wanted, None)
            if following is None:
                raise NotRead("It holds a merge that was never finished (<<<<<<<, =======, >>>>>>>).", first)
            markers = following


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
    (kind,) = kinds
    name = posixpath.basename(path).removesuffix(".py")
    return (Resource(kind.key, path, path, name, split_python(text, name, kind.by_name)),)


def _read_json(kinds: tuple[Kind, ...], path: str, text: str) -> tuple[Resource, ...]:
    (kind,) = kinds
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant) if text.strip() else {}
    except json.JSONDecodeError as error:
        raise NotRead(f"It is not valid JSON ({error.msg[:1].lower()}{error.msg[1:]}).", error.lineno) from error
    except RecursionError as error:
        raise NotRead(f"It is nested more than {DEEPEST} levels deep.") from error
    except ValueError as error:
        if isinstance(error, NotRead):
            raise
        raise NotRead("It holds a number with too many digits.") from error
    if not isinstance(value, dict):
        raise NotRead("It must hold one JSON object.", 1)
    _bound(value, 0)
    return (Resource(kind.key, path, path, kind.label, in_shape(kind.fields, value)),)


def _object(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotRead(f'It has the key "{twice}" twice in one place.')
    return result


def _no_constant(word: str) -> Value:
    raise NotRead(f"It holds {word}, which is no number in JSON.")


def _bound(value: Value, depth: int) -> None:
    if depth > DEEPEST:
        raise NotRead(f"It is nested more than {DEEPEST} levels deep.")
    if isinstance(value, str):
        _refuse_half_characters(value)
    elif isinstance(value, list):
        for entry in value:
            _bound(entry, depth + 1)
    elif isinstance(value, dict):
        for key, entry in value.items():
            _refuse_half_characters(key)
            _bound(entry, depth + 1)


def _refuse_half_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotRead("It holds half a character (a lone surrogate).") from error


def _read_yaml(kinds: tuple[Kind, ...], path: str, text: str) -> tuple[Resource, ...]:
    (kind,) = kinds
    fields = in_shape(kind.fields, _top(text, kinds))
    return (Resource(kind.key, path, path, _name_of_file(kind, path, fields), fields),)


def _name_of_file(kind: Kind, path: str, fields: Mapping[str, Value]) -> str:
    if "*" not in kind.paths[0]:
        return kind.label
    name = fields.get("name")
    if isinstance(name, str) and name.strip():
        return name.strip()
    folders = path.split("/")
    if kind.key == "flow":
        return folders[1]
    # An older topic is named by its path below `topics/`.
    start = 1 if kind.key == "topic" else len(folders) - 1
    return posixpath.splitext("/".join(folders[start:]))[0]


def _read_shared(kinds: tuple[Kind, ...], path: str, text: str) -> tuple[Resource, ...]:
    top = dict(_top(text, kinds))
    resources: list[Resource] = []
    for kind in kinds:
        resources += _AT[kind.form](kind, path, top.pop(kind.at, None))
    if top:
        resources.append(Resource("other_keys", path, path, path, top))
    return tuple(resources)


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


def _items(kind: Kind, path: str, value: Value) -> list[Resource]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise NotRead(f'"{kind.at}" must be a list.')
    resources: list[Resource] = []
    seen: dict[str, int] = {}
    for number, entry in enumerate(value, start=1):
        if not isinstance(entry, dict):
            raise NotRead(f'Entry {number} of "{kind.at}" must hold keys with values.')
        fields = in_shape(kind.fields, entry)
        resources.append(_item(kind, path, fields, seen))
    return resources


def _item(kind: Kind, path: str, fields: dict[str, Value], seen: dict[str, int]) -> Resource:
    name = _name_of_item(kind, fields)
    key = identity_of(kind, name) if kind.identity else ""
    seen[key] = count = seen.get(key, 0) + 1
    # Items without an identity are counted; a second one with the same identity is told apart by its number.
    last = (f"{key}~{count}" if count > 1 else key) if key else str(count)
    return Resource(kind.key, f"{path}#{kind.at}/{last}", path, name, fields)


def identity_of(kind: Kind, name: str) -> str:
    """What tells items of a list apart."""
    key = (clean(name) if kind.identity_cleaned else name.strip()) or name.strip()
    return key.lower() if kind.identity_ignores_case else key


def _name_of_item(kind: Kind, fields: Mapping[str, Value]) -> str:
    value = fields.get(kind.identity or "regex")
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def _section(kind: Kind, path: str, value: Value) -> list[Resource]:
    if value is None or value == {}:
        return []
    if not isinstance(value, dict):
        raise NotRead(f'"{kind.at}" must hold keys with values.')
    return [Resource(kind.key, f"{path}#{kind.at}", path, kind.label, in_shape(kind.fields, value))]


def _scalar(kind: Kind, path: str, value: Value) -> list[Resource]:
    if value is None:
        return []
    if isinstance(value, list | dict):
        raise NotRead(f'"{kind.at}" must be one value.')
    return [Resource(kind.key, f"{path}#{kind.at}", path, "Default language", {"code": value})]


def _scalars(kind: Kind, path: str, value: Value) -> list[Resource]:
    if value is None:
        return []
    if not isinstance(value, list) or any(isinstance(entry, list | dict) for entry in value):
        raise NotRead(f'"{kind.at}" must be a list of single values.')
    seen: dict[str, int] = {}
    (only,) = kind.fields
    return [_item(kind, path, {only.name: entry}, seen) for entry in value]


_Reader = Callable[[tuple[Kind, ...], str, str], tuple[Resource, ...]]
_READERS: Mapping[Form, _Reader] = {
    "text": _read_text,
    "python": _read_python,
    "json": _read_json,
    "yaml": _read_yaml,
    "list": _read_shared,
    "section": _read_shared,
    "scalar": _read_shared,
    "scalars": _read_shared,
}
_AT: Mapping[Form, Callable[[Kind, str, Value], list[Resource]]] = {
    "list": _items,
    "section": _section,
    "scalar": _scalar,
    "scalars": _scalars,
}
