"""The gates of an agent, chosen in its settings."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from deployments import pipeline
from deployments.forms.suite import GatesForm
from deployments.models import Agent
from deployments.views.http import Request, actor, agent_or_404, forbid
from deployments.views.suite.finding import sets_of


@require_POST
def gates(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    forbid(pipeline.refusal_to_change_agent(agent, by=actor(request)))
    form = gates_form(agent, request.POST)
    if not form.is_valid():
        messages.error(request, "No gate was changed: one of the test sets is no longer there. Choose again.")
        return redirect("agent-settings", agent.slug)
    try:
        with transaction.atomic():
            for step, case_set in form.chosen:
                pipeline.change_gate(step, case_set, by=actor(request))
    except pipeline.Refused as refused:
        forbid(refused.refusal)
        messages.error(request, f"No gate was changed. {refused.message}")
    else:
        messages.success(request, "Gates saved.")
    return redirect("agent-settings", agent.slug)


def gates_form(agent: Agent, sent: object = None) -> GatesForm:
    return GatesForm(agent, sets_of(agent), sent)
