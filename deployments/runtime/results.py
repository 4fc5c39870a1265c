"""What a function gives back, and what that asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from deployments.runtime.kept import readable

# Letters of a result that the model reads as it is.
TOLD = 8_000

_WORDS = {"utterance": str, "content": str, "variant": str, "utterance_channel": str}
_SECTIONS = ("transition", "handoff", "listen")
_FLAGS = ("end_turn", "hangup")
_KNOWN = frozenset({*_WORDS, *_SECTIONS, *_FLAGS})


class WrongResult(Exception):
    """A key that means something holds what it cannot mean."""


@dataclass(frozen=True, kw_only=True)
class Transition:
    flow: str | None = None
    step: str | None = None
    exits: bool = False


@dataclass(frozen=True, kw_only=True)
class Result:
    """`utterance` None: nothing to say exactly; `""`: nothing is said and the turn ends all the same."""

    utterance: str | None = None
    content: str = ""
    end_turn: bool = True
    transition: Transition | None = None
    hangup: bool = False
    handoff: Mapping[str, JsonValue] | None = None
    variant: str | None = None
    # What a phone system would do with it: recorded only.
    recorded: Mapping[str, JsonValue] = field(default_factory=dict)
    notes: Sequence[str] = ()


def read_result(returned: JsonValue) -> Result:
    """Raises WrongResult."""
    value = readable(returned)
    match value:
        case None | "":
            return Result()
        case str():
            return Result(content=_short(value))
        case dict() if not value:
            return Result()
        case dict() if _KNOWN & value.keys():
            return _read(value)
        case dict():
            return Result(
                content=_json(value), notes=("The result has no key that is known: the model reads it whole.",)
            )
        case _:
            return Result(content=_json(value), notes=("The result is no text: the model reads it as JSON.",))


def _read(value: Mapping[str, JsonValue]) -> Result:
    words = {key: _word(key, value.get(key)) for key in _WORDS}
    sections = {key: _section(key, value.get(key)) for key in _SECTIONS}
    flags = {key: _flag(key, value.get(key)) for key in _FLAGS}
    unknown = sorted(value.keys() - _KNOWN)
    recorded = {key: value[key] for key in ("listen", "utterance_channel") if value.get(key) is not None}
    return Result(
        utterance=words["utterance"],
        content=_short(words["content"] or ""),
        end_turn=flags["end_turn"] is not False,
        transition=_transition(sections["transition"]),
        hangup=flags["hangup"] is True,
        handoff=sections["handoff"],
        variant=words["variant"],
        recorded=recorded,
        notes=tuple(f"The key {key} of the result is not known: it was ignored." for key in unknown),
    )


def _transition(value: Mapping[str, JsonValue] | None) -> Transition | None:
    if not value:
        return None
    exits = value.get("exit_flow")
    if exits is not None and not isinstance(exits, bool):
        raise _wrong("transition.exit_flow", "true or false", exits)
    return Transition(
        flow=_word("transition.goto_flow", value.get("goto_flow")),
        step=_word("transition.goto_step", value.get("goto_step")),
        exits=exits is True,
    )


def _word(key: str, value: JsonValue) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise _wrong(key, "text", value)


def _flag(key: str, value: JsonValue) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise _wrong(key, "true or false", value)


def _section(key: str, value: JsonValue) -> Mapping[str, JsonValue] | None:
    if value is None or isinstance(value, dict):
        return value
    raise _wrong(key, "a dictionary", value)


def _wrong(key: str, wanted: str, value: JsonValue) -> WrongResult:
    return WrongResult(f"The key {key} of the result must be {wanted}, and is {_json(value)[:100]}.")


def _json(value: JsonValue) -> str:
    return _short(json.dumps(value, ensure_ascii=False))


def _short(text: str) -> str:
    return text if len(text) <= TOLD else f"{text[:TOLD]}…"
