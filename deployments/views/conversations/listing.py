"""The list of an agent's conversations: those of callers, and those of people who test."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from deployments.forms.conversations import PRODUCTION, SCOPES, TEST, ConversationFilter
from deployments.models import Agent, Conversation, ConversationView, Role
from deployments.pipeline import Redaction, may_read_personal_data
from deployments.views.conversations.paging import is_oldest_first, paged
from deployments.views.http import Request, agent_or_404
from deployments.views.pages import page
from deployments.views.paging import COUNTED

SIZE = 50
# What a list may show beside what it always shows.
COLUMNS = {
    "environment": "Environment",
    "channel": "Channel",
    "language": "Language",
    "variant": "Variant",
    "handoff": "Handoff to",
}
TABS = ((PRODUCTION, "Production"), (TEST, "Test"))


@require_safe
def conversations(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    kept = list(ConversationView.objects.filter(agent=agent, person=request.user).order_by(Lower("name")))
    opens = next((view for view in kept if view.opens), None)
    if opens and not request.GET:
        return redirect(f"{request.path}?{opens.query}")
    form = filter_of(request, agent)
    asked = filters_of(request)
    pages = paged(request.GET, form.conversations(), SIZE)
    chips = form.chips
    chosen = request.GET.getlist("column")
    for each in pages.rows:
        if each.environment:
            each.environment.agent = agent  # which knows its ladder
    context = {
        "agent": agent,
        "form": form,
        "chips": chips,
        "tabs": TABS,
        "scopes": SCOPES.items(),
        "pages": pages,
        "columns": [(key, label, key in chosen) for key, label in COLUMNS.items()],
        "oldest_first": is_oldest_first(request.GET),
        "rows": [
            (redaction.shown(each), redaction.contact(each))
            for each in pages.rows
            for redaction in [Redaction.of(each, request.role)]
        ],
        "may_edit": request.role.holds(Role.EDITOR),
        "in_progress": _in_progress(agent, form),
        "asked": asked,
        "kept": kept,
        "here": next((view for view in kept if view.query == asked), None),
        "may_keep": asked not in {f"view={tab}" for tab, _ in TABS},
        "place": "conversations",
        "title": "Conversations",
    }
    return page(request, "deployments/conversations/list.html", context)


def filter_of(request: Request, agent: Agent) -> ConversationFilter:
    return ConversationFilter(agent, request.GET, reads_numbers=may_read_personal_data(request.role))


def _in_progress(agent: Agent, form: ConversationFilter) -> int:
    """How many of this tab, counted as far as a list counts."""
    held = Conversation.objects.in_progress().filter(agent=agent, in_production=form.tab == PRODUCTION)
    return held.values("pk")[: COUNTED + 1].count()


def filters_of(request: Request) -> str:
    """What narrows the list, always in the same order, for what leads on from it and for what is kept of it."""
    said = {"view": [PRODUCTION], **dict(request.GET.lists())}
    named = ((name, value) for name in sorted(said) for value in sorted(set(said[name])) if value)
    return urlencode([(name, value) for name, value in named if name not in {"newer", "older", "turn"}])
