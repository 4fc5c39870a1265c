"""The body of a comparison, its tree and its sheets: bounded on the first answer, kept for whoever opens it next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from deployments.comparison import Comparison, Counts, Item, fingerprint, speaks_of
from deployments.views.comparing.attribution import Attribution, attribution
from deployments.views.comparing.cards import Card, Pair, cards
from deployments.views.keeping import Kept

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
    formatting: bool = False

    @classmethod
    def of(cls, query: Any) -> Options:
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
            formatting=query.get("formatting") == "shown",
        )


@dataclass(frozen=True)
class Review:
    """A finished body, with what the head of the page says about it."""

    counts: Counts
    formatting: tuple[str, ...]
    groups: tuple[tuple[str, int], ...]
    shown: int
    body: SafeString


_kept: Kept[Review] = Kept(most=64, weight=24_000_000)
_attributions: Kept[Attribution] = Kept(most=16, weight=16)
_fingerprints: Kept[dict[str, str]] = Kept(most=64, weight=100_000)


def review(pair: Pair, options: Options) -> Review:
    """The body of the page, from memory when these two were asked for before."""
    key = (*pair.key, pair.labels, pair.agent.workspace.zone.key, options)
    return _kept.get(key, lambda: _review(pair, options), lambda made: len(made.body))


def fingerprints(pair: Pair) -> dict[str, str]:
    """{anchor: what names the difference} of every item, in the order of the page."""

    def found() -> dict[str, str]:
        return {item.anchor: fingerprint(item) for item in pair.compared().items}

    return _fingerprints.get(pair.key, found, lambda named: len(named) + 1)


def body(pair: Pair, item: Item) -> SafeString:
    """What a sheet holds, for one that was not part of the first answer."""
    who = _who(pair)
    who.prepare([item])
    card = next(cards(pair, [item], who, all_rows=True, unfolded=False))
    return _rendered(pair, "components/review.html#body", {"card": card})


def _who(pair: Pair) -> Attribution:
    """Read once for a page and all that is fetched for it later."""
    return _attributions.get(pair.key, lambda: attribution(pair.agent, pair.left, pair.right), lambda made: 1)


def _review(pair: Pair, options: Options) -> Review:
    compared = pair.compared()
    items = [item for item in compared.items if _is_asked_for(item, options)]
    here = items[options.start : options.start + SHEETS]
    who = _who(pair)
    who.prepare(here)
    made = cards(pair, here, who, all_rows=bool(options.item), unfolded=options.unfolded)
    context = {
        "tree": _tree(compared, items, here),
        "sheets": _by_group(list(made)),
        "next": _next(pair, items, options),
        "open": not options.closed,
    }
    return Review(
        counts=compared.counts,
        formatting=compared.formatting,
        groups=tuple((group, len(members)) for group, members in compared.groups),
        shown=len(items),
        body=_rendered(pair, "components/review.html#sheets" if options.start else "components/review.html", context),
    )


def _rendered(pair: Pair, template: str, context: dict[str, Any]) -> SafeString:
    with timezone.override(pair.agent.workspace.zone):
        return mark_safe(render_to_string(template, {"agent": pair.agent, **context}))


def _is_asked_for(item: Item, options: Options) -> bool:
    return (
        options.change in ("", item.change)
        and options.group in ("", item.group)
        and options.item in ("", item.anchor)
        and (not options.words or speaks_of(item, options.words))
    )


def _by_group(made: list[Card]) -> list[tuple[str, list[Card]]]:
    return [(group, list(members)) for group, members in groupby(made, key=lambda card: card.item.group)]


def _tree(compared: Comparison, items: list[Item], here: list[Item]) -> list[tuple[str, list[tuple[Item, str]]]]:
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
            tree.append((group, entries))
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
