"""Accounts and projects: the workspace a key belongs to, and the agents it reaches there."""

from __future__ import annotations

from django.db.models.functions import Lower

from deployments.adk.shapes import Account, Project, Projects
from deployments.api.finding import ACCOUNT_FORBIDDEN, account_for, agent_for
from deployments.api.keys import Request
from deployments.api.routing import answers, router
from deployments.models import Agent

routes = router("Accounts")


@routes.get("/accounts", response=answers(200, list[Account]), summary="List accounts")
def accounts(request: Request) -> list[Account]:
    """The one account this key belongs to."""
    request.auth.must_be_allowed("agents:read", code=ACCOUNT_FORBIDDEN)
    return [Account(id=request.auth.workspace.slug, name=request.auth.workspace.name)]


@routes.get("/accounts/{account_id}/projects", response=answers(200, Projects), summary="List projects")
def projects(request: Request, account_id: str) -> Projects:
    workspace = account_for(request.auth, account_id, "agents:read")
    rows = Agent.objects.present().filter(workspace=workspace).order_by(Lower("name"), "pk")
    if not request.auth.key.every_agent:
        rows = rows.filter(api_keys=request.auth.key)
    return Projects(projects=[_shape(agent) for agent in rows])


@routes.get("/accounts/{account_id}/projects/{project_id}", response=answers(200, Project), summary="Read a project")
def project(request: Request, account_id: str, project_id: str) -> Project:
    return _shape(project_for(request, account_id, project_id, "agents:read"))


def project_for(request: Request, account_id: str, project_id: str, permission: str) -> Agent:
    """The agent, when its account is the key's too. Both are the same 404 where they are not."""
    return agent_for(request.auth, project_id if account_id == request.auth.workspace.slug else "", permission)


def _shape(agent: Agent) -> Project:
    return Project(id=agent.slug, name=agent.name)
