"""What is left to know a resource by when its name is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deployments.comparison.known import Known
from deployments.comparison.renames import Candidate
from deployments.comparison.values import key_of
from deployments.resources.kinds import Kind
from deployments.resources.resource import Value

# Switches and choices say too little to tell one resource from another.
_SAYS_LITTLE = ("flag", "choice")
# A field that alone settles which test is which.
_PROOF = "scenario"


def names_of(kind: Kind) -> frozenset[str]:
    """The fields that are a resource's name."""
    return frozenset({"name", kind.identity, kind.file_name_from})


def candidate(known: Known) -> Candidate:
    kind = known.kind
    if known.is_ordered:
        return Candidate(known.name)
    names = names_of(kind)
    values = {name: value for name, value in known.meaning.items() if name not in names}
    telling = {
        name: value
        for name, value in values.items()
        if name not in kind.by_name or kind.by_name[name].type not in _SAYS_LITTLE
    }
    proof = values.get(_PROOF)
    return Candidate(
        known.name,
        body=key_of(values) if any(telling.values()) else "",
        text="\n".join(_texts(telling)),
        proof=proof if isinstance(proof, str) else "",
    )


def flow_candidate(flow: Known, resources: Sequence[Known]) -> Candidate:
    """A flow is known by all that is in it: its own few fields say little."""
    parts = sorted((part for part in resources if part.flow == flow.flow), key=lambda part: part.path)
    known = [candidate(part) for part in parts]
    return Candidate(
        flow.name,
        body="\n".join(one.body for one in known if one.body),
        text="\n".join(one.text for one in known),
    )


def _texts(value: Value | Mapping[str, Value]) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
