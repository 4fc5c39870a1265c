"""Resources of a version taken into the draft: chosen from what differs, or the one that a page or a row names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.comparison import Item, Part
from deployments.forms.releases import SeenDraftForm
from deployments.models import DraftChange
from deployments.sides.side import present, side_or_404
from deployments.views.http import Request, actor, agent_or_404, forbid, posted
from deployments.views.naming import first_of
from deployments.views.pages import page

SHOWN = 500
# What taking a resource does to the draft, said of a comparison that goes from the version to the draft.
BECOMES = {"added": "removed", "removed": "added", "changed": "changed", "moved": "moved"}


@dataclass(frozen=True)
class Choice:
    """A resource that the version and the draft hold differently, or a flow with all of its parts."""

    item: Item
    what: Item | Part
    chosen: bool

    @classmethod
    def of(cls, item: Item, asked: Sequence[str], path: str, *, is_new: bool) -> Choice:
        what = next((part for part in item.parts if path and _is(part, path)), item)
        return cls(item, what, item.anchor in asked or bool(is_new and path))

    @property
    def name(self) -> str:
        return self.what.previous_name or self.what.name

    @property
    def change(self) -> str:
        return BECOMES[self.what.change]


@require_http_methods(["GET", "POST"])
def taking(request: Request, slug: str, ref: str) -> HttpResponse:
    """`?path=` names one resource of the version: only that is offered. `?item=` chooses among all."""
    agent = agent_or_404(request, slug)
    forbid(pipeline.refusal_to_edit(agent, by=actor(request)))
    version = side_or_404(agent, ref).version
    if version is None:
        raise Http404("Resources are taken from a published version.")
    draft = agent.draft_or_none
    side, state, path = present(agent), pipeline.state_of(draft), request.GET.get("path", "")
    comparison = pipeline.summary_between(agent, version.files, side.files, (version, side.version))
    items = [item for item in comparison.items if item.kind != "variable" and (not path or _holds(item, path))]
    form = SeenDraftForm(posted(request), initial={"state": state})
    asked = request.POST.getlist("item") if request.method == "POST" else request.GET.getlist("item")
    choices = [Choice.of(item, asked, path, is_new=request.method == "GET") for item in items]
    parts = [part for choice in choices if choice.chosen for part in choice.item.parts if not path or _is(part, path)]
    arrived: list[DraftChange] = []
    if form.is_valid() and not parts:
        form.refuse("Choose at least one resource.")
    elif form.is_valid():
        try:
            pipeline.take(version, parts, state=form.cleaned_data["state"], by=actor(request))
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
            arrived = pipeline.changes_since(draft, form.cleaned_data["state"])
            form.renew(state=state)
        else:
            names = list(dict.fromkeys(part.previous_name or part.name for part in parts))
            messages.success(request, f"In the draft as in version {version.short}: {first_of(names, 3)}.")
            return redirect("draft", agent.slug)
    context = {
        "agent": agent,
        "place": "deployments",
        "title": f"Take from version {version.short}",
        "form": form,
        "arrived": arrived,
        "version": version,
        "side": side,
        "path": path,
        "choices": choices[:SHOWN],
        "more": max(0, len(choices) - SHOWN),
    }
    return page(request, "deployments/taking.html", context)


def _holds(item: Item, path: str) -> bool:
    return any(_is(part, path) for part in item.parts)


def _is(part: Part, path: str) -> bool:
    """Whether this is the version's resource at that address; what the version lacks has none there."""
    return path == (part.previous_path or part.path) and part.change != "added"
