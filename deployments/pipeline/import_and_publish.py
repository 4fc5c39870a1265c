from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone

from deployments.models import Agent, Deployment, Event
from deployments.pipeline.actor import Actor
from deployments.pipeline.drafts import forget_draft
from deployments.pipeline.importing import Imported, Mode, import_files
from deployments.pipeline.publish import publish
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import Refused


def import_and_publish(
    agent: Agent,
    files: Mapping[str, bytes],
    *,
    mode: Mode = "replace",
    ignored: Collection[str] = (),
    description: str = "",
    by: Actor,
) -> tuple[Imported, Deployment | None]:
    """Both or neither: a publication that is refused leaves the draft as it was, and its own line of history.

    Content that Sandbox runs already is nothing to publish, quietly.
    """
    at = timezone.now()
    imported: Imported | None = None
    try:
        with transaction.atomic():
            imported = import_files(agent, files, mode=mode, ignored=ignored, by=by, at=at)
            if imported.draft is None:
                return imported, None
            return imported, publish(agent, state=imported.draft.state, description=description, by=by, at=at)
    except Refused as refused:
        # What `publish` wrote of its refusal went with the import, so it is written once more.
        if imported is not None:
            record(
                Event.Kind.PUBLISHED,
                agent,
                by=by,
                at=at,
                refused=True,
                code=refused.code,
                message=refused.message,
                environment=agent.ladder[0],
            )
        forget_draft(agent)
        raise
