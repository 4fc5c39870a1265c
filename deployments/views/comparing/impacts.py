"""What the right side of a comparison names although it is not there any more: asked for after the page is there."""

from __future__ import annotations

from itertools import chain

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from deployments.comparison.impacts import impacts
from deployments.views.comparing.cards import pair_or_404
from deployments.views.http import Request
from deployments.views.pages import fragment, page

MOST = 20


@require_safe
def comparison_impacts(request: Request, slug: str, left: str, right: str) -> HttpResponse:
    pair = pair_or_404(request, slug, left, right)
    found = impacts(pair.compared(), pair.right.files, pair.load)
    named = list(dict.fromkeys(chain.from_iterable((*found.lost.values(), *found.dangling.values()))))
    context = {
        "agent": pair.agent,
        "pair": pair,
        "impacts": named[:MOST],
        "more": len(named) - MOST,
        "limited": found.limited,
        "place": "compare",
        "title": "Broken references",
    }
    if request.htmx:
        return fragment(request, "components/impacts.html", context)
    return page(request, "deployments/impacts.html", context)
