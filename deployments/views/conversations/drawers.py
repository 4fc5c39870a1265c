"""The debugging drawer of a turn: all that happened in it, each thing with the resource it came from.

`components/drawer.html` writes it, beside a transcript as in the Test panel: `drawer_of` makes what it is given.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.urls import reverse

from deployments.models import Agent, Conversation, Role, Turn, Version
from deployments.pipeline import Redaction
from deployments.runtime import turns

BY = {
    "model": "called by the model",
    "start": "runs when a conversation begins",
    "end": "runs when a conversation has ended",
    "step": "a function step, run on entry",
    "filter": "run by a phrase filter",
}
INTENTIONS = {"sms": "SMS", "metric": "Metric", "api_call": "API call"}
_CUT = 20_000


@dataclass(frozen=True)
class Span:
    """Where time of the turn went: `start` and `width` in hundredths of all of it."""

    label: str
    seconds: float
    start: int
    width: int


@dataclass(frozen=True)
class Ran:
    """A function that ran, its texts ready to be shown."""

    run: turns.FunctionRun
    by: str
    address: str
    arguments: str
    result: str
    log: Sequence[turns.Note] = ()


@dataclass(frozen=True)
class Fix:
    """A resource a turn came from, and where it is edited in the draft."""

    name: str
    address: str


@dataclass(frozen=True)
class Told:
    """Something with a label, a text, and where it leads."""

    label: str
    text: str = ""
    address: str = ""


class Row(Protocol):
    """What a turn is known by: of a conversation its row; of a test case its place in the result."""

    @property
    def number(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    @property
    def version(self) -> Version | None: ...


@dataclass(frozen=True)
class Drawer:
    row: Row
    made: turns.Turn
    # Where each resource of the version that answered is read; for the draft, where it is edited.
    addresses: Addresses
    spans: Sequence[Span] = ()
    functions: Sequence[Ran] = ()
    topics: Sequence[tuple[turns.TopicFound, str]] = ()
    moves: Sequence[Told] = ()
    notes: Sequence[tuple[turns.Note, str]] = ()
    intentions: Sequence[Told] = ()
    state: Sequence[tuple[str, str, str]] = ()
    entities: Sequence[Told] = ()
    handoff: turns.Handoff | None = None

    @property
    def failed(self) -> list[Ran]:
        return [each for each in self.functions if each.run.error]

    @property
    def corrected(self) -> bool:
        """Whether a voice channel understood something else than was heard."""
        return bool(self.made.heard) and self.made.understood != self.made.heard

    @property
    def spoken_otherwise(self) -> list[turns.Reply]:
        return [reply for reply in self.made.replies if reply.spoken != reply.text]

    @property
    def tokens(self) -> int:
        return sum(request.tokens or 0 for request in self.made.requests)


@dataclass(frozen=True)
class Addresses:
    """Of the resources of what answered: a version's own, or the draft's."""

    agent: Agent
    version: Version | None
    may_edit: bool

    def of(self, path: str | None) -> str:
        if not path:
            return ""
        if self.version is not None:
            return reverse("version-resource", args=[self.agent.slug, self.version.short, path])
        return reverse("edit" if self.may_edit else "resource", args=[self.agent.slug, path])


def drawer_of(agent: Agent, conversation: Conversation, row: Turn, *, role: Role) -> Drawer:
    """`row` with its `version`. What this role may not read is hidden."""
    redaction = Redaction.of(conversation, role)
    addresses = Addresses(agent, row.version, role.holds(Role.EDITOR))
    return drawn(row, read_turn(row, redaction), addresses, redaction)


def fixes_of(agent: Agent, drawer: Drawer) -> list[Fix]:
    """Every resource of the draft that this turn was made of, once, in the order they took part."""
    if not drawer.addresses.may_edit:
        return []
    made = drawer.made
    paths = [
        *(topic.path for topic in made.topics),
        *(run.path for run in made.functions),
        *(move.path for move in made.moves if move.path),
        *(reply.source for reply in made.replies if reply.source),
    ]
    return [Fix(path, reverse("edit", args=[agent.slug, path])) for path in dict.fromkeys(paths)]


def drawn(row: Row, made: turns.Turn, addresses: Addresses, redaction: Redaction) -> Drawer:
    return Drawer(
        row=row,
        made=made,
        addresses=addresses,
        spans=list(_spans(made)),
        functions=[_ran(run, addresses, redaction) for run in made.functions],
        topics=[(topic, addresses.of(topic.path)) for topic in made.topics],
        moves=[Told(_place(move.flow, move.step), move.by, addresses.of(move.path)) for move in made.moves],
        notes=[(note, addresses.of(note.path)) for note in redaction.notes(list(made.notes))],
        intentions=[Told(INTENTIONS.get(each.kind, each.kind), _json(each.told)) for each in made.intentions],
        state=[(name, _value(before), _value(after)) for name, (before, after) in made.state.items()],
        entities=[Told(name, _value(held.get("value"))) for name, held in made.entities.items()],
        handoff=made.ended.handoff if made.ended else None,
    )


def read_turn(row: Turn, redaction: Redaction) -> turns.Turn:
    return turns.read(turns.Turn, redaction.value(row.record))


def _ran(run: turns.FunctionRun, addresses: Addresses, redaction: Redaction) -> Ran:
    return Ran(
        run=run,
        by=BY[run.by],
        address=addresses.of(run.path),
        arguments=_json(run.arguments) if run.arguments else "",
        result="" if run.error else _value(run.result),
        log=redaction.notes(list(run.log)),
    )


def _spans(made: turns.Turn) -> Iterator[Span]:
    """One after the other, as they happened: what the model took, what functions took, the rest."""
    parts = [
        *(("Model" if number == 0 else "Model again", each.seconds) for number, each in enumerate(made.requests)),
        *((run.name, run.seconds) for run in made.functions),
    ]
    whole = max(made.seconds, sum(seconds for _, seconds in parts), 0.001)
    start = 0.0
    for label, seconds in parts:
        yield Span(label, seconds, round(100 * start / whole), max(1, round(100 * seconds / whole)))
        start += seconds


def _place(flow: str | None, step: str | None) -> str:
    return f"{flow}, {step}" if flow and step else flow or "Outside of flows"


def _value(value: Any) -> str:
    """In one line where it fits; nothing is said in a word."""
    if value is None:
        return "unset"
    return _cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _json(value: Any) -> str:
    return _cut(json.dumps(value, ensure_ascii=False, indent=1))


def _cut(text: str) -> str:
    return text if len(text) <= _CUT else f"{text[:_CUT]}… and {len(text) - _CUT:,} characters more"
