"""What a conversation is to the runtime: how it began, what it keeps between turns, and what a turn left behind.

Plain data that survives JSON, so that any worker goes on where another stopped, and whoever reads a turn later sees
what it was made of: `as_json` writes, `Setting`, `Standing` and `Turn` are read again by `read`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, TypeAlias, TypeVar, cast

from pydantic import JsonValue, TypeAdapter

Channel: TypeAlias = Literal["voice", "webchat"]
# As functions read it, where a caller's way in has no name of its own.
CHANNEL_TYPES: Mapping[Channel, str] = {"voice": "sip.polyai", "webchat": "webchat.polyai"}
Told = TypeVar("Told")
# Who called a function: the model, or the runtime itself.
By: TypeAlias = Literal["model", "start", "end", "step", "filter"]
# As functions read the environment.
Env: TypeAlias = Literal["sandbox", "pre-release", "live"]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What is fixed when a conversation begins, and never changes.

    `env` and `channel_type` are what functions read. Without a variant or language the agent's own default holds;
    `began` is the clock's first reading, and `frozen` whether it stands still there (`simulated_at` of a test).
    """

    id: str
    account_id: str
    project_id: str
    env: Env
    channel: Channel
    channel_type: str
    began: datetime
    frozen: bool = False
    # What chance begins from, so that a conversation can be had again; the conversation itself where it is empty.
    seed: str = ""
    variant: str | None = None
    language: str | None = None
    caller_number: str | None = None
    callee_number: str | None = None
    sip_headers: Mapping[str, str] = field(default_factory=dict)
    integration_attributes: Mapping[str, JsonValue] = field(default_factory=dict)
    # Functions that do not run, and what they return instead: only in a test.
    function_results: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a conversation stands after a turn. `state` is as functions left it, ready for the next run.

    `flow` and `step` are names as in the files. `instruction` is what a function left for the next turn; `offered`
    belongs to the offline engine (what it has offered to do, and waits for a yes to).
    """

    language: str
    variant: str | None = None
    flow: str | None = None
    step: str | None = None
    state: Mapping[str, JsonValue] = field(default_factory=dict)
    entities: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict)
    history: Sequence[tuple[Literal["user", "agent"], str]] = ()
    metrics: Sequence[tuple[str, JsonValue]] = ()
    disabled_topics: Sequence[str] = ()
    instruction: str = ""
    offered: Mapping[str, JsonValue] = field(default_factory=dict)
    # Model failures one after another: the third hands off.
    failures: int = 0
    # Turns so far.
    turns: int = 0
    # Topics found in the last turn, by path: what they refer to may still be called in the next.
    topics: Sequence[str] = ()
    # What the caller said since the step was entered, and the functions that ran of late.
    heard: Sequence[str] = ()
    called: Sequence[Ran] = ()
    ended: Ended | None = None
    # The end function had its run.
    closed: bool = False


@dataclass(frozen=True, kw_only=True)
class Ran:
    """A function that ran earlier. `at` is how much had been said by then; `here`: since the step was entered."""

    at: int
    name: str
    arguments: Mapping[str, JsonValue]
    result: str
    here: bool = True


@dataclass(frozen=True, kw_only=True)
class Handoff:
    destination: str
    reason: str = ""
    utterance: str | None = None
    route: str | None = None
    sip_headers: Mapping[str, str] = field(default_factory=dict)
    # Whether the version defines it; what stands behind it, in words for the reader.
    known: bool = True
    described: str = ""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """`by` says who ended it; `outcome` is what lists and filters read."""

    by: Literal["agent", "person", "idle", "failure"]
    outcome: Literal["hangup", "handoff", "closed", "idle", "loop", "error"]
    handoff: Handoff | None = None


# By whoever spoke to the agent.
CLOSED = Ended(by="person", outcome="closed")


@dataclass(frozen=True, kw_only=True)
class TopicFound:
    path: str
    name: str
    score: float
    exact: bool


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something the reader of a turn should know, with the file it concerns."""

    level: Literal["info", "warning", "error"]
    text: str
    path: str | None = None
    line: int | None = None
    # Only for those who may see personal data.
    is_pii: bool = False


