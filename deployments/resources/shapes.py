"""Values in the shape that a kind declares: its keys first and in order, older spellings read as the present ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from deployments.resources.kinds.kind import Field
from deployments.resources.resource import Value


def in_shape(fields: tuple[Field, ...], values: Mapping[str, Value]) -> dict[str, Value]:
    """Keys that are not declared stay as they are and stand last."""
    shaped: dict[str, Value] = {}
    taken: set[str] = set()
    for field in fields:
        for name in (field.name, *field.also):
            if name in values and field.name not in shaped:
                shaped[field.name] = _value(field, values[name])
                taken.add(name)
    if len(taken) != len(values):
        shaped.update((name, value) for name, value in values.items() if name not in taken)
    return shaped


def _value(field: Field, value: Value) -> Value:
    if isinstance(value, str):
        return field.spellings.get(value, value) if field.spellings else value
    if isinstance(value, dict):
        if field.fields:
            return in_shape(field.fields, value)
        if field.values is not None:
            inner = field.values
            return {key: _value(inner, entry) for key, entry in value.items()}
    if isinstance(value, list) and field.columns:
        columns = field.columns
        return [in_shape(columns, cast(Mapping[str, Value], row)) if isinstance(row, dict) else row for row in value]
    return value
