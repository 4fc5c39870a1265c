"""Which resources of a comparison its reader has viewed: kept on the server, so that another device knows it too."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from deployments.pipeline import mark_viewed, viewed_among
from deployments.views.comparing.cards import Pair, pair_or_404
from deployments.views.comparing.reviews import fingerprints
from deployments.views.http import Request


def viewed_in(pair: Pair, request: Request) -> list[str]:
    """Anchors of the items that this person has viewed, in the order of the page."""
    named = fingerprints(pair)
    marked = viewed_among(pair.agent, named.values(), request.user) if named else set()
    return [anchor for anchor, name in named.items() if name in marked]


@require_POST
def viewing(request: Request, slug: str, left: str, right: str) -> HttpResponse:
    """Mark or unmark one item; a browser without scripts comes back to where it was."""
    pair = pair_or_404(request, slug, left, right)
    if request.POST.get("state", "") != pair.state:
        return _moved(request, pair, left, right)
    unmarked = request.POST.get("unviewed", "")
    anchor = request.POST.get("viewed", "") or unmarked
    difference = fingerprints(pair).get(anchor)
    if difference is None:
        raise Http404("These versions do not differ in this.")
    mark_viewed(pair.agent, difference, viewed=not unmarked, by=request.user)
    if request.POST.get("script"):
        return HttpResponse(status=204)
    return redirect("comparison", pair.agent.slug, left, right)


def _moved(request: Request, pair: Pair, left: str, right: str) -> HttpResponse:
    """What was looked at is no longer what the draft holds: nothing is marked."""
    if request.POST.get("script"):
        return HttpResponse("The draft changed. Load the page again.", status=409, content_type="text/plain")
    messages.warning(request, "The draft changed since this page was loaded: nothing was marked as viewed.")
    return redirect("comparison", pair.agent.slug, left, right)
