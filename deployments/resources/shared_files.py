"""Files that hold several resources: items of lists, sections, single values, and keys that no kind claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from deployments.resources.kinds import Form, Kind
from deployments.resources.names import clean
from deployments.resources.resource import Resource, Value
from deployments.resources.shapes import in_shape
from deployments.resources.yaml_reading import NotRead


def split_shared(kinds: tuple[Kind, ...], path: str, top: Mapping[str, Value]) -> tuple[Resource, ...]:
    left = dict(top)
    resources: list[Resource] = []
    for kind in kinds:
        resources += _SPLITTERS[kind.form](kind, path, left.pop(kind.at, None))
    if left:
        resources.append(Resource("other_keys", path, path, path, left))
    return tuple(resources)


def identity_of(kind: Kind, name: str) -> str:
    """What tells items of a list apart, and the last part of their address."""
    stripped = name.strip()
    key = (clean(stripped) if kind.identity_cleaned else stripped) or stripped
    return key.lower() if kind.identity_ignores_case else key


def _items(kind: Kind, path: str, value: Value) -> list[Resource]:
    resources: list[Resource] = []
    seen: dict[str, int] = {}
    for number, entry in enumerate(_list(kind, value), start=1):
        if not isinstance(entry, dict):
            raise NotRead(f'Entry {number} of "{kind.at}" must hold keys with values.')
        resources.append(_item(kind, path, in_shape(kind.fields, entry), seen))
    return resources


def _scalars(kind: Kind, path: str, value: Value) -> list[Resource]:
    seen: dict[str, int] = {}
    (only,) = kind.fields
    resources = []
    for number, entry in enumerate(_list(kind, value), start=1):
        if isinstance(entry, list | dict):
            raise NotRead(f'Entry {number} of "{kind.at}" must be one value.')
        resources.append(_item(kind, path, {only.name: entry}, seen))
    return resources


def _scalar(kind: Kind, path: str, value: Value) -> list[Resource]:
    if value is None:
        return []
    if isinstance(value, list | dict):
        raise NotRead(f'"{kind.at}" must be one value.')
    (only,) = kind.fields
    return [Resource(kind.key, f"{path}#{kind.at}", path, "Default language", {only.name: value})]


def _section(kind: Kind, path: str, value: Value) -> list[Resource]:
    # An empty section is an absent one.
    if value is None or value == {}:
        return []
    if not isinstance(value, dict):
        raise NotRead(f'"{kind.at}" must hold keys with values.')
    return [Resource(kind.key, f"{path}#{kind.at}", path, kind.label, in_shape(kind.fields, value))]


def _list(kind: Kind, value: Value) -> list[Value]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise NotRead(f'"{kind.at}" must be a list.')
    return value


def _item(kind: Kind, path: str, fields: dict[str, Value], seen: dict[str, int]) -> Resource:
    value = fields.get(kind.identity or "regex")
    name = value.strip() if isinstance(value, str) else "" if value is None else str(value)
    key = identity_of(kind, name) if kind.identity else ""
    seen[key] = count = seen.get(key, 0) + 1
    # Items without an identity are counted; a second one with the same identity is told apart by its number.
    last = (f"{key}~{count}" if count > 1 else key) if key else str(count)
    return Resource(kind.key, f"{path}#{kind.at}/{last}", path, name, fields)


_SPLITTERS: Mapping[Form, Callable[[Kind, str, Value], list[Resource]]] = {
    "list": _items,
    "scalars": _scalars,
    "scalar": _scalar,
    "section": _section,
}
