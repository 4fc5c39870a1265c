"""What was said while a case was held, in the components of a conversation's page; and two of them side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from pydantic import ValidationError

from deployments.comparison import Pieces
from deployments.comparison.words import mark, whole
from deployments.models import Agent, CaseRun, Role, Version
from deployments.pipeline import Redaction
from deployments.runtime import turns
from deployments.suite import results
from deployments.suite.results import Result, Verdict
from deployments.views.conversations.drawers import Addresses, Drawer, drawn
from deployments.views.conversations.reading import Aside, Exchange, asides_of

# Nothing in a case is a caller's: whoever may read the agent may read it.
EVERYTHING = Redaction(reads_all=True)


@dataclass(frozen=True)
class Answer:
    """A turn of a result, known by its place."""

    number: int
    seconds: float
    version: Version | None
    annotations: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Said:
    """A turn as the transcript tells it, with the expectations that were decided there."""

    exchange: Exchange
    verdicts: Sequence[Verdict]


@dataclass(frozen=True)
class Both:
    """The turn of the same place on either side, what differs in their words marked."""

    heard: str | None
    left: Pieces | None
    right: Pieces | None
    left_asides: Sequence[Aside] = ()
    right_asides: Sequence[Aside] = ()

    @property
    def differ(self) -> bool:
        return _plain(self.left) != _plain(self.right) or _names(self.left_asides) != _names(self.right_asides)


def result_of(row: CaseRun) -> Result | None:
    """What came of it; None while there is nothing, or where it was kept in a shape that is no more."""
    if not row.record:
        return None
    try:
        return results.read(row.record)
    except ValidationError:
        return None


def transcript_of(agent: Agent, row: CaseRun, result: Result, role: Role) -> list[Said]:
    addresses = Addresses(agent, row.run.version, role.holds(Role.EDITOR))
    return [
        Said(_exchange(row, result, number, made, addresses), [each for each in result.verdicts if each.turn == number])
        for number, made in enumerate(result.turns)
    ]


def drawer_at(agent: Agent, row: CaseRun, result: Result, number: int, role: Role) -> Drawer | None:
    """The debugging drawer of a turn, as beside a conversation."""
    if not 0 <= number < len(result.turns):
        return None
    made = result.turns[number]
    addresses = Addresses(agent, row.run.version, role.holds(Role.EDITOR))
    return drawn(_answer(row, number, made), made, addresses, EVERYTHING)


def side_by_side(agent: Agent, left: CaseRun, right: CaseRun, role: Role) -> list[Both]:
    """Both transcripts, turn beside turn. A side without a result says nothing."""
    sides = []
    for row in (left, right):
        result = result_of(row)
        addresses = Addresses(agent, row.run.version, role.holds(Role.EDITOR))
        sides.append([(made, asides_of(made, addresses)) for made in result.turns] if result else [])
    return [_both(*pair) for pair in zip_longest(*sides)]


_Turn = tuple[turns.Turn, list[Aside]]


def _both(left: _Turn | None, right: _Turn | None) -> Both:
    heard = next((side[0].heard for side in (left, right) if side and side[0].heard is not None), None)
    if left is None or right is None:
        return Both(heard, _alone(left), _alone(right), _asides(left), _asides(right))
    return Both(heard, *mark(_words(left[0]), _words(right[0])), left[1], right[1])


def _alone(side: _Turn | None) -> Pieces | None:
    return whole(_words(side[0]), "same") if side else None


def _asides(side: _Turn | None) -> Sequence[Aside]:
    return side[1] if side else ()


def _words(made: turns.Turn) -> str:
    return "\n".join(reply.text for reply in made.replies if reply.text)


def _plain(pieces: Pieces | None) -> str | None:
    return None if pieces is None else "".join(text for _, text in pieces)


def _names(asides: Sequence[Aside]) -> list[tuple[str, str]]:
    """How sure it was that a topic fits may differ without anything being otherwise."""
    return [(aside.icon, aside.name) for aside in asides]


def _exchange(row: CaseRun, result: Result, number: int, made: turns.Turn, addresses: Addresses) -> Exchange:
    return Exchange(
        row=_answer(row, number, made),
        at=made.began - result.turns[0].began,
        heard=made.heard,
        said=[reply for reply in made.replies if reply.text],
        asides=asides_of(made, addresses),
        marks=(),
        moved=False,
    )


def _answer(row: CaseRun, number: int, made: turns.Turn) -> Answer:
    return Answer(number, made.seconds, row.run.version, {})
