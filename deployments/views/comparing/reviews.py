"""The body of a comparison, its tree and its sheets: bounded on the first answer, kept for whoever opens it next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from deployments.comparison import Counts, Item
from deployments.keeping import Kept
from deployments.sides.attribution import Attribution, attribution
from deployments.views.comparing.cards import Card, Manner, Pair, cards
from deployments.views.comparing.options import Options
from deployments.views.comparing.selection import Selection, selected
from deployments.views.comparing.tree import ENTRIES, branch, tree

# Sheets of one answer; more of them follow when they are scrolled to. The tree begins with the same.
SHEETS = ENTRIES


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


_kept: Kept[Review] = Kept(most=64, weight=24_000_000)
_bodies: Kept[SafeString] = Kept(most=256, weight=24_000_000)
_attributions: Kept[Attribution] = Kept(most=16, weight=16)


def review(pair: Pair, options: Options) -> Review:
    """The body of the page, from memory when these two were asked for before."""
    return _kept.get((*_same(pair), options), lambda: _review(pair, options), lambda made: len(made.body))


def body(pair: Pair, item: Item) -> SafeString:
    """What a sheet holds, for one that was not part of the first answer."""
    return _bodies.get((*_same(pair), item.anchor), lambda: _body(pair, item), len)


def _body(pair: Pair, item: Item) -> SafeString:
    who = _who(pair)
    who.prepare(item.parts)
    card = next(cards(pair, [item], who, all_rows=True))
    return _rendered(pair, "components/review.html#body", {"card": card})


def _same(pair: Pair) -> tuple[object, ...]:
    """What the words about a difference depend on, apart from what of it is asked for."""
    return *pair.key, pair.labels, pair.agent.workspace.zone.key, pair.may_edit


def further(pair: Pair, options: Options) -> SafeString:
    """The sheets that follow, from `start` on."""
    context = {**_sheets(pair, selected(pair, options)), "later": True}
    return _rendered(pair, "components/review.html#sheets", context)


def entries(pair: Pair, options: Options, start: int) -> SafeString:
    """The entries that follow in a group of the tree."""
    found = branch(pair, selected(pair, options), start)
    return _rendered(pair, "components/review.html#entries", {"branch": found})


def _who(pair: Pair) -> Attribution:
    """Read once for a page and all that is fetched for it later."""
    return _attributions.get(pair.key, lambda: attribution(pair.agent, pair.left, pair.right), lambda made: 1)


def _review(pair: Pair, options: Options) -> Review:
    compared, selection = pair.compared(), selected(pair, options)
    context = {**_sheets(pair, selection), "tree": tuple(tree(pair, selection))}
    return Review(
        counts=compared.counts,
        formatting=compared.formatting,
        kinds=selection.kinds,
        groups=selection.groups,
        shown=selection.count,
        body=_rendered(pair, "components/review.html", context),
    )


def _sheets(pair: Pair, selection: Selection) -> dict[str, Any]:
    options = selection.options
    here = selection.items[options.start : options.start + SHEETS]
    who = _who(pair)
    who.prepare(part for item in here for part in item.parts)
    manner = Manner(options.unfolded, options.spaced, named=True)
    made = list(cards(pair, here, who, all_rows=bool(options.item), manner=manner))
    return {"sheets": _by_group(made), "next": _next(pair, selection), "open": not options.closed}


def _rendered(pair: Pair, template: str, context: dict[str, Any]) -> SafeString:
    with timezone.override(pair.agent.workspace.zone):
        return mark_safe(render_to_string(template, {"agent": pair.agent, **context}))


def _by_group(made: list[Card]) -> list[tuple[str, list[Card]]]:
    return [(group, list(members)) for group, members in groupby(made, key=lambda card: card.item.group)]


@dataclass(frozen=True)
class Next:
    """The sheets that follow: how many, where a script fetches them and where they are a page."""

    count: int
    fetch: str
    page: str


def _next(pair: Pair, selection: Selection) -> Next | None:
    options = selection.options
    start = options.start + SHEETS
    left = len(selection.shown) - start
    return Next(left, pair.lines(**options.filters, start=start), options.page(start=start)) if left > 0 else None
