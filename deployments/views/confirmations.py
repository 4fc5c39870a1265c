"""What was done, said on the next page: what is now where, what it replaced, and the way back."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.template.loader import render_to_string
from django.utils import timezone

from deployments.models import Agent, Deployment
from deployments.views.http import Request

RICH = "rich"
TAKEN_BACK = re.compile(r"(Undo|Redo) of the (promotion of|rollback to) [0-9a-f]{9}")
TEMPLATES = {
    Deployment.Verb.PUBLISHED: "publication",
    Deployment.Verb.PROMOTED: "promotion",
    Deployment.Verb.ROLLED_BACK: "rollback",
}


def confirm(request: Request, template: str, context: dict[str, Any]) -> None:
    """Keep this template's words, links and forms for the next page. They are written now, since the world moves on."""
    agent: Agent = context["agent"]
    with timezone.override(agent.workspace.zone):
        messages.success(request, render_to_string(f"confirmations/{template}.html", context, request), RICH)


def confirm_placed(request: Request, verb: Deployment.Verb, placed: Deployment, agent: Agent) -> None:
    """For an act that placed a version: with its line of Project History, and Undo where something was replaced.

    What somebody else had placed already is said to be theirs: Undo would take back what they did.
    """
    placed.agent, placed.version.agent = agent, agent
    line = agent.events.filter(deployment=placed, refused=False).order_by("pk").first()
    is_own = (placed.by_id, placed.verb) == (request.user.pk, verb)
    taken_back = placed.replaced is not None and placed.message == undo_of(placed.replaced)
    context = {
        "agent": agent,
        "placed": placed,
        "line": line,
        "runs": list(placed.runs.all()),
        "undo": undo_of(placed),
        "undone": taken_back and placed.message.startswith("Undo"),
        "redone": taken_back and placed.message.startswith("Redo"),
    }
    confirm(request, TEMPLATES[verb] if is_own else "standing", context)


def undo_of(placed: Deployment) -> str:
    """The message of what takes this placement back; what was undone is redone, and that is undone again."""
    if placed.verb == Deployment.Verb.ROLLED_BACK:
        if TAKEN_BACK.fullmatch(placed.message):
            return ("Redo" if placed.message.startswith("Undo") else "Undo") + placed.message[4:]
        return f"Undo of the rollback to {placed.version.short}"
    return f"Undo of the promotion of {placed.version.short}"
