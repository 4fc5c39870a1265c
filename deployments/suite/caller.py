"""Who speaks for the caller of a case: its script, words of its scenario, or a model that plays the scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from deployments.runtime.models import OFFLINE
from deployments.runtime.scene import Asker
from deployments.runtime.turns import Turn
from deployments.suite import prompts
from deployments.suite.case import Case
from deployments.suite.offline_caller import OfflineCaller

# A caller who is not scripted says no more than this.
AT_MOST = 20


class Caller(Protocol):
    # Why nothing more could be said although more was to be said; empty where the caller was done.
    stuck: str
    # For the reader of the result.
    notes: list[str]

    async def next(self, turns: Sequence[Turn]) -> str | None:
        """What the caller says to the last of these turns: `""` is a silence, None hangs up. Raises ModelFailed."""


def caller_of(case: Case, asker: Asker, language: str, today: date) -> Caller:
    if case.turns:
        return Scripted(case.turns)
    if asker.name == OFFLINE:
        return Offline(OfflineCaller(case.scenario, language, today))
    return Played(case, asker, language)


@dataclass
class Scripted:
    lines: Sequence[str]
    stuck: str = ""
    notes: list[str] = field(default_factory=list)
    _said: int = 0

    async def next(self, turns: Sequence[Turn]) -> str | None:
        if self._said == len(self.lines):
            return None
        self._said += 1
        return self.lines[self._said - 1]


@dataclass
class Offline:
    caller: OfflineCaller
    stuck: str = ""
    notes: list[str] = field(default_factory=lambda: ["The offline caller spoke for the scenario."])
    _said: int = 0

    async def next(self, turns: Sequence[Turn]) -> str | None:
        line = self.caller.next(turns[-1].said)
        self.stuck = self.caller.stuck
        if line is not None and self._said == AT_MOST:
            self.notes.append(f"The caller hung up after {AT_MOST} turns.")
            return None
        self._said += 1
        return line


@dataclass
class Played:
    case: Case
    asker: Asker
    language: str
    stuck: str = ""
    notes: list[str] = field(default_factory=lambda: ["A model played the caller."])
    _said: int = 0

    async def next(self, turns: Sequence[Turn]) -> str | None:
        if self._said == AT_MOST:
            self.notes.append(f"The caller hung up after {AT_MOST} turns.")
            return None
        answer = await self.asker.complete(prompts.playing(self.case, turns, self.language), ())
        if answer is None:
            self.stuck = "No model is set that could play the caller."
            return None
        self._said += 1
        return prompts.played(answer)
