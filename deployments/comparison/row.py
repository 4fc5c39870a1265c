"""What a side by side view is made of: rows, their two sides, and the pieces of text in a side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

Change: TypeAlias = Literal["added", "removed", "changed", "moved"]
RowChange: TypeAlias = Literal["same", "changed", "added", "removed", "moved", "gap"]
Mark: TypeAlias = Literal["same", "removed", "added"]
Piece: TypeAlias = tuple[Mark, str]
Pieces: TypeAlias = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One line, or one entry of a list, on one side. `number` counts from 1; the pieces joined are its whole text."""

    number: int
    text: Pieces

    @property
    def plain(self) -> str:
        return "".join(text for _, text in self.text)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the view. A gap stands for `skipped` unchanged rows; its sides carry the number of the first one."""

    change: RowChange
    left: Side | None
    right: Side | None
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """How many lines a change adds and removes; a changed line is one of each."""

    added: int = 0
    removed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.added + other.added, self.removed + other.removed)


NO_LINES = Tally()


class RowSource(Protocol):
    """What differs within a value, found out when it is asked for: a page of many resources shows the first of them.

    `limited` says in a sentence what was not looked into.
    """

    @property
    def tally(self) -> Tally: ...

    @property
    def limited(self) -> str | None: ...

    def all(self) -> tuple[Row, ...]: ...

    def between(self, left_number: int, count: int) -> tuple[Row, ...]:
        """The unchanged rows a gap stands for, from its left number on."""
        ...
