"""Fields of resources as the types a conversation counts on: what is of another type is as if it were absent."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from deployments.resources.resource import Resource, Value


def text(resource: Resource, name: str) -> str:
    return as_text(resource.fields.get(name))


def as_text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def texts(value: Value) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str) and one) if isinstance(value, list) else ()


def section(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}


def number(value: Value) -> float | None:
    """One that can be reckoned with: neither without end nor of more digits than that takes."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def rows(value: Value) -> Sequence[Mapping[str, Value]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else ()
