"""Draft activity: what the draft changes, who saved what, and what is wrong with it; and drafts that may come back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from deployments import pipeline
from deployments.forms.base import Form
from deployments.models import content
from deployments.pipeline import summary_between
from deployments.sides.side import present
from deployments.views.drafting.drafted import NAMED, Drafted
from deployments.views.http import Request, actor, agent_or_404, forbid, posted
from deployments.views.naming import listed
from deployments.views.pages import dialog, page

SHOWN = 500
KEPT_SHOWN = 5


@require_safe
def draft(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    context = {"agent": agent, "place": "draft", "title": "Draft activity"}
    if agent.draft_or_none is None:
        context |= {"kept": agent.kept_drafts.unexpired().order_by("-pk")[:KEPT_SHOWN]}
        return page(request, "deployments/draft_absent.html", context)
    drafted = Drafted(agent.draft_or_none)
    context |= {
        "drafted": drafted,
        "lines": drafted.by_resource[:SHOWN],
        "has_own": any(change.by_id == request.user.pk for change in drafted.saved),
        "more": max(0, len(drafted.comparison.items) - SHOWN),
        "people": listed([person.name for person in drafted.people]),
    }
    return page(request, "deployments/draft.html", context)


@require_http_methods(["GET", "POST"])
def restoration(request: Request, slug: str, kept: int) -> HttpResponse:
    """The dialog shows what comes back and what it comes in place of."""
    agent = agent_or_404(request, slug)
    found = agent.kept_drafts.unexpired().filter(pk=kept).select_related("base").first()
    if found is None:
        raise Http404("This draft is no longer kept: it was restored already, or its 30 days are over.")
    found.agent = agent
    form = Form(posted(request))
    if form.is_valid():
        try:
            pipeline.restore_draft(found, by=actor(request))
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
        else:
            messages.success(request, "The draft is back, as it was when it was deleted or replaced.")
            return redirect("draft", agent.slug)
    agent.draft_or_none = pipeline.draft_of(agent)
    refusal = pipeline.refusal_to_restore_draft(found, by=actor(request))
    forbid(refusal)
    side = present(agent)
    comparison = summary_between(agent, side.files, content.files_of(agent, found.manifest), (side.version, None))
    authors = [change.by.name for change in found.changes.select_related("by").defer("before", "after", "resources")]
    context = {
        "agent": agent,
        "place": "draft",
        "title": "Restore draft",
        "form": form,
        "kept": found,
        "refusal": refusal,
        "side": side,
        "people": listed(list(dict.fromkeys(authors))),
        "comparison": comparison,
        "counts": comparison.counts.present,
        "items": comparison.items[:NAMED],
        "more": max(0, len(comparison.items) - NAMED),
    }
    return dialog(request, "deployments/draft_restoration.html", context)
