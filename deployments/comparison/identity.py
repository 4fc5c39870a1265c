"""What a resource is known by, and what is left to know it by when its name is new."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from deployments.comparison.order import settled
from deployments.comparison.renames import Candidate
from deployments.comparison.values import exact
from deployments.resources.kinds import KINDS, Kind
from deployments.resources.normal import normal
from deployments.resources.resource import Resource, Value

# Switches and choices say too little to tell one resource from another.
_SAYS_LITTLE = ("flag", "choice")
# A field that alone settles which test is which.
_PROOF = "scenario"


def identity(resource: Resource) -> Hashable:
    """Its address; for kinds without a name, that live by their order, what they apply to."""
    kind = KINDS[resource.kind]
    if kind.ordered and not kind.identity:
        applies = [field.name for field in kind.fields if field.required or field.name == "language_code"]
        return kind.key, *(exact(resource.fields.get(name)) for name in applies)
    return resource.path


def is_ordered(resource: Resource) -> bool:
    return KINDS[resource.kind].ordered


def names_of(kind: Kind) -> frozenset[str]:
    """The fields that are a resource's name."""
    return frozenset({"name", kind.identity, kind.file_name_from})


def candidate(resource: Resource) -> Candidate:
    kind = KINDS[resource.kind]
    if kind.ordered and not kind.identity:
        return Candidate(resource.name)
    values = {name: value for name, value in settled(normal(resource), kind).items() if name not in names_of(kind)}
    telling = {
        name: value
        for name, value in values.items()
        if name not in kind.by_name or kind.by_name[name].type not in _SAYS_LITTLE
    }
    proof = values.get(_PROOF)
    return Candidate(
        resource.name,
        body=exact(values) if any(telling.values()) else "",
        text="\n".join(_texts(telling)),
        proof=proof if isinstance(proof, str) else "",
    )


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
