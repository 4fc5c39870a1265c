"""What a request names, found only through what its key may reach.

An agent of another workspace is a 404 as if it did not exist; a 403 is answered only within the key's own workspace.
"""

from __future__ import annotations

import re
from typing import Any, Final
from uuid import UUID

from django.http import Http404
from django.utils import timezone

from deployments.api.errors import FORBIDDEN, NO_ACCOUNT, NO_DEPLOYMENT, NO_PROJECT, NO_VERSION, ApiError
from deployments.api.keys import Caller
from deployments.models import Agent, Deployment, Event, Workspace
from deployments.pipeline import Refusal, Refused, draft_of
from deployments.pipeline.recording import refusals_recorded
from deployments.sides.side import Side, side_or_404

_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_REF = re.compile(r"[a-z][a-z-]{0,31}|[0-9a-fA-F]{9,40}")
RELEASE: Final = "deployments:write"
ACCOUNT_FORBIDDEN: Final = "ACCOUNT_INSUFFICIENT_PERMISSIONS"


def agent_for(caller: Caller, agent_id: str, permission: str, *, code: str = FORBIDDEN) -> Agent:
    agent = _reached(caller, agent_id)
    caller.must_be_allowed(permission, code=code)
    return agent


def agent_to_release(caller: Caller, agent_id: str, act: Event.Kind, deployment_id: str = "") -> Agent:
    agent = _reached(caller, agent_id)
    must_release(caller, agent, act, deployment_id)
    return agent


def must_release(caller: Caller, agent: Agent, act: Event.Kind, deployment_id: str = "") -> None:
    """What a key may not do stands in history, as what its owner may not: somebody really sent it."""
    if not caller.key.allows(RELEASE):
        about = _about(agent, act, deployment_id)
        with refusals_recorded(act, agent, by=caller.actor, at=timezone.now(), **about):
            raise Refused(Refusal("no_permission", caller.lacks(RELEASE)))


def _about(agent: Agent, act: Event.Kind, deployment_id: str) -> dict[str, Any]:
    """What was asked for, as far as it is there: the key is not told whether it is."""
    if act == Event.Kind.PUBLISHED:
        return {"environment": agent.ladder[0]}
    try:
        found = deployment_of(agent, deployment_id)
    except ApiError:
        return {}
    step = "source" if act == Event.Kind.PROMOTED else "environment"
    return {step: found.environment, "after": found.version}


def _reached(caller: Caller, agent_id: str) -> Agent:
    known = Agent.objects.present().filter(workspace=caller.workspace).select_related("workspace")
    agent = known.with_slug(agent_id).first() if _ID.fullmatch(agent_id) else None
    if agent is None:
        raise ApiError(404, NO_PROJECT, "There is no agent of this id in the key's workspace.")
    if not caller.key.reaches(agent):
        raise ApiError(403, FORBIDDEN, f"The key “{caller.key.name}” does not reach this agent.")
    return agent


def account_for(caller: Caller, account_id: str, permission: str) -> Workspace:
    if account_id != caller.workspace.slug:
        raise ApiError(404, NO_ACCOUNT, "There is no such account, or the key belongs to another.")
    caller.must_be_allowed(permission, code=ACCOUNT_FORBIDDEN)
    return caller.workspace


def deployment_of(agent: Agent, deployment_id: str) -> Deployment:
    try:
        key = UUID(deployment_id)
    except ValueError:
        key = None
    rows = Deployment.objects.with_details().select_related("environment")
    found = rows.filter(agent=agent, pk=key).first() if key else None
    if found is None:
        sentence = f"{agent.name} has no deployment of this id. …/deployments/active tells those of what is active."
        raise ApiError(404, NO_DEPLOYMENT, sentence)
    # One instance of the agent: its ladder is read once.
    found.agent = found.version.agent = found.environment.agent = agent
    return found


def side_of(agent: Agent, ref: str) -> Side:
    """What `ref` stands for now: an environment, `draft`, or at least nine characters of a hash."""
    if ref == "draft":
        agent.draft_or_none = draft_of(agent)
    if not _REF.fullmatch(ref):
        sentence = "Say a version as an environment, as draft, or by at least nine characters of its hash."
        raise ApiError(404, NO_VERSION, sentence)
    try:
        return side_or_404(agent, ref)
    except Http404 as missing:
        raise ApiError(404, NO_VERSION, str(missing)) from missing
