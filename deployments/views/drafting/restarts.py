"""The draft begun again from a version, and one of its changes taken back: dialogs that show what is lost."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.releases import DiscardForm
from deployments.pipeline import summary_between
from deployments.views.drafting.drafted import NAMED, Drafted
from deployments.views.http import Request, actor, agent_or_404, forbid, side_or_404
from deployments.views.pages import dialog
from deployments.views.resources import present


@require_http_methods(["GET", "POST"])
def edit_as_draft(request: Request, slug: str, ref: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    version = side_or_404(agent, ref).version
    if version is None:
        raise Http404("Only a published version can become the draft.")
    forbid(pipeline.refusal_to_edit(agent, by=actor(request)))
    draft = agent.draft_or_none
    form = DiscardForm(request.POST or None, initial={"state": draft.state if draft else ""})
    if form.is_valid():
        try:
            pipeline.edit_as_draft(version, state=form.cleaned_data["state"], by=actor(request))
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
            draft = agent.draft_or_none = pipeline.draft_of(agent)
            form.renew(state=draft.state if draft else "")
        else:
            messages.success(request, f"The draft now holds what version {version.short} holds.")
            return redirect("draft", agent.slug)
    side = present(agent)
    comparison = summary_between(agent, side.files, version.files, (side.version, version))
    context = {
        "agent": agent,
        "title": "Edit as draft",
        "form": form,
        "version": version,
        "side": side,
        "comparison": comparison,
        "counts": comparison.counts.present,
        "compare": reverse("comparison", args=[agent.slug, side.ref, version.short]),
        "items": comparison.items[:NAMED],
        "more": max(0, len(comparison.items) - NAMED),
    }
    return dialog(request, "deployments/edit_as_draft.html", context)


@require_http_methods(["GET", "POST"])
def reversion(request: Request, slug: str, item: str) -> HttpResponse:
    """Take back what the draft changes of one resource."""
    agent = agent_or_404(request, slug)
    forbid(pipeline.refusal_to_edit(agent, by=actor(request)))
    draft = agent.draft_or_none
    drafted = Drafted(draft) if draft else None
    found = drafted.comparison.item(item) if drafted else None
    if draft is None or found is None:
        raise Http404("The draft changes nothing of this name.")
    form = DiscardForm(request.POST or None, initial={"state": draft.state})
    if form.is_valid():
        try:
            left = pipeline.revert(agent, found, state=form.cleaned_data["state"], by=actor(request))
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
            form.renew(state=draft.state)
        else:
            gone = "" if left else " Nothing is left to publish: the draft is gone."
            messages.success(request, f"{found.title} is again what it was.{gone}")
            return redirect("draft", agent.slug)
    context = {"agent": agent, "title": f"Revert {found.title}", "form": form, "item": found, "drafted": drafted}
    return dialog(request, "deployments/reversion.html", context)
