"""The draft begun again from a version."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from deployments.models import Version, content
from deployments.pipeline.actor import Actor
from deployments.pipeline.drafts import in_state
from deployments.pipeline.edits import refusal_to_edit
from deployments.pipeline.importing import Imported, import_files
from deployments.pipeline.refusal import unless


def edit_as_draft(version: Version, *, state: str, by: Actor, at: datetime | None = None) -> Imported:
    """Make the draft equal to this version. `state` is the draft that is given up for it, empty where there is none."""
    agent = version.agent
    with transaction.atomic():
        unless(refusal_to_edit(agent, by=by))
        in_state(agent, state)
        return import_files(agent, content.contents(agent, version.manifest), source=version, by=by, at=at)
