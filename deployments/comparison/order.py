"""Order: of names as people count, and of values where it means nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from deployments.comparison.values import key_of
from deployments.resources.kinds import Field, Kind
from deployments.resources.resource import Value

# Text and numbers in turn, beginning with text, so that any two can be compared.
Natural: TypeAlias = tuple[str | int, ...]
_DIGITS = re.compile("([0-9]{1,18})")


def natural(name: str) -> Natural:
    """Sorts `window_2` before `window_10`, in whatever case."""
    pieces = _DIGITS.split(name.casefold())
    return tuple(int(piece) if place % 2 else piece for place, piece in enumerate(pieces))


def settled(values: Mapping[str, Value], kind: Kind) -> dict[str, Value]:
    """The fields of a resource with every list sorted whose order has no meaning."""
    return {name: settled_value(value, kind.by_name.get(name)) for name, value in values.items()}


def settled_value(value: Value, field: Field | None) -> Value:
    if field is None:
        return value
    if isinstance(value, list) and field.type in ("list", "table"):
        columns = {column.name: column for column in field.columns}
        entries = [_inside(entry, columns) for entry in value]
        return entries if field.ordered else sorted(entries, key=key_of)
    if isinstance(value, dict) and field.type == "section":
        return _inside(value, {inner.name: inner for inner in field.fields})
    if isinstance(value, dict) and field.type == "map":
        return {key: settled_value(inner, field.values) for key, inner in value.items()}
    return value


def _inside(value: Value, fields: Mapping[str, Field]) -> Value:
    if not isinstance(value, dict):
        return value
    return {name: settled_value(inner, fields.get(name)) for name, inner in value.items()}
