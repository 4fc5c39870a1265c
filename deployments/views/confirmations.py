"""What was done, said on the next page: what is now where, what it replaced, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.template.loader import render_to_string
from django.utils import timezone

from deployments.models import Agent, Deployment
from deployments.views.http import Request

RICH = "rich"


def confirm(request: Request, template: str, context: dict[str, Any]) -> None:
    """Keep this template's words, links and forms for the next page. They are written now, since the world moves on."""
    agent: Agent = context["agent"]
    with timezone.override(agent.workspace.zone):
        messages.success(request, render_to_string(f"confirmations/{template}.html", context, request), RICH)


def confirm_placed(request: Request, template: str, placed: Deployment, agent: Agent) -> None:
    """For an act that placed a version: with its line of Project History, and Undo where something was replaced."""
    placed.agent, placed.version.agent = agent, agent
    line = agent.events.filter(deployment=placed, refused=False).order_by("pk").first()
    confirm(request, template, {"agent": agent, "placed": placed, "line": line, "runs": list(placed.runs.all())})
