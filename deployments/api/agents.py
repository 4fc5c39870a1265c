"""Agents of an account: listed, made, copied and deleted."""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Mapping
from typing import Annotated

from django.db.models import Max, Q, QuerySet
from django.http import HttpResponse
from ninja import Query, Status

from deployments import pipeline
from deployments.api.errors import ApiError
from deployments.api.finding import ACCOUNT_FORBIDDEN, account_for, agent_for
from deployments.api.keys import Caller, Request
from deployments.api.routing import answers, next_page, router
from deployments.api.shapes import AgentShape, Duplicate, NewAgent
from deployments.models import Agent, Workspace, content

routes = router("Agents")
VOICE = "voice/configuration.yaml"


@routes.get("/accounts/{account_id}/agents", response=answers(200, list[AgentShape]), summary="List agents")
def agents(
    request: Request,
    response: HttpResponse,
    account_id: str,
    limit: Annotated[int | None, Query(ge=1, le=10_000)] = None,
    after: Annotated[str, Query(max_length=64, description="An agent's id: go on with those after it.")] = "",
) -> list[AgentShape]:
    """The agents this key reaches, by name. With a limit, a `Link` header leads on to the next."""
    workspace = account_for(request.auth, account_id, "agents:read")
    rows = Agent.objects.present().filter(workspace=workspace).select_related("workspace")
    if not request.auth.key.every_agent:
        rows = rows.filter(api_keys=request.auth.key)
    if after:
        last = agent_for(request.auth, after, "agents:read")
        rows = rows.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
    told = _with_times(rows.order_by("name", "pk"))
    found = list(told[: limit + 1] if limit else told)
    if limit and len(found) > limit:
        found.pop()
        response["Link"] = next_page(request, after=found[-1].slug)
    return [shape_of(agent) for agent in found]


@routes.get("/agents/{agent_id}", response=answers(200, AgentShape), summary="Read an agent")
def agent(request: Request, agent_id: str) -> AgentShape:
    found = agent_for(request.auth, agent_id, "agents:read")
    return shape_of(_with_times(Agent.objects.filter(pk=found.pk).select_related("workspace"))[0])


@routes.post("/accounts/{account_id}/agents", response=answers(200, AgentShape, 409), summary="Make an agent")
def create(request: Request, account_id: str, body: NewAgent) -> AgentShape:
    """Its draft holds `project.yaml` and the greeting. Without `agentId` an id is made."""
    workspace = account_for(request.auth, account_id, "agents:write")
    slug = body.agent_id or _an_id()
    made = pipeline.create_agent(
        workspace, slug=slug, name=body.name, files=_beginning(workspace, slug, body), by=_maker(request.auth)
    )
    return shape_of(made)


@routes.post("/agents/{agent_id}/duplicate", response=answers(200, AgentShape, 409), summary="Copy an agent")
def duplicate(request: Request, agent_id: str, body: Duplicate) -> AgentShape:
    """A new agent whose draft holds what this one's draft holds, or else what its Sandbox runs."""
    original = agent_for(request.auth, agent_id, "agents:write")
    active = original.ladder[0].active
    holder = pipeline.draft_of(original) or (active.version if active else None)
    files: Mapping[str, bytes] = content.contents(original, holder.manifest) if holder else {}
    made = pipeline.create_agent(
        original.workspace,
        slug=body.new_agent_id or _an_id(),
        name=body.new_agent_name,
        steps=len(original.ladder),
        files=files,
        by=_maker(request.auth),
    )
    return shape_of(made)


@routes.delete("/agents/{agent_id}", response=answers(204, None), summary="Delete an agent")
def delete(request: Request, agent_id: str) -> Status[None]:
    """A 404 from now on. Admins may restore it for 30 days in the workspace's settings; its id stays taken."""
    found = agent_for(request.auth, agent_id, "agents:write")
    pipeline.delete_agent(found, typed=found.slug, by=request.auth.actor)
    return Status(204, None)


def shape_of(agent: Agent) -> AgentShape:
    times = [agent.created_at, getattr(agent, "placed_at", None), getattr(agent, "edited_at", None)]
    return AgentShape(
        account_id=agent.workspace.slug,
        agent_id=agent.slug,
        agent_name=agent.name,
        created_at=agent.created_at,
        updated_at=max(time for time in times if time),
    )


def _with_times(rows: QuerySet[Agent]) -> QuerySet[Agent]:
    return rows.annotate(placed_at=Max("deployments__started_at"), edited_at=Max("draft__changed_at"))


def _maker(caller: Caller) -> pipeline.Actor:
    """A key for chosen agents makes none: it would not reach what it made."""
    if not caller.key.every_agent:
        raise ApiError(403, ACCOUNT_FORBIDDEN, f"The key “{caller.key.name}” reaches chosen agents and makes none.")
    return caller.actor


def _an_id() -> str:
    letters = string.ascii_uppercase + string.digits
    return "PROJECT-" + "".join(secrets.choice(letters) for _ in range(8))


def _beginning(workspace: Workspace, slug: str, body: NewAgent) -> dict[str, bytes]:
    files = pipeline.beginning(Agent(workspace=workspace, slug=slug, name=body.name))
    if settings := body.response_settings:
        greeting, language = (
            json.dumps(text, ensure_ascii=False) for text in (settings.greeting, settings.language_code)
        )
        files[VOICE] = f"greeting:\n  welcome_message: {greeting}\n  language_code: {language}\n".encode()
    return files
