"""The body of a comparison, its tree and its sheets: bounded on the first answer, kept for whoever opens it next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from deployments.comparison import Comparison, Counts, Item, counted, fingerprint, spoken_of
from deployments.keeping import Kept
from deployments.views.comparing.attribution import Attribution, attribution
from deployments.views.comparing.cards import Card, Manner, Pair, cards

# Sheets of one answer; more of them follow when they are scrolled to.
SHEETS = 200
MOST_WORDS = 200
CHANGES = ("added", "changed", "removed", "moved")


@dataclass(frozen=True)
class Options:
    """What of a comparison is asked for. Part of its address, and of the key under which it is kept."""

    change: str = ""
    group: str = ""
    words: str = ""
    item: str = ""
    start: int = 0
    unfolded: bool = False
    closed: bool = False
    # The file whose formatting is shown; any other word shows that of all.
    formatting: str = ""
    spaced: bool = False

    @classmethod
    def of(cls, query: Any, *, spaced: bool = False) -> Options:
        change = query.get("change", "")
        start = query.get("start", "")
        return cls(
            change=change if change in CHANGES else "",
            group=query.get("group", ""),
            words=query.get("text", "").strip()[:MOST_WORDS],
            item=query.get("item", ""),
            start=int(start) if start.isascii() and start.isdecimal() and len(start) < 7 else 0,
            unfolded=query.get("lines") == "all",
            closed=query.get("fold") == "all",
            formatting=query.get("formatting", ""),
            spaced=spaced,
        )


@dataclass(frozen=True)
class Review:
    """A finished body, with what the head of the page says about it.

    `counts` are of all that differs. `kinds` and `groups` say how much a filter by them leaves of
    what the search and the other filter leave; `shown` is what all of them leave.
    """

    counts: Counts
    formatting: tuple[str, ...]
    kinds: Counts
    groups: tuple[tuple[str, int], ...]
    shown: int
    body: SafeString


@dataclass(frozen=True)
class Fingerprint:
    """What names the difference of an item, and as how many it counts."""

    name: str
    count: int


_kept: Kept[Review] = Kept(most=64, weight=24_000_000)
_attributions: Kept[Attribution] = Kept(most=16, weight=16)
_fingerprints: Kept[dict[str, Fingerprint]] = Kept(most=64, weight=100_000)


def review(pair: Pair, options: Options) -> Review:
    """The body of the page, from memory when these two were asked for before."""
    key = (*pair.key, pair.labels, pair.agent.workspace.zone.key, options)
    return _kept.get(key, lambda: _review(pair, options), lambda made: len(made.body))


def fingerprints(pair: Pair) -> dict[str, Fingerprint]:
    """Of every item by its anchor, in the order of the page."""

    def found() -> dict[str, Fingerprint]:
        return {item.anchor: Fingerprint(fingerprint(item), item.count) for item in pair.compared().items}

    return _fingerprints.get(pair.key, found, lambda named: len(named) + 1)


def body(pair: Pair, item: Item) -> SafeString:
    """What a sheet holds, for one that was not part of the first answer."""
    who = _who(pair)
    who.prepare(item.parts)
    card = next(cards(pair, [item], who, all_rows=True))
    return _rendered(pair, "components/review.html#body", {"card": card})


def _who(pair: Pair) -> Attribution:
    """Read once for a page and all that is fetched for it later."""
    return _attributions.get(pair.key, lambda: attribution(pair.agent, pair.left, pair.right), lambda made: 1)


def _review(pair: Pair, options: Options) -> Review:
    compared = pair.compared()
    found = [(item, count) for item in compared.items if (count := _found(item, options))]
    shown = [(item, count) for item, count in found if _is_shown(item, options)]
    items = [item for item, _ in shown]
    here = items[options.start : options.start + SHEETS]
    who = _who(pair)
    who.prepare(part for item in here for part in item.parts)
    manner = Manner(options.unfolded, options.spaced, named=True)
    made = cards(pair, here, who, all_rows=bool(options.item), manner=manner)
    context = {
        "tree": _tree(compared, items, here),
        "sheets": _by_group(list(made)),
        "next": _next(pair, items, options),
        "open": not options.closed,
    }
    return Review(
        counts=compared.counts,
        formatting=compared.formatting,
        kinds=counted((item, count) for item, count in found if _is_of(item, "", options.group)),
        groups=tuple(_groups((item, count) for item, count in found if _is_of(item, options.change, ""))),
        shown=sum(count for _, count in shown),
        body=_rendered(pair, "components/review.html#sheets" if options.start else "components/review.html", context),
    )


def _rendered(pair: Pair, template: str, context: dict[str, Any]) -> SafeString:
    with timezone.override(pair.agent.workspace.zone):
        return mark_safe(render_to_string(template, {"agent": pair.agent, **context}))


def _found(item: Item, options: Options) -> int:
    """How many of what it counts as the search leaves."""
    return spoken_of(item, options.words) if options.words else item.count


def _is_shown(item: Item, options: Options) -> bool:
    return options.item in ("", item.anchor) and _is_of(item, options.change, options.group)


def _is_of(item: Item, change: str, group: str) -> bool:
    return change in ("", item.change) and group in ("", item.group)


def _groups(items: Iterable[tuple[Item, int]]) -> Iterator[tuple[str, int]]:
    for group, members in groupby(items, lambda found: found[0].group):
        yield group, sum(count for _, count in members)


def _by_group(made: list[Card]) -> list[tuple[str, list[Card]]]:
    return [(group, list(members)) for group, members in groupby(made, key=lambda card: card.item.group)]


def _tree(compared: Comparison, items: list[Item], here: list[Item]) -> list[tuple[str, int, list[tuple[Item, str]]]]:
    near = {item.anchor for item in here}
    asked = {item.anchor for item in items}
    tree = []
    for group, members in compared.groups:
        entries = [
            (item, f"#{item.anchor}" if item.anchor in near else f"?item={item.anchor}")
            for item in members
            if item.anchor in asked
        ]
        if entries:
            tree.append((group, sum(item.count for item, _ in entries), entries))
    return tree


@dataclass(frozen=True)
class Next:
    """The sheets that follow: how many, where a script fetches them and where they are a page."""

    count: int
    fetch: str
    page: str


def _next(pair: Pair, items: list[Item], options: Options) -> Next | None:
    start = options.start + SHEETS
    if start >= len(items):
        return None
    named = (("change", options.change), ("group", options.group), ("text", options.words))
    asked = {key: value for key, value in named if value}
    return Next(len(items) - start, pair.lines(**asked, start=start), f"?{urlencode({**asked, 'start': start})}")
