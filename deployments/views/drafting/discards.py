"""Deleting the draft: the dialog that names what is lost, and the act."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.releases import SeenDraftForm
from deployments.models import DraftChange
from deployments.views.confirmations import confirm
from deployments.views.drafting.drafted import Drafted
from deployments.views.http import Request, actor, agent_or_404, forbid, posted
from deployments.views.pages import dialog


@require_http_methods(["GET", "POST"])
def discard(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    by, draft = actor(request), agent.draft_or_none
    arrived: list[DraftChange] = []
    form = SeenDraftForm(posted(request), initial={"state": pipeline.state_of(draft)})
    if form.is_valid():
        try:
            kept = pipeline.discard(agent, state=form.cleaned_data["state"], by=by)
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
            draft = agent.draft_or_none = pipeline.draft_of(agent)
            arrived = pipeline.changes_since(draft, form.cleaned_data["state"])
            form.renew(state=pipeline.state_of(draft))
        else:
            confirm(request, "discard", {"agent": agent, "kept": kept})
            return redirect("environment", agent.slug, agent.ladder[0].slug)
    refusal = pipeline.refusal_to_discard(agent, by=by)
    forbid(refusal)
    context = {
        "agent": agent,
        "place": "",
        "title": "Delete draft",
        "form": form,
        "arrived": arrived,
        "refusal": refusal,
        "drafted": Drafted(draft) if draft else None,
    }
    return dialog(request, "deployments/discard.html", context)
