"""Saved changes of the draft taken back: one of them, or all of one's own. The dialog shows what that comes to."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.releases import DiscardForm
from deployments.models import Agent, DraftChange
from deployments.views.drafting.drafted import NAMED
from deployments.views.http import Request, actor, agent_or_404, forbid
from deployments.views.pages import dialog


@require_http_methods(["GET", "POST"])
def change_reversion(request: Request, slug: str, change: int) -> HttpResponse:
    agent = agent_or_404(request, slug)
    draft = agent.draft_or_none
    found = list(draft.changes.filter(pk=change).select_related("by")) if draft else []
    if not found:
        raise Http404("The draft has no such change: it was published, or given up.")
    return _revert(request, agent, found, "Revert this change")


@require_http_methods(["GET", "POST"])
def own_reversion(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    draft = agent.draft_or_none
    return _revert(request, agent, list(draft.changes.filter(by=request.user)) if draft else [], "Revert all of mine")


def _revert(request: Request, agent: Agent, chosen: list[DraftChange], title: str) -> HttpResponse:
    forbid(pipeline.refusal_to_edit(agent, by=actor(request)))
    draft = agent.draft_or_none
    if draft is None or not chosen:
        raise Http404("Nothing of yours is in the draft.")
    form = DiscardForm(request.POST or None, initial={"state": draft.state})
    arrived: list[DraftChange] = []
    if form.is_valid():
        try:
            keys = [each.pk for each in chosen]
            left, done = pipeline.revert_changes(agent, keys, state=form.cleaned_data["state"], by=actor(request))
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
            arrived = pipeline.changes_since(draft, form.cleaned_data["state"])
            form.renew(state=draft.state)
        else:
            count = len(done.then)
            said = f"Taken back in {count:,} {'file' if count == 1 else 'files'}."
            said += "" if left else " Nothing is left to publish: the draft is gone."
            messages.success(request, said + _left_alone(done))
            return redirect("draft", agent.slug)
    found = pipeline.reverting(draft, chosen)
    items = found.comparison.items
    context = {
        "agent": agent,
        "place": "draft",
        "title": title,
        "form": form,
        "arrived": arrived,
        "action": request.path,
        "chosen": chosen,
        "found": found,
        "items": items[:NAMED],
        "more": max(0, len(items) - NAMED),
    }
    return dialog(request, "deployments/change_reversion.html", context)


def _left_alone(done: pipeline.Reverting) -> str:
    """The files that somebody else has changed since, in a sentence."""
    if not done.left_alone:
        return ""
    named = [f"{path} ({person.name})" for path, person in list(done.left_alone.items())[:5]]
    more = len(done.left_alone) - len(named)
    return f" Left alone, since changed by others: {', '.join(named)}{f' and {more:,} more' if more else ''}."
