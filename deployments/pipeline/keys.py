"""API keys: made for oneself, shown once, never more than their owner may at the moment they are used."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from deployments.models import Agent, ApiKey, Event, Membership, Role, Workspace
from deployments.models.api_key import PERMISSIONS, hash_of_key
from deployments.pipeline.actor import Actor
from deployments.pipeline.notices import notify
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import Refusal, refusal_by_role, unless, usable_name

KEY_CHANNEL: Final = "slipway_key"
YEAR = timedelta(days=365)
LONGEST = 100 * YEAR
MARK = "slp_"  # so that scanners for leaked secrets and people can tell what it is
PREFIX = len(MARK) + 4


def refusal_to_make_api_key(workspace: Workspace, *, by: Actor) -> Refusal | None:
    return refusal_by_role(workspace, Role.EDITOR, "make API keys", by=by)


def create_api_key(
    workspace: Workspace,
    *,
    name: str,
    permissions: Collection[str] = (),
    agents: Collection[Agent] | None = None,
    expires_at: datetime | None = None,
    form: UUID | None = None,
    by: Actor,
) -> tuple[ApiKey, str]:
    """A key of whoever makes it, and its text that is shown only now. Without `agents` it reaches all, new ones too.

    `form`: names the page it is made on, which makes one key however often it is sent.
    """
    at = timezone.now()
    expires_at = expires_at or at + YEAR
    with transaction.atomic():
        unless(refusal_to_make_api_key(workspace, by=by))
        unless(_refusal_of_form(form))
        name = usable_name(name, "the key")
        unless(_refusal_of(workspace, permissions, agents, expires_at, at))
        text = MARK + secrets.token_urlsafe(32)
        key = ApiKey.objects.create(
            workspace=workspace,
            owner=by.person,
            name=name,
            every_agent=agents is None,
            permissions=sorted(set(permissions)),
            prefix=text[:PREFIX],
            last_four=text[-4:],
            key_hash=hash_of_key(text),
            form=form,
            created_at=at,
            expires_at=expires_at,
        )
        if agents is not None:
            key.agents.set(agents)
        about = _named(key) | {
            "permissions": key.permissions,
            "agents": None if agents is None else sorted(agent.slug for agent in agents),
            "expires": expires_at.isoformat(),
        }
        record(Event.Kind.API_KEY_MADE, workspace, by=by, at=at, details=about)
    return key, text


def refusal_to_revoke_api_key(key: ApiKey, *, by: Actor) -> Refusal | None:
    """One's own key may always be put out of use, whatever the role has become."""
    if key.owner_id == by.person.pk:
        return refusal_by_role(key.workspace, Role.VIEWER, "revoke API keys", by=by)
    return refusal_by_role(key.workspace, Role.ADMIN, "revoke the API keys of others", by=by)


def revoke_api_key(key: ApiKey, *, by: Actor) -> ApiKey:
    """From now on it opens nothing. A key that was revoked already stays so, quietly."""
    at = timezone.now()
    with transaction.atomic():
        unless(refusal_to_revoke_api_key(key, by=by))
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at):
            key.revoked_at = at
            record(Event.Kind.API_KEY_REVOKED, key.workspace, by=by, at=at, details=_named(key))
            _tell([key.pk])
    return key


def stop_keys_of(membership: Membership, *, at: datetime) -> None:
    """Somebody leaves: their keys end here, and stay ended should they come back."""
    keys = ApiKey.objects.filter(workspace=membership.workspace_id, owner=membership.person_id, revoked_at=None)
    stopped = list(keys.values_list("pk", flat=True))
    keys.update(revoked_at=at)
    _tell(stopped)


def key_of(text: str, *, at: datetime) -> ApiKey | None:
    """The key of this text while it opens something. Looked up by its hash, so no comparison leaks any of it."""
    good = ApiKey.objects.good_at(at).select_related("workspace", "owner")
    return good.filter(key_hash=hash_of_key(text)).first()


def _refusal_of_form(form: UUID | None) -> Refusal | None:
    """Sent twice at once, the second waits here for the first."""
    if form is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [form.int % 2**63])
    if not ApiKey.objects.filter(form=form).exists():
        return None
    sentence = "This key was made already. It was shown once: revoke it and make another if it is lost."
    return Refusal("made_already", sentence)


def _refusal_of(
    workspace: Workspace,
    permissions: Collection[str],
    agents: Collection[Agent] | None,
    expires_at: datetime,
    at: datetime,
) -> Refusal | None:
    for permission in permissions:
        if permission not in PERMISSIONS:
            sentence = f"There is no permission “{permission}”. There are {', '.join(PERMISSIONS)}."
            return Refusal("permission_unknown", sentence)
    for agent in agents or ():
        if agent.workspace_id != workspace.pk or agent.deleted_at is not None:
            return Refusal("agent_elsewhere", f"The agent {agent.slug} is not in the workspace {workspace.slug}.")
    if agents is not None and not agents:
        return Refusal("no_agents", "Name the agents this key reaches, or let it reach all.")
    if not at < expires_at <= at + LONGEST:
        return Refusal("expiry_unusable", "A key runs out at some time in the next 100 years. Choose such a date.")
    return None


def _tell(keys: Collection[int]) -> None:
    """At the commit, every process that remembers these keys forgets them, and what they hold open ends."""
    for key in keys:
        notify(KEY_CHANNEL, {"key": key})


def _named(key: ApiKey) -> dict[str, object]:
    return {"name": key.name, "owner": key.owner.email, "key": key.mask}
