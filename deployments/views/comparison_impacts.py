"""What the right side of a comparison names in vain because of what changed: asked for after the page is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import chain

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from deployments.comparison.impacts import impacts
from deployments.models import content
from deployments.views.cards import Pair
from deployments.views.http import Request, agent_or_404, side_or_404
from deployments.views.pages import fragment, page

MOST = 20


@require_safe
def comparison_impacts(request: Request, slug: str, left: str, right: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    pair = Pair(agent, side_or_404(agent, left), side_or_404(agent, right))

    def load(blobs: Collection[str]) -> Mapping[str, bytes]:
        return content.load(agent, blobs)

    found = impacts(pair.compared(), pair.right.files, load)
    named = list(dict.fromkeys(chain.from_iterable((*found.lost.values(), *found.dangling.values()))))
    context = {
        "agent": agent,
        "pair": pair,
        "impacts": named[:MOST],
        "more": len(named) - MOST,
        "limited": found.limited,
        "place": "compare",
        "title": "Named in vain",
    }
    if request.htmx:
        return fragment(request, "components/impacts.html", context)
    return page(request, "deployments/impacts.html", context)
