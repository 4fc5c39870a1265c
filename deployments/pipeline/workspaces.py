"""Making a workspace from the command line, and changing its settings."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from deployments.models import Event, Role, Workspace
from deployments.models.workspace import LONGEST_KEPT_DAYS
from deployments.pipeline.actor import Actor
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import Refusal, Refused, refusal_by_role, unless, usable_name


def create_workspace(*, slug: str, name: str) -> Workspace:
    workspace = Workspace(slug=slug.strip(), name=usable_name(name, "the workspace"))
    _check(workspace)
    try:
        with transaction.atomic():
            workspace.save()
    except IntegrityError:
        raise Refused(Refusal("id_taken", f"There is a workspace “{slug}” already. Choose another id.")) from None
    return workspace


def refusal_to_change_workspace(workspace: Workspace, *, by: Actor) -> Refusal | None:
    return refusal_by_role(workspace, Role.ADMIN, "change a workspace's settings", by=by)


def refusal_to_read_history(workspace: Workspace, *, by: Actor) -> Refusal | None:
    """Of a workspace's own, which names who was invited, and keys; that of an agent everybody here may read."""
    return refusal_by_role(workspace, Role.ADMIN, "read a workspace's own history", by=by)


def change_workspace(
    workspace: Workspace,
    *,
    name: str | None = None,
    time_zone: str | None = None,
    conversations_kept_days: int | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Workspace:
    """Change what is given. What stays as it is leaves no line."""
    with transaction.atomic():
        unless(refusal_to_change_workspace(workspace, by=by))
        given = {
            "name": None if name is None else usable_name(name, "the workspace"),
            "time_zone": time_zone,
            "conversations_kept_days": conversations_kept_days,
        }
        wanted = {key: value for key, value in given.items() if value is not None}
        before = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        changed = {key: [getattr(before, key), value] for key, value in wanted.items() if getattr(before, key) != value}
        for key, value in wanted.items():
            setattr(before, key, value)
        _check(before)
        if changed:
            before.save(update_fields=list(changed))
            record(Event.Kind.WORKSPACE_SETTINGS, workspace, by=by, at=at or timezone.now(), details=changed)
    for key in given:
        setattr(workspace, key, getattr(before, key))
    return workspace


def _check(workspace: Workspace) -> None:
    """The first thing wrong with a field, as one refusal."""
    sentences = {
        "slug": f"“{workspace.slug}” cannot be a workspace's id. Use up to 50 small letters, digits and hyphens.",
        "time_zone": f"“{workspace.time_zone}” is no time zone. Write it like Europe/Oslo.",
        "conversations_kept_days": f"Conversations are kept for 1 to {LONGEST_KEPT_DAYS:,} days.",
    }
    try:
        workspace.clean_fields()
    except ValidationError as error:
        field = next(field for field in sentences if field in error.error_dict)
        raise Refused(Refusal(f"{field}_unusable", sentences[field])) from None
