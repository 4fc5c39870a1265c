from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from deployments.models import Agent, Deployment, Draft, Event, Role, Version
from deployments.models.tree import keep_at_hand
from deployments.models.version import SHORT, hash_of_version
from deployments.pipeline.actor import Actor
from deployments.pipeline.assessing import findings_in
from deployments.pipeline.drafts import forget_draft, refusal_of_gone_draft, shown_draft
from deployments.pipeline.placing import ANY, lock_agent, place
from deployments.pipeline.real_time import refusal_of_misfit
from deployments.pipeline.recording import refusals_recorded
from deployments.pipeline.refusal import (
    Invalid,
    Refusal,
    refusal_in_agent,
    refusal_of_deleted,
    refusal_of_role,
    refusal_of_text,
    unless,
)
from deployments.pipeline.touching import record_touch
from deployments.resources.checking import Finding


def refusal_to_publish(agent: Agent, *, by: Actor) -> Refusal | None:
    """Why publishing is not offered. Errors in the draft are none of these: Publish stays in place and lists them."""
    if refusal := refusal_in_agent(agent, Role.EDITOR, "publish", by=by):
        return refusal
    if agent.draft_or_none is None:
        return refusal_of_gone_draft(agent, "publish", timezone.now())
    return None


def publish(agent: Agent, *, state: str, description: str = "", by: Actor, at: datetime | None = None) -> Deployment:
    """Make exactly the draft that was reviewed an immutable version, active in the first environment at once."""
    at = at or timezone.now()
    first = agent.ladder[0]
    with refusals_recorded(Event.Kind.PUBLISHED, agent, by=by, at=at, environment=first):
        role = by.person.role_in(agent.workspace_id)
        unless(refusal_of_role(role, Role.EDITOR, "publish") or refusal_of_deleted(agent))
        unless(refusal_of_text(description, "description"))
        lock_agent(agent.pk)
        draft = shown_draft(agent, state, "publish", at, whole=True)
        if errors := errors_in(draft):
            raise Invalid(errors)
        unless(refusal_of_misfit(first))
        version = _version_of(draft, description.strip(), by, at)
        record_touch(version)
        draft.delete()
        forget_draft(agent)
        keep_at_hand(version)
        return place(
            version,
            into=first,
            replacing=ANY,
            verb=Deployment.Verb.PUBLISHED,
            said=version.description,
            by=by,
            role=role,
            at=at,
        )


def errors_in(draft: Draft) -> list[Finding]:
    """What publishing this draft would be refused for."""
    found = findings_in(draft.agent, draft.manifest_digest, draft.files)
    return [finding for finding in found if finding.severity == "error"]


def _version_of(draft: Draft, description: str, by: Actor, at: datetime) -> Version:
    agent, parent, digest, email = draft.agent, draft.base, draft.manifest_digest, by.person.email
    # People name a version by its first nine characters; a later microsecond gives another hash.
    hash_, published_at = "", at - timedelta(microseconds=1)
    while not hash_ or agent.versions.with_prefix(hash_[:SHORT]).exists():
        published_at += timedelta(microseconds=1)
        hash_ = hash_of_version(digest, parent.hash if parent else None, email, published_at, description)
    return Version.objects.create(
        agent=agent,
        number=(agent.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        hash=hash_,
        parent=parent,
        author=by.person,
        author_email=email,
        description=description,
        published_at=published_at,
        manifest=draft.manifest,
        manifest_digest=digest,
    )
