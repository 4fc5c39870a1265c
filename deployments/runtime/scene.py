"""What a model is told when it is asked for the next words: the same for a provider's model and for the offline engine.

A provider's model reads it as a prompt with tools; the offline engine reads it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from pydantic import JsonValue

from deployments.runtime.turns import Channel

# As JSON Schema names them.
ParameterType: TypeAlias = Literal["string", "integer", "number", "boolean", "array", "object"]


@dataclass(frozen=True, kw_only=True)
class Parameter:
    name: str
    type: ParameterType
    description: str = ""
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Offered:
    """Something the model may call. `kind` says what happens then."""

    name: str
    description: str
    kind: Literal["function", "handoff", "sms", "entities", "condition"]
    parameters: Sequence[Parameter] = ()


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An entity of a default step. `value` is None until it is known; `error` says why the last one was refused.

    `config` is what its file says of it (kind, range, options, pattern, ...).
    """

    name: str
    description: str
    config: Mapping[str, JsonValue]
    value: str | None = None
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A condition of a default step. It is open when its entities are known; `call` is the name it is offered by."""

    call: str
    label: str
    description: str
    needs: Sequence[str]
    open: bool


@dataclass(frozen=True, kw_only=True)
class Known:
    """A topic of this turn, its texts ready to be read."""

    path: str
    name: str
    content: str
    actions: str
    score: float
    exact: bool


@dataclass(frozen=True, kw_only=True)
class Called:
    """A function that already ran in this turn, or in this step, with what it returned."""

    name: str
    arguments: Mapping[str, JsonValue]
    result: str
    # Before this turn, but since the step was entered.
    earlier: bool = False


@dataclass(frozen=True, kw_only=True)
class Place:
    """The step one is in. `entered`: during this turn, and nothing was said in it yet."""

    flow: str
    step: str
    kind: Literal["default", "advanced"]
    prompt: str
    entered: bool
    wanted: Sequence[Wanted] = ()
    choices: Sequence[Choice] = ()
    # What the caller said since the step was entered, the oldest first: with what led here, and this turn's input.
    heard: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One request. `prompt` is the whole text a model reads, parts in their order, without the conversation, which
    follows it as messages (`history`, `heard`, `called`); the rest is what it is made of.

    `instruction` is what a function returned for these words. `heard` is `""` for a silence. `offer` is what the
    offline engine keeps from turn to turn.
    """

    prompt: str
    heard: str
    language: str
    channel: Channel
    now: datetime
    seed: str
    role: str = ""
    style: str = ""
    rules: str = ""
    topics: Sequence[Known] = ()
    history: Sequence[tuple[Literal["user", "agent"], str]] = ()
    place: Place | None = None
    instruction: str = ""
    offered: Sequence[Offered] = ()
    called: Sequence[Called] = ()
    # Every entity of the version, with its value where it is known: what kinds of values its functions may mean.
    entities: Sequence[Wanted] = ()
    state: Mapping[str, JsonValue] = field(default_factory=dict)
    offer: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Said:
    """Words for the caller, and what the offline engine wants to find in `Scene.offer` next time."""

    text: str
    offer: Mapping[str, JsonValue] = field(default_factory=dict)
    tokens: int | None = None


@dataclass(frozen=True, kw_only=True)
class Call:
    name: str
    arguments: Mapping[str, JsonValue] = field(default_factory=dict)
    offer: Mapping[str, JsonValue] = field(default_factory=dict)
    tokens: int | None = None


# Called with words for the caller as they come.
Say: TypeAlias = Callable[[str], None]


def unheard(piece: str) -> None:
    """For who waits for the whole answer."""


class ModelFailed(Exception):
    """No answer came: the message says why, in words for the reader of a turn."""


class Asker(Protocol):
    """Who answers scenes: a provider's model, or the offline engine."""

    @property
    def name(self) -> str:
        """As a turn names it."""

    async def ask(self, scene: Scene, say: Say) -> Said | Call:
        """The next words, or one of `scene.offered`. Raises ModelFailed."""

    async def complete(self, prompt: str, history: Sequence[tuple[Literal["user", "agent"], str]]) -> str | None:
        """A text that a function asked for beside the conversation; None where there is no model. Raises
        ModelFailed."""
