"""Which resources of a comparison its reader has viewed: kept on the server, so that another device knows it too."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from deployments.comparison import fingerprint
from deployments.keeping import Kept
from deployments.pipeline import has_viewed_any, mark_viewed, viewed_among
from deployments.views.comparing.cards import Pair, pair_or_404
from deployments.views.http import Request


@dataclass(frozen=True)
class Viewed:
    """The items that a person has viewed, in the order of the page, and how many resources these are."""

    anchors: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Fingerprint:
    """What names the difference of an item, and as how many it counts."""

    name: str
    count: int


_fingerprints: Kept[dict[str, Fingerprint]] = Kept(most=64, weight=100_000)


def fingerprints(pair: Pair) -> dict[str, Fingerprint]:
    """Of every item by its anchor, in the order of the page."""

    def found() -> dict[str, Fingerprint]:
        return {item.anchor: Fingerprint(fingerprint(item), item.count) for item in pair.compared().items}

    return _fingerprints.get(pair.key, found, lambda named: len(named) + 1)


def viewed_in(pair: Pair, request: Request) -> Viewed:
    if not has_viewed_any(pair.agent, request.user):
        return Viewed((), 0)
    named = fingerprints(pair)
    marked = viewed_among(pair.agent, [each.name for each in named.values()], request.user) if named else set()
    viewed = {anchor: each.count for anchor, each in named.items() if each.name in marked}
    return Viewed(tuple(viewed), sum(viewed.values()))


@require_POST
def viewing(request: Request, slug: str, left: str, right: str) -> HttpResponse:
    """Mark or unmark one item; a browser without scripts comes back to where it was."""
    pair = pair_or_404(request, slug, left, right)
    if request.POST.get("state", "") != pair.state:
        return _moved(request, pair, left, right)
    unmarked = request.POST.get("unviewed", "")
    anchor = request.POST.get("viewed", "") or unmarked
    item = pair.compared().item(anchor)
    if item is None:
        raise Http404("These versions do not differ in this.")
    mark_viewed(pair.agent, fingerprint(item), viewed=not unmarked, by=request.user)
    if request.POST.get("script"):
        return HttpResponse(status=204)
    return redirect("comparison", pair.agent.slug, left, right)


def _moved(request: Request, pair: Pair, left: str, right: str) -> HttpResponse:
    """What was looked at is no longer what the draft holds: nothing is marked."""
    if request.POST.get("script"):
        return HttpResponse("The draft changed. Load the page again.", status=409, content_type="text/plain")
    messages.warning(request, "The draft changed since this page was loaded: nothing was marked as viewed.")
    return redirect("comparison", pair.agent.slug, left, right)
