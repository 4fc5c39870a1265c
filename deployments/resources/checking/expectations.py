"""What the expectations of a test need beside what each field says for itself."""

from __future__ import annotations

import json
from collections.abc import Mapping

from deployments.resources.checking.fields import is_empty
from deployments.resources.checking.finding import Report
from deployments.resources.checking.patterns import fault_of_pattern
from deployments.resources.resource import Resource, Value

_ENDS = ("hangup", "handoff", "loop", "error")
_WITH_VALUE = frozenset({"says", "never says", "matches", "never matches", "step", "state"})


def expectations(report: Report, resource: Resource) -> None:
    ours = resource.fields.get("slipway")
    told = ours.get("expectations") if isinstance(ours, dict) else None
    turns = ours.get("turns") if isinstance(ours, dict) else None
    script = len(turns) if isinstance(turns, list) else 0
    for number, row in enumerate(told if isinstance(told, list) else (), start=1):
        if isinstance(row, dict):
            at = f"slipway.expectations.{number}"
            for key, code, message in _wrong(row, script):
                report.add(resource, code, f"expectation {number}: {message}", at=f"{at}.{key}")


def _wrong(row: Mapping[str, Value], script: int) -> list[tuple[str, str, str]]:
    """Each as where, code and sentence."""
    check, value, turn, seconds = str(row.get("check")), row.get("value"), row.get("turn"), row.get("seconds")
    found: list[tuple[str, str, str]] = []
    if check in _WITH_VALUE and is_empty(value):
        found.append(("value", "missing", f'"{check}" says nothing to look for. Fill in "Value".'))
    elif isinstance(value, str):
        found += _unusable(check, value.strip())
    if check == "state" and is_empty(row.get("name")):
        found.append(("name", "missing", 'no variable is named. Fill in "State variable".'))
    if check == "faster than" and (seconds is None or seconds == 0):
        found.append(("seconds", "missing", 'no limit is given. Fill in "Seconds".'))
    if script and isinstance(turn, int) and turn > script:
        lines = f"{script} line{'s' if script > 1 else ''}"
        found.append(("turn", "limit", f"the script has {lines}, so there is no turn {turn}. Choose an earlier one."))
    return found


def _unusable(check: str, value: str) -> list[tuple[str, str, str]]:
    if check in ("matches", "never matches") and (fault := fault_of_pattern(value)):
        return [("value", "type", f'pattern "{value[:60]}" does not compile ({fault}). Correct it.')]
    if check == "state" and value:
        try:
            json.loads(value)
        except (ValueError, RecursionError):
            return [("value", "type", f'"{value[:60]}" is no JSON. Put text in quotes, as in "\\"open\\"".')]
    if check == "ends" and value and value not in _ENDS:
        return [("value", "choice", f'"{value[:60]}" is no end. Choose {", ".join(_ENDS)}, or leave it empty.')]
    return []
