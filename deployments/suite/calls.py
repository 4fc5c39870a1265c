"""Whether a function was called as a case expects it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pydantic import JsonValue

from deployments.runtime.turns import Turn
from deployments.suite.case import Argument, Call
from deployments.suite.results import Judged, Verdict
from deployments.suite.values import alike


@dataclass(frozen=True)
class _Made:
    """A call that was made; `inside` names the function that made it."""

    turn: int
    arguments: Mapping[str, JsonValue]
    inside: str = ""


def call_verdict(call: Call, turns: Sequence[Turn]) -> Verdict:
    """Order and other calls do not matter; what functions call counts too."""
    wanted = {one.name: one.value for one in call.arguments}
    told = f"{'calls' if call.asserted else 'does not call'} {call.name}{_with(wanted)}"
    made = _calls_of(call.name, turns)
    wrong = [[one for one in call.arguments if not _fits(one, each.arguments.get(one.name))] for each in made]
    found = next((each for each, missed in zip(made, wrong, strict=True) if not missed), None)

    def verdict(passes: bool, reason: str, turn: int | None = None) -> Verdict:
        status: Judged = "passed" if passes else "failed"
        return Verdict(
            kind="call", told=told, status=status, reason=reason, turn=turn, name=call.name, arguments=wanted
        )

    if found is not None:
        inner = f", by {found.inside}" if found.inside else ""
        return verdict(call.asserted, f"Called in turn {found.turn}{inner}{_with(found.arguments)}.", found.turn)
    if not made:
        return verdict(not call.asserted, "It was not called.")
    if not call.asserted:
        return verdict(True, "It was not called with these arguments.")
    closest, missed = min(zip(made, wrong, strict=True), key=lambda pair: len(pair[1]))
    reasons = "; ".join(
        f"{one.name} was {_shown(closest.arguments.get(one.name))} and should be {_shown(one.value)}" for one in missed
    )
    return verdict(False, f"Turn {closest.turn}: {reasons}.")


def _calls_of(name: str, turns: Sequence[Turn]) -> list[_Made]:
    found: list[_Made] = []
    for number, turn in enumerate(turns):
        for run in turn.functions:
            if run.name == name:
                found.append(_Made(number, run.arguments))
            inner = [*run.inner_arguments, *([{}] * (len(run.inner) - len(run.inner_arguments)))]
            found += [_Made(number, told, run.name) for one, told in zip(run.inner, inner, strict=True) if one == name]
    return found


def _fits(wanted: Argument, given: JsonValue) -> bool:
    """Numbers as numbers, text without the space around it."""
    if wanted.type in ("integer", "number"):
        left, right = _number(wanted.value), _number(given)
        return left is not None and left == right
    if wanted.type == "boolean":
        return _flag(wanted.value) is not None and _flag(wanted.value) == _flag(given)
    if isinstance(wanted.value, list | dict) and isinstance(given, list | dict):
        return alike(wanted.value, given)
    return _text(wanted.value) == _text(given)


def _number(value: JsonValue) -> Decimal | None:
    """Exactly: a reference of twenty digits is another than the next."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        read = Decimal(str(value))
    except (ValueError, ArithmeticError):
        return None
    return read if read.is_finite() else None


def _flag(value: JsonValue) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value.strip().lower()) if isinstance(value, str) else None


def _text(value: JsonValue) -> str:
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _with(arguments: Mapping[str, JsonValue]) -> str:
    return f" with {', '.join(f'{name}={_shown(value)}' for name, value in arguments.items())}" if arguments else ""


def _shown(value: JsonValue) -> str:
    if value is None:
        return "absent"
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= 120 else f"{written[:119]}…"
