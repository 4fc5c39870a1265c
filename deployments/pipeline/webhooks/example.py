"""What a message looks like, made by what makes the real ones, so that it cannot say anything else."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from deployments.models import Agent, Deployment, Environment, Event, Person, Version, Webhook, Workspace
from deployments.models.deployment import time_ordered_id
from deployments.pipeline.webhooks.announcing import body_of


def example(workspace: Workspace, by: Person, at: datetime) -> str:
    """A promotion to Live as JSON in lines. Nothing of it is written anywhere."""
    agent = Agent(workspace=workspace, slug="ferry-desk", name="Ferry desk")
    before = Version(agent=agent, number=41, hash="6f1d0c5e9" + "0" * 31)
    after = Version(
        agent=agent,
        number=42,
        hash="1a2b3c4d5" + "0" * 31,
        description="Winter timetable",
        author=by,
        author_email=by.email,
        published_at=at - timedelta(hours=1),
    )
    event = Event(
        pk=1234,
        workspace=workspace,
        agent=agent,
        at=at,
        kind=Event.Kind.PROMOTED,
        by=by,
        channel=Event.Channel.WEB,
        environment=Environment(agent=agent, slug="live", label="Live"),
        source=Environment(agent=agent, slug="pre-release", label="Pre-release"),
        before=before,
        after=after,
        deployment=Deployment(id=time_ordered_id()),
        message="Checked on the telephone",
    )
    return json.dumps(json.loads(body_of(event, Webhook.Tells.PROMOTED)), indent=2, ensure_ascii=False)
