"""Whether conversations of an environment keep the version they began with, or go on with what is placed there."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from deployments.models import Environment, Event
from deployments.pipeline.actor import Actor
from deployments.pipeline.agents import refusal_to_change_agent
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import unless


def change_moving(environment: Environment, moves: bool, *, by: Actor) -> Environment:
    """What stays as it is leaves no line."""
    agent = environment.agent
    with transaction.atomic():
        unless(refusal_to_change_agent(agent, by=by))
        held = Environment.objects.select_for_update(no_key=True).get(pk=environment.pk)
        if held.moves_conversations != moves:
            held.moves_conversations = moves
            held.save(update_fields=["moves_conversations"])
            about = {"moves_conversations": [not moves, moves]}
            record(Event.Kind.AGENT_SETTINGS, agent, by=by, at=timezone.now(), environment=environment, details=about)
    environment.moves_conversations = moves
    return environment
