"""Which items of a comparison its search and its filters leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from deployments.comparison import Counts, Item, counted, spoken_of
from deployments.keeping import Kept
from deployments.views.comparing.cards import Pair
from deployments.views.comparing.options import Options

# An item, and as how many it counts.
Found = tuple[Item, int]

_found: Kept[tuple[Found, ...]] = Kept(most=64, weight=100_000)


@dataclass(frozen=True)
class Selection:
    """`found` is what the search leaves, `shown` what the filters leave of that."""

    found: tuple[Found, ...]
    options: Options

    @cached_property
    def shown(self) -> tuple[Found, ...]:
        asked = self.options
        return tuple(
            (item, count)
            for item, count in self.found
            if asked.item in ("", item.anchor, item.short_anchor) and _is_of(item, asked.change, asked.group)
        )

    @property
    def items(self) -> list[Item]:
        return [item for item, _ in self.shown]

    @property
    def count(self) -> int:
        return sum(count for _, count in self.shown)

    @property
    def kinds(self) -> Counts:
        """How much a filter by each kind of change leaves of what the search and the other filter leave."""
        return counted(each for each in self.found if _is_of(each[0], "", self.options.group))

    @property
    def groups(self) -> tuple[tuple[str, int], ...]:
        """The same of each group."""
        return tuple(_by_group(each for each in self.found if _is_of(each[0], self.options.change, "")))


def selected(pair: Pair, options: Options) -> Selection:
    """A search reads every changed line, so what it finds is kept for the sheets that follow."""
    found = _found.get((*pair.key, options.words), lambda: tuple(_searched(pair, options.words)), len)
    return Selection(found, options)


def _searched(pair: Pair, words: str) -> Iterator[Found]:
    for item in pair.compared().items:
        if count := spoken_of(item, words) if words else item.count:
            yield item, count


def _is_of(item: Item, change: str, group: str) -> bool:
    return change in ("", item.change) and group in ("", item.group)


def _by_group(found: Iterable[Found]) -> Iterator[tuple[str, int]]:
    for group, members in groupby(found, lambda each: each[0].group):
        yield group, sum(count for _, count in members)
