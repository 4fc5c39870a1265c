"""Taking back what the draft changes: of one resource, one saved change, or all of one's own.

One dialog for the three: it shows what that comes to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.comparison import Item
from deployments.forms.releases import SeenDraftForm
from deployments.models import Agent, Draft, DraftChange
from deployments.views.drafting.drafted import NAMED, Drafted
from deployments.views.http import Request, actor, agent_or_404, forbid, posted
from deployments.views.naming import first_of
from deployments.views.pages import dialog


@dataclass(frozen=True)
class Undoing:
    """One way of taking back. `look`: what it would come to in a draft, which it asks; `act` does it in that state."""

    title: str
    look: Callable[[Draft], pipeline.Reverting]
    act: Callable[[str], tuple[Draft | None, pipeline.Reverting]]
    item: Item | None = None
    chosen: Sequence[DraftChange] = ()


@require_http_methods(["GET", "POST"])
def reversion(request: Request, slug: str, item: str) -> HttpResponse:
    """All that the draft changes of one resource."""
    agent = agent_or_404(request, slug)
    draft = agent.draft_or_none
    found = Drafted(draft).comparison.item(item) if draft else None
    if found is None:
        raise Http404("The draft changes nothing of this name.")

    def look(draft: Draft) -> pipeline.Reverting:
        return pipeline.reverting_resource(draft, found)

    def act(state: str) -> tuple[Draft | None, pipeline.Reverting]:
        return pipeline.revert(agent, found, state=state, by=actor(request))

    return _revert(request, agent, Undoing(f"Revert {found.title}", look, act, item=found))


@require_http_methods(["GET", "POST"])
def change_reversion(request: Request, slug: str, change: int) -> HttpResponse:
    agent = agent_or_404(request, slug)
    draft = agent.draft_or_none
    found = list(draft.changes.filter(pk=change).select_related("by")) if draft else []
    if not found:
        raise Http404("The draft has no such change: it was published, or given up.")
    return _revert(request, agent, _of_changes(request, agent, found, "Revert this change"))


@require_http_methods(["GET", "POST"])
def own_reversion(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    draft = agent.draft_or_none
    found = list(draft.changes.filter(by=request.user)) if draft else []
    if not found:
        raise Http404("Nothing of yours is in the draft.")
    return _revert(request, agent, _of_changes(request, agent, found, "Revert all of mine"))


def _of_changes(request: Request, agent: Agent, chosen: list[DraftChange], title: str) -> Undoing:
    keys = [each.pk for each in chosen]

    def look(draft: Draft) -> pipeline.Reverting:
        return pipeline.reverting(draft, chosen)

    def act(state: str) -> tuple[Draft | None, pipeline.Reverting]:
        return pipeline.revert_changes(agent, keys, state=state, by=actor(request))

    return Undoing(title, look, act, chosen=chosen)


def _revert(request: Request, agent: Agent, undoing: Undoing) -> HttpResponse:
    forbid(pipeline.refusal_to_edit(agent, by=actor(request)))
    draft = agent.draft_or_none
    assert draft is not None, "What is taken back was found in it."
    form = SeenDraftForm(posted(request), initial={"state": draft.state})
    arrived: list[DraftChange] = []
    if form.is_valid():
        try:
            left, done = undoing.act(form.cleaned_data["state"])
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
            arrived = pipeline.changes_since(draft, form.cleaned_data["state"])
            form.renew(state=draft.state)
        else:
            messages.success(request, _said(undoing, done, is_left=left is not None))
            return redirect("draft", agent.slug)
    try:
        found, problem = undoing.look(draft), ""
    except pipeline.Refused as refused:
        found, problem = pipeline.Reverting(), refused.refusal.sentence
    items, drafted = found.comparison.items, Drafted(draft)
    context = {
        "agent": agent,
        "place": "draft",
        "title": undoing.title,
        "form": form,
        "arrived": arrived,
        "undoing": undoing,
        "drafted": drafted,
        "found": found,
        "problem": problem,
        # Of a flow the files alone may not hold the name.
        "items": [((drafted.comparison.item(each.anchor) or each).title, each) for each in items[:NAMED]],
        "more": max(0, len(items) - NAMED),
    }
    return dialog(request, "deployments/reversion.html", context)


def _said(undoing: Undoing, done: pipeline.Reverting, *, is_left: bool) -> str:
    count = len(done.then)
    back = f"{undoing.item.title} is again what it was." if undoing.item else f"Taken back in {count:,} file"
    back += "" if undoing.item else "." if count == 1 else "s."
    return back + ("" if is_left else " Nothing is left to publish: the draft is gone.") + _left_alone(done)


def _left_alone(done: pipeline.Reverting) -> str:
    """The files that somebody else has changed since, in a sentence."""
    if not done.left_alone:
        return ""
    named = [f"{path} ({person.name})" for path, person in done.left_alone.items()]
    return f" Left alone, since changed by others: {first_of(named, 5)}."
