from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from deployments.models import Deployment, Environment, Event, Role, Version
from deployments.pipeline.actor import Actor
from deployments.pipeline.placing import Expected, place
from deployments.pipeline.recording import refusals_recorded
from deployments.pipeline.refusal import Refusal, Refused, refusal_of_deleted, refusal_of_role, refusal_of_text, unless
from deployments.pipeline.reviewed import Reviewed
from deployments.pipeline.standing import Standing
from deployments.pipeline.suite.gates import Gate, refusal_of_gate


def refusal_to_promote(
    version: Version, *, to: Environment, by: Actor, standing: Standing | None = None
) -> Refusal | None:
    """Why this version may not go there now. A page of many versions reads `standing` once for all of them.

    A closed gate is none for admins: they are asked for a reason when they promote.
    """
    standing = standing or Standing.of(version.agent, [version], by=by)
    if refusal := _refusal_whatever_is_there(version, to, standing):
        return refusal
    if standing.runs(to, version):
        return Refusal("already_active", f"Already active in {to.label}.")
    return None if standing.role == Role.ADMIN else refusal_of_gate(standing.gate(version, to))


def promote(
    version: Version,
    *,
    to: Environment,
    replacing: Expected,
    reviewed: Reviewed | None = None,
    message: str = "",
    past_gate: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Deployment:
    """Place a version of an earlier environment into a later one, in place of exactly what was reviewed.

    `past_gate`: an admin's reason to promote it though its gate is closed; it is kept in history.
    """
    at = at or timezone.now()
    about = {"environment": to, "after": version}
    with refusals_recorded(Event.Kind.PROMOTED, version.agent, by=by, at=at, **about):
        standing = Standing.of(version.agent, [version], by=by)
        unless(_refusal_whatever_is_there(version, to, standing))
        unless(refusal_of_text(message, "message") or refusal_of_text(past_gate, "reason"))
        overridden = _past_gate(standing.gate(version, to), past_gate.strip(), standing)
        if standing.runs(to, version):
            # Nothing is asked of what is there, so that twice is quiet; if it leaves before the lock, it is `Moved`.
            replacing = standing.active[to.pk].pk
        return place(
            version,
            into=to,
            replacing=replacing,
            entering=reviewed.entering if reviewed else None,
            verb=Deployment.Verb.PROMOTED,
            source=_source(version, to, standing),
            hotfix=is_hotfix(version, to, standing),
            message=message.strip(),
            past_gate=overridden,
            by=by,
            role=standing.role,
            at=at,
        )


def _past_gate(gate: Gate | None, reason: str, standing: Standing) -> str:
    """What history tells of a gate that is overridden: why it was closed, and why that did not matter."""
    refusal = refusal_of_gate(gate)
    if refusal is None:
        return ""
    if standing.role != Role.ADMIN or not reason:
        raise Refused(refusal)
    return f"{refusal.sentence} Overridden: {reason}"


def is_hotfix(version: Version, to: Environment, standing: Standing) -> bool:
    """Whether this promotion skips a step of the ladder that the version never stood in."""
    before = _steps_before(to)
    return len(before) > 1 and not standing.has_stood(version, before[-1])


def _refusal_whatever_is_there(version: Version, to: Environment, standing: Standing) -> Refusal | None:
    """Everything but "already there", which for the verb is no refusal: doing it twice is quiet."""
    agent, is_there = version.agent, standing.runs(to, version)
    if refusal := refusal_of_role(standing.role, Role.RELEASER, "promote") or refusal_of_deleted(agent):
        return refusal
    if to not in agent.ladder:
        return Refusal("environment_gone", f"{to.label} is not on the ladder of {agent.name}.")
    if to == agent.ladder[0]:
        return Refusal(
            "backwards", f"Versions come to {to.label} by publishing. To have an older one there, roll back."
        )
    if agent.require_pre_release and not is_there and is_hotfix(version, to, standing):
        skipped = _steps_before(to)[-1]
        return Refusal("pre_release_required", f"This agent requires {skipped.label} before {to.label}.")
    return None


def _source(version: Version, to: Environment, standing: Standing) -> Environment | None:
    """Where it comes from: the nearest earlier step that runs it, else that ever ran it."""
    before = _steps_before(to)[::-1]
    running = [step for step in before if standing.runs(step, version)]
    return next(iter(running or [step for step in before if standing.has_stood(version, step)]), None)


def _steps_before(to: Environment) -> list[Environment]:
    return [step for step in to.agent.ladder if step.position < to.position]
