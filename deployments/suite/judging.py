"""What each expectation of a case says of the conversation that was held."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from deployments.runtime.kept import readable_state
from deployments.runtime.patterns import TOGETHER, Patterns
from deployments.runtime.playbook.parts import folder_of
from deployments.runtime.scene import Asker, ModelFailed
from deployments.runtime.turns import Standing, Turn
from deployments.suite import prompts
from deployments.suite.calls import call_verdict
from deployments.suite.case import Case, Expectation
from deployments.suite.results import Judged, Verdict
from deployments.suite.values import alike

WITHOUT_MODEL = "Only a model judges this, and none is set."
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " "})


@dataclass(frozen=True)
class _Held:
    turns: Sequence[Turn]
    # The state variables after the last turn, as readers see them.
    state: Mapping[str, JsonValue]
    patterns: Patterns = field(default_factory=Patterns)

    @property
    def last(self) -> int:
        return len(self.turns) - 1

    def state_after(self, turn: int) -> dict[str, JsonValue]:
        """What later turns changed is taken back."""
        state = dict(self.state)
        for later in reversed(self.turns[turn + 1 :]):
            state.update({name: before for name, (before, _) in later.state.items()})
        return state


def judge(case: Case, turns: Sequence[Turn], standing: Standing, *, broken_off: str = "") -> list[Verdict]:
    """Of every expectation and function call, in their order. `turns` begin with the greeting.

    `broken_off` says why the conversation could not go on. Then only what happened already counts; what might have
    come yet is not judged.
    """
    held = _Held(turns, readable_state(standing.state))
    verdicts = [_expected(one, held) for one in case.expectations]
    verdicts += [call_verdict(one, turns) for one in case.calls]
    if not broken_off:
        return verdicts
    return [
        one if one.turn is not None else Verdict(
            kind=one.kind, told=one.told, status="not judged", reason=broken_off, name=one.name, arguments=one.arguments
        )
        for one in verdicts
    ]  # fmt: skip


async def judge_by_model(case: Case, turns: Sequence[Turn], asker: Asker, *, broken_off: str = "") -> list[Verdict]:
    """Of every statement. Without a model, or where it gives no answer, they are not judged."""
    if broken_off:
        return [_statement(one, "not judged", broken_off) for one in case.assertions]
    return list(await asyncio.gather(*(_by_model(one, turns, asker) for one in case.assertions)))


async def _by_model(statement: str, turns: Sequence[Turn], asker: Asker) -> Verdict:
    try:
        answer = await asker.complete(prompts.judging(turns, statement), ())
    except ModelFailed as failed:
        return _statement(statement, "not judged", f"The model gave no answer: {failed}")
    if answer is None:
        return _statement(statement, "not judged", WITHOUT_MODEL)
    told = prompts.judged(answer)
    if told is None:
        return _statement(statement, "not judged", "The model's judgement could not be read.")
    return _statement(statement, "passed" if told[0] else "failed", told[1] or "The model gave no reason.")


def _statement(statement: str, status: Judged, reason: str) -> Verdict:
    return Verdict(kind="assertion", told=statement, status=status, reason=reason)


# Expectations


def _expected(one: Expectation, held: _Held) -> Verdict:
    told = told_of(one)
    if one.turn is not None and not 0 <= one.turn <= held.last:
        reason = f"There was no turn {one.turn}: the conversation was over after turn {held.last}."
        return _verdict(told, False, reason)
    return _CHECKS[one.check](one, held, told)


def told_of(one: Expectation) -> str:
    """The expectation as a person would say it: `says "9 o'clock" in turn 2`."""
    value = f'"{one.value}"'
    match one.check:
        case "says" | "never says" | "matches" | "never matches":
            told = f"{one.check} {value}"
        case "flow" | "step":
            told = f"is in the {one.check} {value}" if one.value else "is in no flow"
        case "state":
            told = f"state {one.name} is {one.value}"
        case "hand-off":
            told = f"hands over to {value}" if one.value else "hands over"
        case "no hand-off":
            told = "does not hand over"
        case "ends":
            told = f"ends ({one.value})" if one.value else "ends"
        case "faster than":
            told = f"answers in less than {one.seconds or 0:g} s"
    return told if one.turn is None else f"{told} in turn {one.turn}"


def _verdict(told: str, passes: bool, reason: str, turn: int | None = None) -> Verdict:
    return Verdict(kind="expectation", told=told, status="passed" if passes else "failed", reason=reason, turn=turn)


def _range(one: Expectation, held: _Held) -> range:
    """The turns that are meant."""
    return range(len(held.turns)) if one.turn is None else range(one.turn, one.turn + 1)


def _words(one: Expectation, held: _Held, told: str) -> Verdict:
    is_pattern, never = one.check.endswith("matches"), one.check.startswith("never")
    if not one.value:
        return _verdict(told, False, "The expectation names no words.")
    warned = len(held.patterns.warnings)
    found = next((turn for turn in _range(one, held) if _is_said(one.value, held, turn, is_pattern)), None)
    if len(held.patterns.warnings) > warned:
        return _verdict(told, False, held.patterns.warnings[-1])
    where = f"turn {one.turn}" if one.turn is not None else "any turn"
    if found is not None:
        return _verdict(told, not never, f"Turn {found}: {_short(held.turns[found].said)}", found)
    if never:
        return _verdict(told, True, f"Not said in {where}.", one.turn)
    said = f" It says: {_short(held.turns[one.turn].said)}" if one.turn is not None else ""
    return _verdict(told, False, f"Not said in {where}.{said}", one.turn)


def _is_said(value: str, held: _Held, turn: int, is_pattern: bool) -> bool:
    said = _plain(held.turns[turn].said)
    if is_pattern:
        # The limit of time is for each text; a long conversation must not use it up.
        held.patterns.left = TOGETHER
        return held.patterns.search(value, said) is not None
    return _plain(value).casefold() in said.casefold()


def _plain(text: str) -> str:
    return " ".join(text.translate(_QUOTES).split())


def _short(text: str) -> str:
    plain = " ".join(text.split()) or "(nothing)"
    return plain if len(plain) <= 300 else f"{plain[:299]}…"


def _place(one: Expectation, held: _Held, told: str) -> Verdict:
    turn = held.turns[held.last if one.turn is None else one.turn]
    there = turn.flow if one.check == "flow" else turn.step
    passes = there == one.value or folder_of(there or "") == folder_of(one.value)
    where = f'It is in the {one.check} "{there}".' if there else "It is in no flow."
    return _verdict(told, passes, where, one.turn)


def _state(one: Expectation, held: _Held, told: str) -> Verdict:
    value = held.state_after(held.last if one.turn is None else one.turn).get(one.name)
    try:
        wanted = json.loads(one.value)
    except ValueError:
        return _verdict(told, False, f"{one.value} is no JSON.", one.turn)
    shown = "unset" if value is None else _short(json.dumps(value, ensure_ascii=False))
    return _verdict(told, alike(value, wanted), f"{one.name} is {shown}.", one.turn)


def _handoff(one: Expectation, held: _Held, told: str) -> Verdict:
    found = next((turn for turn in _range(one, held) if _destination(held.turns[turn]) is not None), None)
    if found is None:
        return _verdict(told, one.check == "no hand-off", "It did not hand over.", one.turn)
    there = _destination(held.turns[found]) or ""
    passes = one.check == "hand-off" and (not one.value or one.value.casefold() == there.casefold())
    return _verdict(told, passes, f'Turn {found}: it hands over to "{there}".', found)


def _destination(turn: Turn) -> str | None:
    return turn.ended.handoff.destination if turn.ended is not None and turn.ended.handoff is not None else None


def _ends(one: Expectation, held: _Held, told: str) -> Verdict:
    ended = next(((turn, how) for turn in _range(one, held) if (how := held.turns[turn].ended) is not None), None)
    if ended is None:
        return _verdict(told, False, "The agent did not end it.", one.turn)
    turn, how = ended
    return _verdict(told, not one.value or one.value == how.outcome, f"Turn {turn}: it ended ({how.outcome}).", turn)


def _speed(one: Expectation, held: _Held, told: str) -> Verdict:
    turn = max(_range(one, held), key=lambda turn: held.turns[turn].seconds)
    took = held.turns[turn].seconds
    passes = took < (one.seconds or 0)
    decided = turn if not passes or one.turn is not None else None
    return _verdict(told, passes, f"Turn {turn} took longest: {took:.3f} s.", decided)


_CHECKS: Mapping[str, Callable[[Expectation, _Held, str], Verdict]] = {
    "says": _words,
    "never says": _words,
    "matches": _words,
    "never matches": _words,
    "flow": _place,
    "step": _place,
    "state": _state,
    "hand-off": _handoff,
    "no hand-off": _handoff,
    "ends": _ends,
    "faster than": _speed,
}


def reasons(verdicts: Sequence[Verdict], status: Judged) -> Iterator[str]:
    """What did not pass, each in a sentence of its own."""
    for one in verdicts:
        if one.status == status:
            yield f"{one.told}: {one.reason}" if one.reason else one.told
