"""A list of conversations kept under a name, for oneself: kept, opened first, deleted."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from deployments import pipeline
from deployments.models import Agent, ConversationView
from deployments.views.conversations.listing import filters_of
from deployments.views.http import Request, agent_or_404


@require_POST
def keep(request: Request, slug: str) -> HttpResponse:
    """What the address narrows by is kept under the name that was typed."""
    agent = agent_or_404(request, slug)
    query = filters_of(request)
    try:
        view = pipeline.keep_view(agent, request.POST.get("name", ""), query, by=request.user)
    except pipeline.Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"“{view.name}” is a view of yours now.")
    return _to_list(agent, query)


@require_POST
def switch(request: Request, slug: str, view: int) -> HttpResponse:
    """The list opens on this view, or no longer."""
    agent = agent_or_404(request, slug)
    found = _view_or_404(request, agent, view)
    pipeline.open_on(agent, None if found.opens else found, by=request.user)
    opened = "Production" if found.opens else f"“{found.name}”"
    messages.success(request, f"Conversations of {agent.name} open on {opened} for you.")
    return _to_list(agent, found.query)


@require_POST
def delete(request: Request, slug: str, view: int) -> HttpResponse:
    agent = agent_or_404(request, slug)
    found = _view_or_404(request, agent, view)
    pipeline.drop_view(found)
    messages.success(request, f"The view “{found.name}” is deleted.")
    return redirect(reverse("conversations", args=[agent.slug]) + "?view=production")


def _view_or_404(request: Request, agent: Agent, view: int) -> ConversationView:
    return get_object_or_404(ConversationView, pk=view, agent=agent, person=request.user)


def _to_list(agent: Agent, query: str) -> HttpResponseRedirect:
    return redirect(f"{reverse('conversations', args=[agent.slug])}?{query}")
