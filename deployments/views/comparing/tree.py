"""The tree beside a comparison: what changed by group, of a long group its first entries and the rest on demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, takewhile

from deployments.comparison import Item
from deployments.views.comparing.cards import Pair
from deployments.views.comparing.selection import Found, Selection

# Entries of one answer. How many lines differ is found out for each.
ENTRIES = 50


@dataclass(frozen=True)
class Branch:
    """A group: as how many it counts, entries with where each leads, and how many are left, with where they are."""

    group: str
    count: int
    entries: tuple[tuple[Item, str], ...]
    more: int
    fetch: str
    page: str


def tree(pair: Pair, selection: Selection) -> Iterator[Branch]:
    """Every group, with those entries whose sheets begin the page."""
    start = selection.options.start
    room = ENTRIES
    for _, members in groupby(selection.shown[start:], lambda each: each[0].group):
        found = list(members)
        here = [(item, f"#{item.anchor}") for item, _ in found[:room]]
        yield _branch(pair, selection, found, here, start)
        start += len(found)
        room -= len(here)


def branch(pair: Pair, selection: Selection, start: int) -> Branch | None:
    """Entries that follow in a group, for a script, which knows which of their sheets are on the page by then."""
    rest = selection.shown[start:]
    found = list(takewhile(lambda each: each[0].group == rest[0][0].group, rest))
    here = [(item, f"?item={item.anchor}") for item, _ in found[:ENTRIES]]
    return _branch(pair, selection, found, here, start) if found else None


def _branch(pair: Pair, selection: Selection, found: list[Found], here: list[tuple[Item, str]], start: int) -> Branch:
    group = found[0][0].group
    options = selection.options
    return Branch(
        group=group,
        count=sum(count for _, count in found),
        entries=tuple(here),
        more=len(found) - len(here),
        fetch=pair.lines(**options.filters, tree=start + len(here)),
        page=options.page(group=group),
    )
