"""Every place of a resource that its kind declares, whatever is or is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from deployments.resources.kinds import KINDS, Field
from deployments.resources.resource import Resource, Value


@dataclass(frozen=True, slots=True)
class Spot:
    """A declared field where it may stand. `value` is None when it is absent, or present and empty of any value."""

    field: Field
    # `conditions.2.child_step`: rows are counted from 1.
    name: str
    label: str
    value: Value
    # The map it stands in.
    beside: Mapping[str, Value]


def spots(resource: Resource) -> Iterator[Spot]:
    """The declared fields, parents before what is inside them; nothing inside a value of another shape."""
    return _spots(KINDS[resource.kind].fields, resource.fields, "", "")


def _spots(fields: tuple[Field, ...], values: Mapping[str, Value], name: str, label: str) -> Iterator[Spot]:
    for field in fields:
        value = values.get(field.name)
        spot = Spot(field, name + field.name, label + field.label, value, values)
        yield spot
        if value is not None:
            yield from _inside(spot)


def _inside(spot: Spot) -> Iterator[Spot]:
    field, value = spot.field, spot.value
    if isinstance(value, dict) and field.fields:
        yield from _spots(field.fields, value, f"{spot.name}.", f"{spot.label} / ")
    elif isinstance(value, dict) and field.values is not None:
        for key, entry in value.items():
            inner = Spot(field.values, f"{spot.name}.{key}", f"{spot.label} / {key}", entry, value)
            yield inner
            yield from _inside(inner)
    elif isinstance(value, list) and field.columns:
        for number, row in enumerate(value, start=1):
            if isinstance(row, dict):
                yield from _spots(field.columns, row, f"{spot.name}.{number}.", f"{spot.label} {number} / ")
