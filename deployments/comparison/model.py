"""What a comparison says: items of the page, their parts, and the fields that differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Literal, TypeAlias

from deployments.comparison.row import NO_LINES, Change, Pieces, Row, RowSource, Tally
from deployments.comparison.rows import fold
from deployments.comparison.summary import summary_of
from deployments.resources.resource import Value

FieldState: TypeAlias = Change | Literal["same"]


@dataclass(frozen=True)
class FieldChange:
    """One field on both sides.

    A long text, a list or a table has rows, which are made when first asked for; a short value has `left_pieces` and
    `right_pieces` instead; of what is `too_large` a sentence says so. What is not `compared` is there for context.
    """

    name: str
    label: str
    type: str
    change: FieldState
    left: Value
    right: Value
    left_pieces: Pieces = ()
    right_pieces: Pieces = ()
    source: RowSource | None = field(default=None, repr=False, compare=False)
    too_large: str | None = None
    compared: bool = True

    @property
    def has_rows(self) -> bool:
        return self.source is not None

    @property
    def limited(self) -> str | None:
        """What was not looked into, in a sentence."""
        return self.source.limited if self.source else self.too_large

    @cached_property
    def tally(self) -> Tally:
        if self.change == "same" or self.too_large or not self.compared:
            return NO_LINES
        if self.source:
            return self.source.tally
        return Tally(int(self.change != "removed"), int(self.change != "added"))

    @property
    def has_numbers(self) -> bool:
        """Whether line numbers say anything: in code and data they do, in prose and lists not."""
        return self.type in ("code", "json")

    @cached_property
    def all_rows(self) -> tuple[Row, ...]:
        return self.source.all() if self.source else ()

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows to show, long unchanged stretches folded into gaps."""
        return fold(self.all_rows)

    def between(self, left_number: int, count: int) -> tuple[Row, ...]:
        """The rows a gap stands for: `left_number` and `count` are its left side's number and its `skipped`."""
        return self.source.between(left_number, count) if self.source else ()


@dataclass(frozen=True)
class Part:
    """One changed resource. `path` is its address, `file` the file it stands in (None for a variable).

    `previous_name`, `previous_path` and `previous_file` are what the left side has where it differs.
    """

    kind: str
    label: str
    name: str
    previous_name: str | None
    path: str
    previous_path: str | None
    file: str | None
    previous_file: str | None
    change: Change
    # Its fields are compared when somebody looks at them.
    compare: Callable[[], tuple[FieldChange, ...]] = field(repr=False, compare=False)

    @cached_property
    def fields(self) -> tuple[FieldChange, ...]:
        return self.compare()

    @property
    def stands_in(self) -> tuple[str, ...]:
        """The files it stands in, of either side; of a variable those of the functions that bring or take it."""
        if self.file is None:
            return self.used_in
        return (self.file,) if self.previous_file is None else (self.file, self.previous_file)

    @property
    def used_in(self) -> tuple[str, ...]:
        """Of a variable, the files that use it."""
        used = next((field.right or field.left for field in self.fields if field.name == "used_in"), None)
        return tuple(str(file) for file in used) if isinstance(used, list) else ()

    @property
    def lines(self) -> Tally:
        return sum((field.tally for field in self.fields), NO_LINES)


@dataclass(frozen=True)
class Item:
    """One entry of the page: a resource, a flow with all of its parts, or the variables that came with a function.

    `anchor` names it in addresses and pages.
    """

    anchor: str
    kind: str
    group: str
    label: str
    name: str
    previous_name: str | None
    change: Change
    parts: tuple[Part, ...]

    @cached_property
    def summary(self) -> str:
        return summary_of(self.parts, self.kind)

    @property
    def short_anchor(self) -> str:
        """What tells it from others, without the words before: the end of `anchor`."""
        return self.anchor[-8:]

    @property
    def lines(self) -> Tally:
        return sum((part.lines for part in self.parts), NO_LINES)

    @property
    def count(self) -> int:
        """As how many it counts: a flow is one with all it holds, variables are as many as they are."""
        return len(self.parts) if self.is_variables else 1

    @property
    def is_variables(self) -> bool:
        """Whether it stands for several variables at once."""
        return len(self.parts) > 1 and self.parts[0].file is None

    @property
    def title(self) -> str:
        return self.name if self.previous_name in (None, self.name) else f"{self.previous_name} → {self.name}"


@dataclass(frozen=True, slots=True)
class Counts:
    added: int = 0
    removed: int = 0
    changed: int = 0
    moved: int = 0

    @property
    def total(self) -> int:
        return self.added + self.removed + self.changed + self.moved

    @property
    def present(self) -> list[tuple[str, int]]:
        """The kinds of change there are any of, with how many."""
        pairs = (("added", self.added), ("changed", self.changed), ("removed", self.removed), ("moved", self.moved))
        return [(kind, count) for kind, count in pairs if count]


def counted(items: Iterable[tuple[Item, int]]) -> Counts:
    """By kind of change, each item as many times as is said beside it."""
    counts: Counter[Change] = Counter()
    for item, count in items:
        counts[item.change] += count
    return Counts(counts["added"], counts["removed"], counts["changed"], counts["moved"])


@dataclass(frozen=True)
class Comparison:
    """Everything that differs between two versions, in the order of the page.

    `formatting` names the files whose bytes differ while nothing in their meaning does.
    """

    items: tuple[Item, ...]
    formatting: tuple[str, ...] = ()

    @cached_property
    def counts(self) -> Counts:
        return counted((item, item.count) for item in self.items)

    @property
    def groups(self) -> list[tuple[str, tuple[Item, ...]]]:
        return [(group, tuple(items)) for group, items in groupby(self.items, key=lambda item: item.group)]

    @property
    def is_empty(self) -> bool:
        """Nothing differs in meaning; formatting still may."""
        return not self.items

    def item(self, anchor: str) -> Item | None:
        return next((item for item in self.items if item.anchor == anchor), None)
