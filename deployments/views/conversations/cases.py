"""Conversations kept as test cases: one, which then stands open to be edited, or those that were ticked in the list."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from deployments import pipeline
from deployments.models import Agent, Conversation
from deployments.views.conversations.reading import conversation_or_404
from deployments.views.http import Request, actor, agent_or_404, forbid


@require_POST
def save_case(request: Request, slug: str, conversation: UUID) -> HttpResponse:
    agent = agent_or_404(request, slug)
    found = conversation_or_404(agent, conversation)
    made = _saved(request, agent, [found])
    if not made:
        return redirect("conversation", agent.slug, found.pk)
    messages.success(request, "This conversation is a test case of the draft now. Look at what it expects.")
    return redirect("edit", agent.slug, made[0])


@require_POST
def save_cases(request: Request, slug: str) -> HttpResponse:
    """`conversation`: the ids that were ticked."""
    agent = agent_or_404(request, slug)
    made = _saved(request, agent, _ticked(request, agent))
    if not made:
        asked = request.GET.urlencode()
        return redirect(reverse("conversations", args=[agent.slug]) + (f"?{asked}" if asked else ""))
    if len(made) == 1:
        messages.success(request, "This conversation is a test case of the draft now. Look at what it expects.")
        return redirect("edit", agent.slug, made[0])
    messages.success(request, f"{len(made)} conversations are test cases of the draft now.")
    return redirect("draft", agent.slug)


def _ticked(request: Request, agent: Agent) -> list[Conversation]:
    """In the order they happened, so that names are given in it. What is no conversation of this agent is left out."""
    wanted = set()
    for text in request.POST.getlist("conversation"):
        try:
            wanted.add(UUID(text))
        except ValueError:
            continue
    rows = agent.conversations.with_details().select_related("thread").defer("thread__words", "thread__manifest")
    return list(rows.filter(pk__in=wanted).oldest_first()[: pipeline.MOST_CONVERSATIONS + 1])


def _saved(request: Request, agent: Agent, found: list[Conversation]) -> list[str]:
    """The paths of their files; none where it was refused, which the page then says."""
    by = actor(request)
    forbid(pipeline.refusal_to_test(agent, by=by))
    try:
        return pipeline.save_as_cases(agent, found, by=by)
    except pipeline.Refused as refused:
        forbid(refused.refusal)
        messages.error(request, refused.message)
        return []
