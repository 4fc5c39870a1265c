"""Draft activity: what the draft changes, who saved what, and what is wrong with it; and drafts that may come back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from deployments import pipeline
from deployments.views.drafting.drafted import Drafted
from deployments.views.http import Request, actor, agent_or_404, forbid
from deployments.views.pages import page
from deployments.views.releasing.exchanges import listed

SHOWN = 500
KEPT_SHOWN = 5


@require_safe
def draft(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    context = {"agent": agent, "place": "draft", "title": "Draft activity"}
    if agent.draft_or_none is None:
        context |= {"kept": agent.kept_drafts.filter(expires_at__gt=timezone.now()).order_by("-pk")[:KEPT_SHOWN]}
        return page(request, "deployments/draft_absent.html", context)
    drafted = Drafted(agent.draft_or_none)
    context |= {
        "drafted": drafted,
        "items": drafted.comparison.items[:SHOWN],
        "more": max(0, len(drafted.comparison.items) - SHOWN),
        "people": listed([person.name for person in drafted.people]),
    }
    return page(request, "deployments/draft.html", context)


@require_POST
def restoration(request: Request, slug: str, kept: int) -> HttpResponse:
    agent = agent_or_404(request, slug)
    found = get_object_or_404(agent.kept_drafts.filter(expires_at__gt=timezone.now()).select_related("base"), pk=kept)
    found.agent = agent
    try:
        pipeline.restore_draft(found, by=actor(request))
    except pipeline.Refused as refused:
        forbid(refused.refusal)
        messages.error(request, f"Nothing was changed. {refused.message}")
    else:
        messages.success(request, "The draft is back, as it was when it was deleted or replaced.")
    return redirect("draft", agent.slug)
