"""What was found in a text, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Sort: TypeAlias = Literal["email", "phone", "money", "date", "time", "code", "number", "name"]


@dataclass(frozen=True)
class Value:
    """`text` as functions want it: digits, `2026-03-12`, `19:00`. `other` is a second way of reading it: a time of the
    other half of the day."""

    sort: Sort
    text: str
    start: int
    end: int
    other: str | None = None

    def overlaps(self, other: Value) -> bool:
        return self.start < other.end and other.start < self.end
