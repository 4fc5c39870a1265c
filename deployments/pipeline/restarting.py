"""The draft begun again from a version, some of its resources taken from one, or a change of one taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from deployments.comparison import Item, Part
from deployments.models import Agent, Draft, DraftChange, Version, content
from deployments.pipeline.actor import Actor
from deployments.pipeline.drafts import DRAFT_MOVED, in_state, running_first
from deployments.pipeline.edits import change_files, refusal_to_edit
from deployments.pipeline.importing import Imported, import_files
from deployments.pipeline.refusal import Refusal, Refused, unless
from deployments.resources.editing import EditRefused, undone


def edit_as_draft(version: Version, *, state: str, by: Actor, at: datetime | None = None) -> Imported:
    """Make the draft equal to this version. `state` is the draft that is given up for it, empty where there is none."""
    agent = version.agent
    with transaction.atomic():
        unless(refusal_to_edit(agent, by=by))
        in_state(agent, state)
        return import_files(agent, content.contents(agent, version.manifest), source=version, by=by, at=at)


def take(
    version: Version, chosen: Sequence[Part], *, state: str, by: Actor, at: datetime | None = None
) -> Draft | None:
    """Give these resources of the draft back what this version has of them. No draft is left: None.

    `chosen`: parts of the comparison from the version to the draft (or to what is there while there is none).
    """
    return _put_back(version.agent, version, chosen, DraftChange.Kind.TAKEN, state=state, by=by, at=at)


def revert(agent: Agent, item: Item, *, state: str, by: Actor, at: datetime | None = None) -> Draft | None:
    """Give one changed resource of the draft back what the version it began from has. No draft is left: None."""
    if not state:
        raise Refused(DRAFT_MOVED)
    return _put_back(agent, None, item.parts, DraftChange.Kind.REVERTED, state=state, by=by, at=at)


def _put_back(
    agent: Agent,
    version: Version | None,
    parts: Sequence[Part],
    kind: DraftChange.Kind,
    *,
    state: str,
    by: Actor,
    at: datetime | None,
) -> Draft | None:
    """`version`: None for the one the draft began from."""
    with transaction.atomic():
        unless(refusal_to_edit(agent, by=by))
        draft = in_state(agent, state)
        base = draft.base if draft else running_first(agent)
        present = draft or base
        version = version or base
        now: Mapping[str, bytes] = content.contents(agent, present.manifest) if present else {}
        then: Mapping[str, bytes] = content.contents(agent, version.manifest) if version else {}
        places = [(part.path, part.previous_path, part.file, part.previous_file) for part in parts]
        try:
            changes = undone(now, then, places)
        except EditRefused as refused:
            raise Refused(Refusal("cannot_revert", str(refused))) from refused
        seen = {path: content.hash_of(now[path]) if path in now else None for path in changes}
        return change_files(agent, changes, seen=seen, kind=kind, by=by, at=at)