@dataclass(frozen=True, kw_only=True)
class FunctionRun:
    """A function that ran."""

    path: str
    name: str
    by: By
    arguments: Mapping[str, JsonValue]
    result: JsonValue
    seconds: float
    log: Sequence[Note] = ()
    printed: str = ""
    # What stopped it; then nothing of the run counts.
    error: Note | None = None
    # The delay messages that would have been said, each with its second.
    delays: Sequence[tuple[float, str]] = ()
    # Functions that this one called, by name, and what each was called with.
    inner: Sequence[str] = ()
    inner_arguments: Sequence[Mapping[str, JsonValue]] = ()
    # It did not run: the result is what a test lets it return.
    mocked: bool = False


@dataclass(frozen=True, kw_only=True)
class Request:
    """One question to the model: the whole prompt, what was offered, what came back."""

    prompt: str
    offered: Sequence[str]
    answer: str
    # The function it chose, with its arguments.
    called: str | None = None
    arguments: Mapping[str, JsonValue] = field(default_factory=dict)
    seconds: float = 0.0
    tokens: int | None = None
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Move:
    """A change of place, and what made it. None: outside of flows."""

    flow: str | None
    step: str | None
    # The file of the step or flow that was entered, where there is one.
    path: str | None
    by: str


@dataclass(frozen=True, kw_only=True)
class Intention:
    """What a phone system or a messenger would do now, and nobody does here: SMS, metrics, voices, what is recorded."""

    kind: str
    told: Mapping[str, JsonValue]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the agent says, as written and as it would be spoken (pronunciations). `source` is a file, where one said it
    (greeting, disclaimer, a function); None for the model's own words."""

    text: str
    spoken: str
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """All that happened between what was heard and the end of the answer, in order where it has one.

    `heard` is None for the first turn, which nobody asked for, and `""` for a silence; `understood` is the same after
    the corrections of a voice channel. `began` and `seconds` are the wall's, not the conversation's clock.
    """

    heard: str | None
    understood: str
    replies: Sequence[Reply]
    began: datetime
    seconds: float
    engine: str
    topics: Sequence[TopicFound] = ()
    functions: Sequence[FunctionRun] = ()
    requests: Sequence[Request] = ()
    moves: Sequence[Move] = ()
    intentions: Sequence[Intention] = ()
    notes: Sequence[Note] = ()
    # The place when the turn was over.
    flow: str | None = None
    step: str | None = None
    # The variant that answered, where the version has any.
    variant: str | None = None
    # What changed, each with the value before and after: None for unset.
    state: Mapping[str, tuple[JsonValue, JsonValue]] = field(default_factory=dict)
    entities: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict)
    # How the conversation ended with this turn, if it did.
    ended: Ended | None = None

    @property
    def said(self) -> str:
        return "\n".join(reply.text for reply in self.replies if reply.text)


def as_json(value: Setting | Standing | Turn) -> dict[str, Any]:
    """For a JSON column."""
    written: dict[str, Any] = _adapter(cast(Any, type(value))).dump_python(value, mode="json")
    return written


def read(kind: type[Told], written: object) -> Told:
    """What `as_json` wrote. Raises pydantic's ValidationError where it is something else."""
    told: Told = _adapter(cast(Any, kind)).validate_python(written)
    return told


def as_text(value: Setting | Standing | Turn) -> str:
    """The same as text. Raises ValueError where it holds half a character."""
    return _adapter(cast(Any, type(value))).dump_json(value).decode()


def read_text(kind: type[Told], written: str) -> Told:
    """What `as_text` wrote. Raises pydantic's ValidationError where it is something else."""
    told: Told = _adapter(cast(Any, kind)).validate_json(written)
    return told


@lru_cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
