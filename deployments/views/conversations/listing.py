"""The list of an agent's conversations: those of callers, and those of people who test."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from deployments.forms.conversations import PRODUCTION, SCOPES, TEST, ConversationFilter
from deployments.models import Agent, Conversation, Role
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
    form = filter_of(request, agent)
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
        "rows": [(each, Redaction.of(each, request.role).contact(each)) for each in pages.rows],
        "may_edit": request.role.holds(Role.EDITOR),
        "in_progress": _in_progress(agent, form),
        "asked": _without_place(request),
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


def _without_place(request: Request) -> str:
    """The filters alone, for what leads on from this list."""
    query = request.GET.copy()
    for name in ("newer", "older", "turn"):
        query.pop(name, None)
    return query.urlencode()
