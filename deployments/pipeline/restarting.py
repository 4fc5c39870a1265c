"""The draft begun again from a version, or one of its changes taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from deployments.comparison import Item
from deployments.models import Agent, Draft, Version, content
from deployments.pipeline.actor import Actor
from deployments.pipeline.drafts import DRAFT_MOVED, draft_of
from deployments.pipeline.edits import change_files, refusal_to_edit
from deployments.pipeline.importing import Imported, import_files
from deployments.pipeline.placing import lock_agent
from deployments.pipeline.refusal import Refusal, Refused, unless
from deployments.resources.editing import EditRefused, undone


def edit_as_draft(version: Version, *, state: str, by: Actor, at: datetime | None = None) -> Imported:
    """Make the draft equal to this version. `state` is the draft that is given up for it, empty where there is none."""
    agent = version.agent
    with transaction.atomic():
        unless(refusal_to_edit(agent, by=by))
        _in_state(agent, state)
        return import_files(agent, content.contents(agent, version.manifest), source=version, by=by, at=at)


def revert(agent: Agent, item: Item, *, state: str, by: Actor, at: datetime | None = None) -> Draft | None:
    """Give one changed resource of the draft back what the version it began from has. No draft is left: None."""
    with transaction.atomic():
        unless(refusal_to_edit(agent, by=by))
        draft = _in_state(agent, state)
        if draft is None:
            raise Refused(DRAFT_MOVED)
        now = content.contents(agent, draft.manifest)
        then: Mapping[str, bytes] = content.contents(agent, draft.base.manifest) if draft.base else {}
        places = [(part.path, part.previous_path, part.file, part.previous_file) for part in item.parts]
        try:
            changes = undone(now, then, places)
        except EditRefused as refused:
            raise Refused(Refusal("cannot_revert", str(refused))) from refused
        seen = {path: content.hash_of(now[path]) if path in now else None for path in changes}
        return change_files(agent, changes, seen=seen, by=by, at=at)


def _in_state(agent: Agent, state: str) -> Draft | None:
    """The draft, when it still is the one that was looked at."""
    lock_agent(agent.pk)
    draft = draft_of(agent)
    if (draft.state if draft else "") != state:
        raise Refused(DRAFT_MOVED)
    return draft
