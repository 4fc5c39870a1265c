"""The draft begun again from a version, some of its resources taken from one, or one given back what it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from deployments.comparison import Item, Part
from deployments.models import Agent, Draft, DraftChange, Version, content
from deployments.pipeline.actor import Actor
from deployments.pipeline.drafts import DRAFT_MOVED, in_state, running_first
from deployments.pipeline.edits import refusal_to_edit
from deployments.pipeline.importing import Imported, import_files
from deployments.pipeline.refusal import Refusal, Refused, unless
from deployments.pipeline.reverting import Reverting, put_back
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
    agent = version.agent
    with transaction.atomic():
        unless(refusal_to_edit(agent, by=by))
        found = _back(agent, in_state(agent, state) or running_first(agent), version, chosen)
        return put_back(agent, found, DraftChange.Kind.TAKEN, by=by, at=at)


def reverting_resource(draft: Draft, item: Item) -> Reverting:
    """What it would come to that one changed resource is again what the version has that the draft began from."""
    return _back(draft.agent, draft, draft.base, item.parts)


def revert(
    agent: Agent, item: Item, *, state: str, by: Actor, at: datetime | None = None
) -> tuple[Draft | None, Reverting]:
    """Give one changed resource of exactly the draft that was shown back what its version has."""
    with transaction.atomic():
        unless(refusal_to_edit(agent, by=by))
        draft = in_state(agent, state)
        if draft is None:
            raise Refused(DRAFT_MOVED)
        found = reverting_resource(draft, item)
        return put_back(agent, found, DraftChange.Kind.REVERTED, by=by, at=at), found


def _back(agent: Agent, present: Draft | Version | None, version: Version | None, parts: Sequence[Part]) -> Reverting:
    now: Mapping[str, bytes] = content.contents(agent, present.manifest) if present else {}
    then: Mapping[str, bytes] = content.contents(agent, version.manifest) if version else {}
    places = [(part.path, part.previous_path, part.file, part.previous_file) for part in parts]
    try:
        changes = undone(now, then, places)
    except EditRefused as refused:
        raise Refused(Refusal("cannot_revert", str(refused))) from refused
    return Reverting({path: now.get(path) for path in changes}, changes)
