"""What a version is made of to a conversation. Texts are as written: references and tags are resolved when used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import JsonValue

from deployments.resources.names import clean
from deployments.runtime.scene import Parameter
from deployments.runtime.wording import Lexicon


@dataclass(frozen=True, kw_only=True)
class Line:
    """A text with the resource it stands in."""

    text: str
    path: str
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Delay:
    """Words for while a function runs: each with the second it is due, counted from the start of the run."""

    messages: Sequence[tuple[float, str]]
    randomize: bool = False


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function of the version: `path` is its file, `module` the name it is imported by.

    `with_flow`: it takes the flow beside the conversation. `takes_more`: it takes arguments that it does not name.
    `fault` says why it cannot be called at all.
    """

    path: str
    name: str
    module: str
    description: str = ""
    parameters: Sequence[Parameter] = ()
    delay: Delay | None = None
    with_flow: bool = False
    takes_more: bool = False
    fault: str = ""
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Condition:
    """`step` is None for one that leaves the flow."""

    label: str
    description: str
    step: str | None
    needs: Sequence[str]
    call: str


@dataclass(frozen=True, kw_only=True)
class Step:
    name: str
    path: str
    kind: Literal["default", "advanced", "function"]
    prompt: str = ""
    entities: Sequence[str] = ()
    conditions: Sequence[Condition] = ()
    function: Function | None = None


@dataclass(frozen=True, kw_only=True)
class Flow:
    """`lexicon` is the version's, with the functions of this flow. A step is found by any of its names."""

    name: str
    folder: str
    path: str
    description: str
    start: str
    steps: Sequence[Step]
    functions: Mapping[str, Function]
    lexicon: Lexicon

    def step(self, name: str) -> tuple[Step | None, bool]:
        """The step of that name, and whether the name is exact: else case and outer spaces were passed over."""
        for step in self.steps:
            if step.name == name:
                return step, True
        wanted = name.strip().casefold()
        for step in self.steps:
            if step.name.strip().casefold() == wanted:
                return step, False
        return None, False


@dataclass(frozen=True, kw_only=True)
class Entity:
    name: str
    path: str
    description: str
    type: str
    config: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Known:
    """A hand-off the version defines. `described` is what stands behind it: "refer, +49…"."""

    name: str
    path: str
    description: str
    is_default: bool
    sip: Mapping[str, JsonValue]
    headers: Mapping[str, str]

    @property
    def described(self) -> str:
        told = (self.sip.get("method"), self.sip.get("phone_number"), self.sip.get("outbound_endpoint"))
        return ", ".join(str(one) for one in told if one)


@dataclass(frozen=True, kw_only=True)
class Template:
    """An SMS template. `numbers`: which it is sent from, by environment as functions name it."""

    name: str
    path: str
    text: str
    numbers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Operation:
    name: str
    method: str
    resource: str


@dataclass(frozen=True, kw_only=True)
class Integration:
    """`addresses`: the base URL by environment as functions name it."""

    name: str
    path: str
    addresses: Mapping[str, str]
    operations: Mapping[str, Operation]


@dataclass(frozen=True, kw_only=True)
class TopicText:
    """`variant` is the variant that a child topic belongs to."""

    path: str
    name: str
    content: str
    actions: str
    questions: Sequence[str]
    variant: str | None = None


def folder_of(name: str) -> str:
    return clean(name, lower=True)
