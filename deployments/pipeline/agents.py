"""Making an agent, changing its settings and its ladder, deleting it and having it back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from deployments.models import (
    LADDERS,
    Agent,
    Deployment,
    DraftChange,
    Environment,
    Event,
    Role,
    Tree,
    Workspace,
    content,
)
from deployments.pipeline.actor import Actor
from deployments.pipeline.changes import record_change
from deployments.pipeline.drafts import save_draft
from deployments.pipeline.notices import notify
from deployments.pipeline.numbers import refusal_to_leave_numbers
from deployments.pipeline.placing import DEPLOYMENT_CHANNEL, lock_agent, notice
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import (
    Refusal,
    Refused,
    refusal_by_role,
    refusal_in_agent,
    refusal_of_role,
    unless,
    usable_name,
)

KEPT_DAYS = 30


def refusal_to_create_agent(workspace: Workspace, *, by: Actor, role: Role | None = None) -> Refusal | None:
    """`role`: theirs there, where it was read already."""
    return refusal_of_role(role or by.person.role_in(workspace), Role.EDITOR, "make agents")


def create_agent(
    workspace: Workspace,
    *,
    slug: str,
    name: str,
    steps: int = 3,
    files: Mapping[str, bytes] | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Agent:
    """A new agent with its ladder and a draft: these files, or the two that every agent begins with."""
    at = at or timezone.now()
    unless(refusal_to_create_agent(workspace, by=by))
    agent = Agent(workspace=workspace, slug=slug.strip(), name=usable_name(name, "the agent"), created_by=by.person)
    unless(_refusal_of_slug(agent))
    files = beginning(agent) if files is None else files
    try:
        with transaction.atomic():
            agent.save()
            for position, step, label in LADDERS[steps]:
                Environment.objects.create(agent=agent, slug=step, label=label, position=position)
            if files:
                manifest = content.store(agent, files)
                draft = save_draft(agent, None, tree=Tree.of(agent, None, manifest), files=files, by=by, at=at)
                record_change(draft, {}, manifest, kind=DraftChange.Kind.IMPORTED, by=by, at=at)
            about = _named(agent) | {"steps": steps, "files": len(files)}
            record(Event.Kind.AGENT_CREATED, agent, by=by, at=at, details=about)
    except IntegrityError:
        # Somebody took the id between the question and the write.
        raise Refused(_taken(agent.slug)) from None
    return agent


def beginning(agent: Agent) -> dict[str, bytes]:
    """What the draft of a new agent holds. A JSON text is a YAML text too, whatever the name holds."""
    ours = {
        "project_id": agent.slug,
        "account_id": agent.workspace.slug,
        "region": "dev",
        "project_name": agent.name,
        "account_name": agent.workspace.name,
    }
    project = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in ours.items())
    greeting = "greeting:\n  welcome_message: Hello, how can I help you?\n  language_code: en-GB\n"
    return {"project.yaml": project.encode(), "voice/configuration.yaml": greeting.encode()}


def refusal_to_change_agent(agent: Agent, *, by: Actor) -> Refusal | None:
    return refusal_in_agent(agent, Role.ADMIN, "change an agent's settings", by=by)


def change_agent(
    agent: Agent,
    *,
    name: str | None = None,
    require_pre_release: bool | None = None,
    by: Actor,
) -> Agent:
    """Change what is given. What stays as it is leaves no line."""
    wanted: dict[str, str | bool] = {}
    if name is not None:
        wanted["name"] = usable_name(name, "the agent")
    if require_pre_release is not None:
        wanted["require_pre_release"] = require_pre_release
    with transaction.atomic():
        unless(refusal_to_change_agent(agent, by=by))
        lock_agent(agent.pk)
        before = Agent.objects.values(*wanted).get(pk=agent.pk) if wanted else {}
        changed = {key: [before[key], value] for key, value in wanted.items() if before[key] != value}
        for key, value in wanted.items():
            setattr(agent, key, value)
        if changed:
            agent.save(update_fields=list(changed))
            record(Event.Kind.AGENT_SETTINGS, agent, by=by, at=timezone.now(), details=changed)
    return agent


def change_ladder(agent: Agent, *, steps: int, by: Actor, at: datetime | None = None) -> Agent:
    """Give the agent the ladder of this length. What stood on a step that goes ends; its rows and history stay."""
    at = at or timezone.now()
    if steps not in LADDERS:
        raise Refused(Refusal("unknown_ladder", f"A ladder has {' or '.join(map(str, sorted(LADDERS)))} environments."))
    wanted = {slug: (position, label) for position, slug, label in LADDERS[steps]}
    with transaction.atomic():
        unless(refusal_to_change_agent(agent, by=by))
        lock_agent(agent.pk)
        known = {step.slug: step for step in agent.environments.select_for_update(no_key=True).order_by("pk")}
        before = sum(step.on_ladder for step in known.values())
        if before == steps:
            return agent
        left = [step for step in known.values() if step.slug not in wanted and step.on_ladder]
        unless(refusal_to_leave_numbers(left))
        for slug, (position, label) in wanted.items():
            if slug not in known:
                Environment.objects.create(agent=agent, slug=slug, label=label, position=position)
        agent.environments.filter(slug__in=wanted).update(on_ladder=True)
        ended = [_leave(step, at) for step in left]
        agent.__dict__.pop("every_environment", None)
        agent.__dict__.pop("ladder", None)
        about = {"steps": [before, steps]}
        record(
            Event.Kind.AGENT_SETTINGS,
            agent,
            by=by,
            at=at,
            environment=left[0] if left else None,
            before=ended[0].version if ended and ended[0] else None,
            details=about,
        )
    return agent


def refusal_to_delete_agent(agent: Agent, *, by: Actor) -> Refusal | None:
    return refusal_in_agent(agent, Role.ADMIN, "delete agents", by=by)


def delete_agent(agent: Agent, *, typed: str, by: Actor, at: datetime | None = None) -> Agent:
    """From now on it is not found and nothing is delivered. It can be restored for a while."""
    at = at or timezone.now()
    with transaction.atomic():
        unless(refusal_to_delete_agent(agent, by=by))
        if typed.strip() != agent.slug:
            raise Refused(Refusal("not_confirmed", f"Type {agent.slug} to delete this agent. Nothing was deleted."))
        lock_agent(agent.pk)
        if not Agent.objects.present().filter(pk=agent.pk).update(deleted_at=at, deleted_by=by.person):
            return agent
        agent.deleted_at, agent.deleted_by = at, by.person
        for step in agent.ladder:
            _tell(step, None)
        record(Event.Kind.AGENT_DELETED, agent, by=by, at=at, details=_named(agent))
    return agent


def refusal_to_restore_agent(agent: Agent, *, by: Actor) -> Refusal | None:
    return refusal_by_role(agent.workspace_id, Role.ADMIN, "restore agents", by=by)


def restore_agent(agent: Agent, *, by: Actor) -> Agent:
    at = timezone.now()
    with transaction.atomic():
        unless(refusal_to_restore_agent(agent, by=by))
        lock_agent(agent.pk)
        if not Agent.objects.filter(pk=agent.pk).exclude(deleted_at=None).update(deleted_at=None, deleted_by=None):
            return agent
        agent.deleted_at, agent.deleted_by = None, None
        for step in agent.ladder:
            _tell(step, step.active)
        record(Event.Kind.AGENT_RESTORED, agent, by=by, at=at, details=_named(agent))
    return agent


def _leave(step: Environment, at: datetime) -> Deployment | None:
    active = step.active
    if active is not None:
        active.ended_at = max(at, active.started_at)
        active.save(update_fields=["ended_at"])
    step.on_ladder = False
    step.save(update_fields=["on_ladder"])
    _tell(step, None)
    return active


def _tell(step: Environment, deployment: Deployment | None) -> None:
    notify(DEPLOYMENT_CHANNEL, notice(step, deployment))


def _named(agent: Agent) -> dict[str, object]:
    """What a line of the workspace's history still says when the agent itself has gone."""
    return {"agent": agent.slug, "name": agent.name}


def _refusal_of_slug(agent: Agent) -> Refusal | None:
    try:
        agent.clean_fields(exclude=["workspace", "name", "created_by", "deleted_by", "deleted_at"])
    except ValidationError:
        return Refusal(
            "id_unusable", f"“{agent.slug}” cannot be an agent's id. Use up to 64 letters, digits and hyphens."
        )
    return _taken(agent.slug) if Agent.objects.with_slug(agent.slug).exists() else None


def _taken(slug: str) -> Refusal:
    return Refusal("id_taken", f"The id “{slug}” is taken. Ids are unique in the whole installation; choose another.")
