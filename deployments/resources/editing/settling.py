"""What the fields of a resource are once the wanted ones are set, as reading the file will give them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from deployments.resources.editing.refusing import EditRefused
from deployments.resources.kinds import Field, Kind
from deployments.resources.normal import is_omitted, same
from deployments.resources.resource import Value


def settled(kind: Kind, old: Mapping[str, Value], wanted: Mapping[str, Value]) -> dict[str, Value]:
    """None takes a field out. A value that says what the file already says leaves it as it is written there."""
    for name in wanted:
        if name not in kind.by_name and name not in old and kind.form != "rest":
            raise EditRefused(f'A resource of the kind "{kind.label}" has no field "{name}"; take it out.')
    merged = {**old, **wanted}
    return _settled_map(kind.fields, old, {name: merged[name] for name in _in_order(kind.fields, merged)})


def _in_order(fields: tuple[Field, ...], values: Mapping[str, Value]) -> list[str]:
    declared = [field.name for field in fields if field.name in values]
    return [*declared, *(name for name in values if name not in set(declared))]


def _settled_map(fields: tuple[Field, ...], old: Mapping[str, Value], new: Mapping[str, Value]) -> dict[str, Value]:
    by_name = {field.name: field for field in fields}
    result: dict[str, Value] = {}
    for name, value in new.items():
        field = by_name.get(name)
        before = old.get(name)
        if name in old and same(before, value):
            result[name] = before
        elif field is None:
            result[name] = _writable(value, name)
        elif value is not None:
            settled_value = _settled_value(field, before, value)
            # A flag that the file spells out is changed in its place; one that says nothing is not added.
            if not is_omitted(field, settled_value) or (name in old and field.omitted != "empty"):
                result[name] = settled_value
    return result


def _settled_value(field: Field, old: Value, new: Value) -> Value:
    if isinstance(new, str):
        return _writable(new.strip() if field.trimmed else new, field.label)
    if isinstance(new, dict) and field.fields:
        return _settled_map(field.fields, old if isinstance(old, dict) else {}, new)
    if isinstance(new, dict) and field.values is not None:
        inner, before = field.values, old if isinstance(old, dict) else {}
        return {
            _key(key, field.label): None if value is None else _settled_value(inner, before.get(key), value)
            for key, value in new.items()
        }
    if isinstance(new, list) and field.columns:
        rows = old if isinstance(old, list) else []
        return [_settled_row(field, rows, index, row) for index, row in enumerate(new)]
    return _writable(new, field.label)


def _settled_row(field: Field, rows: list[Value], index: int, row: Value) -> Value:
    if not isinstance(row, dict):
        return _writable(row, field.label)
    named = [
        other for other in rows if isinstance(other, dict) and field.key and other.get(field.key) == row.get(field.key)
    ]
    before = named[0] if named else rows[index] if index < len(rows) else {}
    return _settled_map(field.columns, before if isinstance(before, dict) else {}, row)


def _writable(value: Value, label: str) -> Value:
    """The value, when a file can hold it."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise EditRefused(f'"{label}" holds half a character (a lone surrogate); take it out.') from error
        if "\0" in value:
            raise EditRefused(f'"{label}" holds a NUL character; take it out.')
    elif isinstance(value, float) and math.isnan(value):
        raise EditRefused(f'"{label}" must be a number; NaN is none.')
    elif isinstance(value, list):
        for entry in value:
            _writable(entry, label)
    elif isinstance(value, dict):
        for key, entry in value.items():
            _writable(entry, _key(key, label))
    elif value is not None and not isinstance(value, bool | int | float):
        raise EditRefused(f'"{label}" cannot hold a value of this sort ({type(value).__name__}).')
    return value


def _key(key: str, label: str) -> str:
    if not isinstance(key, str):
        raise EditRefused(f'The keys of "{label}" must be texts.')
    _writable(key, label)
    return key
