"""The tree beside a comparison: what changed by group, of a long group its first entries and the rest on demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, takewhile

from deployments.comparison import Item
from deployments.views.comparing.cards import Pair
from deployments.views.comparing.selection import Found, Selection

# Entries of a group in one answer.
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


def tree(pair: Pair, selection: Selection, near: set[str]) -> Iterator[Branch]:
    """`near`: the anchors that are on the page. A page that begins further on has a tree that does too."""
    start = selection.options.start
    for _, members in groupby(selection.shown[start:], lambda each: each[0].group):
        found = list(members)
        yield _branch(pair, selection, found, start, near)
        start += len(found)


def branch(pair: Pair, selection: Selection, start: int) -> Branch | None:
    """The entries of a group that follow, for a script, which knows which of them are on the page by then."""
    rest = selection.shown[start:]
    found = list(takewhile(lambda each: each[0].group == rest[0][0].group, rest))
    return _branch(pair, selection, found, start, set()) if found else None


def _branch(pair: Pair, selection: Selection, found: list[Found], start: int, near: set[str]) -> Branch:
    group = found[0][0].group
    options = selection.options
    entries = [
        (item, f"#{item.anchor}" if item.anchor in near else f"?item={item.anchor}") for item, _ in found[:ENTRIES]
    ]
    return Branch(
        group=group,
        count=sum(count for _, count in found),
        entries=tuple(entries),
        more=len(found) - len(entries),
        fetch=pair.lines(**options.filters, tree=start + len(entries)),
        page=options.page(group=group),
    )
