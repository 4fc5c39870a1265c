from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from deployments.models import Deployment, Environment, Event, Role
from deployments.pipeline.actor import Actor
from deployments.pipeline.placing import Expected, place
from deployments.pipeline.recording import refusals_recorded
from deployments.pipeline.refusal import Refusal, refusal_of_deleted, refusal_of_role, refusal_of_text, unless
from deployments.pipeline.reviewed import Reviewed
from deployments.pipeline.standing import Standing


def refusal_to_roll_back(
    environment: Environment, *, to: Deployment | None, by: Actor, standing: Standing | None = None
) -> Refusal | None:
    """Why this environment may not go back to that placement now. None is what the active row goes back to: nothing."""
    standing = standing or Standing.of(environment.agent, [], by=by)
    if refusal := _refusal_whatever_is_there(environment, standing.role):
        return refusal
    if to is None:
        return Refusal("nothing_earlier", "There is no earlier version to roll back to.")
    if standing.runs(environment, to.version):
        return Refusal("already_active", f"Already active in {environment.label}.")
    return None


def roll_back(
    *,
    to: Deployment,
    replacing: Expected,
    reviewed: Reviewed | None = None,
    message: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Deployment:
    """Place what stood in an environment there again. Nothing is erased; what was replaced may be promoted again."""
    at = at or timezone.now()
    environment, agent = to.environment, to.agent
    about = {"environment": environment, "after": to.version}
    with refusals_recorded(Event.Kind.ROLLED_BACK, agent, by=by, at=at, **about):
        role = by.person.role_in(agent.workspace_id)
        unless(_refusal_whatever_is_there(environment, role))
        unless(refusal_of_text(message, "message"))
        return place(
            to.version,
            into=environment,
            replacing=replacing,
            entering=reviewed.entering if reviewed else None,
            verb=Deployment.Verb.ROLLED_BACK,
            restored=_origin(to),
            message=message.strip(),
            by=by,
            role=role,
            at=at,
        )


def _origin(to: Deployment) -> Deployment:
    """The placement that first brought this version: what stood before a rollback is what the night went wrong with."""
    return to.restored if to.verb == Deployment.Verb.ROLLED_BACK and to.restored is not None else to


def _refusal_whatever_is_there(environment: Environment, role: Role | None) -> Refusal | None:
    agent = environment.agent
    if refusal := refusal_of_role(role, Role.RELEASER, "roll back") or refusal_of_deleted(agent):
        return refusal
    if environment not in agent.ladder:
        return Refusal("environment_gone", f"{environment.label} is not on the ladder of {agent.name}.")
    return None
