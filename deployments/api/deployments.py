"""What is where: listing, publishing, promoting and rolling back."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Body, Query, Status

from deployments import pipeline
from deployments.api.errors import ENVIRONMENT, ApiError
from deployments.api.finding import agent_for, agent_to_release, deployment_of
from deployments.api.keys import Request
from deployments.api.routing import answers, next_page, router
from deployments.api.shapes import (
    ActiveDeployments,
    Deployments,
    DeploymentShape,
    Environment,
    Placed,
    Promotion,
    Publication,
    Rollback,
)
from deployments.models import Agent, Deployment, Event, Listed, newest
from deployments.models import Environment as Step
from deployments.pipeline.placing import Expected

routes = router("Deployments")
TYPES = {
    Deployment.Verb.PUBLISHED: "publish",
    Deployment.Verb.PROMOTED: "promote",
    Deployment.Verb.ROLLED_BACK: "rollback",
}
NAMES: tuple[Environment, ...] = ("sandbox", "pre-release", "live")


@routes.get("/agents/{agent_id}/deployments", response=answers(200, Deployments), summary="List deployments")
def deployments(
    request: Request,
    response: HttpResponse,
    agent_id: str,
    environment: Environment,
    limit: Annotated[int | None, Query(ge=1, le=10_000)] = None,
    before: Annotated[str, Query(description="A deployment's id: go on with those before it.")] = "",
) -> Deployments:
    """Every deployment of an environment, newest first. With a limit, a `Link` header leads on to the next."""
    agent = agent_for(request.auth, agent_id, "deployments:read")
    last = deployment_of(agent, before) if before else None
    step = agent.environments.filter(slug=environment).first()
    found = newest(step, limit + 1 if limit else None, last) if step else []
    if limit and len(found) > limit:
        found.pop()
        response["Link"] = next_page(request, before=found[-1].id)
    return Deployments(deployments=[_shape(agent, environment, row) for row in found])


@routes.get("/agents/{agent_id}/deployments/active", response=answers(200, ActiveDeployments), summary="What is active")
def active(request: Request, agent_id: str) -> ActiveDeployments:
    """What each environment holds now; null where it holds nothing."""
    agent = agent_for(request.auth, agent_id, "deployments:read")
    rows = Deployment.objects.active().with_details().filter(agent=agent).select_related("environment")
    held = {row.environment.slug: shape_of(agent, row) for row in rows}
    return ActiveDeployments(active_deployments={name: held.get(name) for name in NAMES})


@routes.post("/agents/{agent_id}/deployments/publish", response=answers(201, Placed, 409), summary="Publish the draft")
def publish(request: Request, agent_id: str, body: Annotated[Publication | None, Body()] = None) -> Status[Placed]:
    """The draft becomes an immutable version, active in Sandbox at once."""
    agent = agent_to_release(request.auth, agent_id, Event.Kind.PUBLISHED)
    body = body or Publication()
    draft = pipeline.draft_of(agent)
    placed = pipeline.publish(
        agent,
        state=pipeline.state_of(draft),
        description=body.deployment_message or "",
        by=request.auth.actor,
    )
    return Status(201, _placed(agent, placed))


@routes.post(
    "/agents/{agent_id}/deployments/{deployment_id}/promote",
    response=answers(200, Placed, 409, 412),
    summary="Promote",
)
def promote(
    request: Request, agent_id: str, deployment_id: str, body: Annotated[Promotion | None, Body()] = None
) -> Placed:
    """Places this deployment's version in the next environment, or the one named. Twice is quiet: no second row.

    409 `DEPLOYMENTS_GATE_CLOSED` where a test set has to pass before and has not; an admin may override it.
    """
    agent = agent_to_release(request.auth, agent_id, Event.Kind.PROMOTED, deployment_id)
    source = deployment_of(agent, deployment_id)
    body = body or Promotion()
    message = source.message if body.deployment_message is None else body.deployment_message
    placed = pipeline.promote(
        source.version,
        to=_target(source, body.target_environment),
        replacing=_expected(body),
        message=message,
        past_gate=body.gate_override_reason or "",
        by=request.auth.actor,
    )
    return _placed(agent, placed)


@routes.post(
    "/agents/{agent_id}/deployments/{deployment_id}/rollback",
    response=answers(200, Placed, 409),
    summary="Roll back",
)
def rollback(
    request: Request, agent_id: str, deployment_id: str, body: Annotated[Rollback | None, Body()] = None
) -> Placed:
    """Places what this deployment held in its environment again. Nothing is erased; twice is quiet."""
    agent = agent_to_release(request.auth, agent_id, Event.Kind.ROLLED_BACK, deployment_id)
    target = deployment_of(agent, deployment_id)
    body = body or Rollback()
    placed = pipeline.roll_back(
        to=target, replacing=_expected(body), message=body.deployment_message or "", by=request.auth.actor
    )
    return Placed(deployment=shape_of(agent, placed))


def _placed(agent: Agent, placed: Deployment) -> Placed:
    """With the runs that it started. A placement that was there already has started them before."""
    started = placed.runs.order_by("set_name", "pk").values_list("pk", flat=True)
    return Placed(deployment=shape_of(agent, placed), test_run_ids=list(started))


def shape_of(agent: Agent, row: Deployment) -> DeploymentShape:
    return _shape(agent, row.environment.slug, row.listed)


def _shape(agent: Agent, environment: str, row: Listed) -> DeploymentShape:
    return DeploymentShape(
        id=row.id,
        account_id=agent.workspace.slug,
        agent_id=agent.slug,
        environment=environment,  # type: ignore[arg-type]
        artifact_version=str(row.number),
        version=row.version,
        created_by=row.by_email,
        created_at=row.started_at,
        metadata={"deployment_message": row.title, "deployment_type": TYPES[Deployment.Verb(row.verb)]},
    )


def _target(source: Deployment, asked: str | None) -> Step:
    """Where a promotion goes: the step that was named, else the next one; only ever onward."""
    onward = source.environment.following
    if not onward:
        raise ApiError(400, ENVIRONMENT, f"Nothing comes after {source.environment.label}. Promote an earlier one.")
    if asked is None:
        return onward[0]
    for step in onward:
        if step.slug == asked:
            return step
    possible = " or ".join(step.slug for step in onward)
    raise ApiError(400, ENVIRONMENT, f"From {source.environment.label} a version is promoted to {possible}.")


def _expected(body: Promotion | Rollback) -> Expected:
    return body.expected_deployment_id if "expected_deployment_id" in body.model_fields_set else pipeline.ANY
