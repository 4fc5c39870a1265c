"""Two versions side by side. The address carries both sides and what is shown of them, so that a link can be sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from deployments.models import Agent
from deployments.views.berths import active_in, berths
from deployments.views.comparing.acting import act_of
from deployments.views.comparing.between import between
from deployments.views.comparing.cards import pair_of
from deployments.views.comparing.formatting import formatting
from deployments.views.comparing.options import CHANGES, Options
from deployments.views.comparing.reading import Reading
from deployments.views.comparing.reviews import review
from deployments.views.comparing.selectors import KEPT, exit_address, plates, shown_then
from deployments.views.comparing.viewing import viewed_in
from deployments.views.configuring.real_time_changes import between as real_time_between
from deployments.views.http import Request, agent_or_404
from deployments.views.pages import page

TITLE = "Version comparison"


@require_safe
def compare(request: Request, slug: str) -> HttpResponse:
    """What callers hear against the newest there is; a form without scripts names its sides in the query."""
    agent = agent_or_404(request, slug)
    newest = agent.versions.without_manifest().newest_first().first()
    right = request.GET.get("right") or (newest.short if newest else "draft" if agent.draft_or_none else "")
    left = request.GET.get("left") or agent.ladder[-1].slug
    if not right:
        context = {"agent": agent, "place": "compare", "title": TITLE}
        return page(request, "deployments/no_comparison.html", context)
    try:
        return redirect("comparison", agent.slug, left, right)
    except NoReverseMatch:
        raise Http404("Name each side as an environment, as draft, or by nine characters of its hash.") from None


@require_safe
def comparison(request: Request, slug: str, left: str, right: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    if "draft" in (left, right) and agent.draft_or_none is None:
        return _without_draft(request, agent, left, right)
    standing = berths(agent)
    active = active_in(standing)
    pair = pair_of(request, agent, left, right, active)
    if then := shown_then(request, agent, pair.left, pair.right):
        messages.info(request, "An environment has moved since this link was made: these are the versions it showed.")
        return redirect(then)
    reading = Reading.of(request)
    options = Options.of(request.GET, spaced=reading.spaced)
    leave = exit_address(request, agent, pair.right)
    made = review(pair, options)
    act = act_of(request, pair, standing)
    keep = {key: request.GET[key] for key in KEPT if request.GET.get(key)} | {"from": leave}
    context = {
        "agent": agent,
        "place": "compare",
        "title": TITLE,
        "berths": standing,
        "pair": pair,
        "options": options,
        "review": made,
        "counts": [(change, getattr(made.kinds, change)) for change in CHANGES],
        "is_same": bool(pair.left.identity) and pair.left.identity == pair.right.identity,
        "viewed": viewed_in(pair, request),
        "between": between(pair),
        "real_time": real_time_between(pair.left.environment, pair.right.environment),
        "formatting": formatting(pair, made.formatting, options) if options.formatting else (),
        "plates": plates(agent, pair.left, pair.right, standing, keep),
        "swapped": reverse("comparison", args=[agent.slug, right, left]) + f"?{urlencode(keep)}",
        "asked": [(key, value) for key, value in keep.items() if key != "text"],
        "reading": reading,
        "leave": leave,
        "act": act,
        "about": [pair.left.environment, pair.right.environment, act and act.to],
    }
    return reading.remember(request, page(request, "deployments/comparison.html", context))


def _without_draft(request: Request, agent: Agent, left: str, right: str) -> HttpResponse:
    """Somebody published or deleted the draft that this address speaks of: say so, and offer what there is."""
    first = agent.ladder[0]
    sides = [first.slug if ref == "draft" else ref for ref in (left, right)]
    context: dict[str, Any] = {
        "agent": agent,
        "place": "compare",
        "title": TITLE,
        "first": first,
        "instead": reverse("comparison", args=[agent.slug, *sides]),
    }
    return page(request, "deployments/no_draft.html", context, status=404)
