"""The draft begun again from a version: the dialog shows what it becomes, and what gives way."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.releases import SeenDraftForm
from deployments.models import DraftChange
from deployments.pipeline import summary_between
from deployments.sides.side import present, side_or_404
from deployments.views.drafting.drafted import NAMED
from deployments.views.http import Request, actor, agent_or_404, forbid, posted
from deployments.views.pages import dialog


@require_http_methods(["GET", "POST"])
def edit_as_draft(request: Request, slug: str, ref: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    version = side_or_404(agent, ref).version
    if version is None:
        raise Http404("Only a published version can become the draft.")
    forbid(pipeline.refusal_to_edit(agent, by=actor(request)))
    draft = agent.draft_or_none
    arrived: list[DraftChange] = []
    form = SeenDraftForm(posted(request), initial={"state": pipeline.state_of(draft)})
    if form.is_valid():
        try:
            pipeline.edit_as_draft(version, state=form.cleaned_data["state"], by=actor(request))
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
            draft = agent.draft_or_none = pipeline.draft_of(agent)
            arrived = pipeline.changes_since(draft, form.cleaned_data["state"])
            form.renew(state=pipeline.state_of(draft))
        else:
            messages.success(request, f"The draft now holds what version {version.short} holds.")
            return redirect("draft", agent.slug)
    side = present(agent)
    comparison = summary_between(agent, side.files, version.files, (side.version, version))
    context = {
        "agent": agent,
        "title": "Edit as draft",
        "form": form,
        "arrived": arrived,
        "version": version,
        "side": side,
        "comparison": comparison,
        "counts": comparison.counts.present,
        "compare": reverse("comparison", args=[agent.slug, side.ref, version.short]),
        "items": comparison.items[:NAMED],
        "more": max(0, len(comparison.items) - NAMED),
    }
    return dialog(request, "deployments/edit_as_draft.html", context)
