"""A resource as it is compared: what changes without changing the meaning is taken out."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping

from deployments.resources.kinds import KINDS, Field
from deployments.resources.resource import Resource, Value

# In YAML the white space at both ends of a text goes; elsewhere the leading one has a meaning.
_BOTH_ENDS = ("yaml", "list", "section", "scalar", "scalars", "rest")
_VERBATIM = ("json",)
_LONG = ("prose", "code")


def normal(resource: Resource) -> dict[str, Value]:
    """The fields by which two resources of one kind are equal or not; use `same`, since Python holds True == 1."""
    kind = KINDS[resource.kind]
    ends = "both" if kind.form in _BOTH_ENDS else "none" if kind.form in _VERBATIM else "last"
    return _fields(kind.fields, resource.fields, ends)


def certainly_differ(left: Resource, right: Resource) -> bool:
    """Whether a text of two resources of one kind differs: of most that changed this tells without the other fields."""
    for field in KINDS[left.kind].fields:
        if field.type in _LONG and field.compared:
            text, other = left.fields.get(field.name), right.fields.get(field.name)
            if isinstance(text, str) and isinstance(other, str) and _text(text, "both") != _text(other, "both"):
                return True
    return False


def same(left: Value | Mapping[str, Value], right: Value | Mapping[str, Value]) -> bool:
    """Whether two normal values are equal: 3 equals 3.0, but true is not 1 and "3" is not 3."""
    return left == right and _written(left) == _written(right)


def _written(value: Value | Mapping[str, Value]) -> str:
    return json.dumps(value, sort_keys=True)


def _fields(fields: tuple[Field, ...], values: Mapping[str, Value], ends: str) -> dict[str, Value]:
    result: dict[str, Value] = {}
    declared = set()
    for field in fields:
        declared.add(field.name)
        if not field.compared:
            continue
        value = _value(field, values.get(field.name), ends)
        if value is None:
            value = field.default
        if value is not None and not is_omitted(field, value, when_default=False):
            result[field.name] = value
    for name, value in values.items():
        if name not in declared:
            result[_text(name, "none")] = _plain(value, ends)
    return result


def is_omitted(field: Field, value: Value, *, when_default: bool = True) -> bool:
    """Whether this value is said by leaving the key out of the file."""
    match field.omitted:
        case "empty":
            return value in ("", [], {})
        case "disabled":
            return isinstance(value, dict) and value.get("is_enabled", False) is False
        case "default":
            return when_default and type(value) is type(field.default) and value == field.default
    return False


def _value(field: Field, value: Value, ends: str) -> Value:
    if isinstance(value, dict):
        if field.fields:
            return _fields(field.fields, value, ends)
        if field.values is not None:
            inner = field.values
            return {_text(key, "none"): _value(inner, entry, ends) for key, entry in value.items()}
    if isinstance(value, list) and field.columns:
        columns = field.columns
        return [_fields(columns, row, ends) if isinstance(row, dict) else _plain(row, ends) for row in value]
    return _plain(value, ends)


def _plain(value: Value, ends: str) -> Value:
    if isinstance(value, str):
        return _text(value, ends)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(entry, ends) for entry in value]
    if isinstance(value, dict):
        return {_text(key, "none"): _plain(entry, ends) for key, entry in value.items()}
    return value


def _text(text: str, ends: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if ends == "both":
        return text.strip()
    return text.rstrip() if ends == "last" else text
