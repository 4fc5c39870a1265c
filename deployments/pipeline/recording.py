"""One helper writes every line of history, so that nobody can add a verb and forget the line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from deployments.models import Agent, Event, Workspace
from deployments.pipeline.actor import Actor
from deployments.pipeline.refusal import Refused
from deployments.pipeline.webhooks.announcing import announce


def record(
    kind: Event.Kind, where: Agent | Workspace, *, by: Actor | None, at: datetime, channel: str = "", **about: Any
) -> Event:
    """Add one line. `by` is None only for what the command line does without naming a person."""
    agent = where if isinstance(where, Agent) else None
    if by and by.key:
        about["details"] = {**about.get("details", {}), "api_key": by.key}
    event = Event(
        workspace_id=agent.workspace_id if agent else where.pk,
        agent=agent,
        kind=kind,
        at=at,
        by=by.person if by else None,
        channel=by.channel if by else channel or Event.Channel.CLI,
        **about,
    )
    with transaction.atomic():
        event.save(force_insert=True)
        announce(event)
    return event


@contextmanager
def refusals_recorded(kind: Event.Kind, agent: Agent, *, by: Actor, at: datetime, **about: Any) -> Iterator[None]:
    """One transaction for the act. When it is refused, a second one adds the line that says so."""
    try:
        with transaction.atomic():
            yield
    except Refused as refused:
        record(kind, agent, by=by, at=at, refused=True, code=refused.code, message=refused.message, **about)
        raise
