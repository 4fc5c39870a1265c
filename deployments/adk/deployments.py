"""What is where, as `poly deployments` lists it. It promotes and rolls back by the Agents API."""

from __future__ import annotations

from typing import Annotated

from django.utils.http import http_date
from ninja import Query

from deployments.adk.accounts import project_for
from deployments.adk.shapes import Active, Metadata, Row, Rows
from deployments.api.deployments import TYPES
from deployments.api.keys import Request
from deployments.api.routing import answers, router
from deployments.api.shapes import Environment
from deployments.models import Agent, Deployment, Listed, newest
from deployments.models import Environment as Step

routes = router("Deployments")
PROJECT = "/accounts/{account_id}/projects/{project_id}"


@routes.get(f"{PROJECT}/deployments", response=answers(200, Rows), summary="List deployments")
def deployments(
    request: Request, account_id: str, project_id: str, environment: Annotated[Environment, Query(alias="client_env")]
) -> Rows:
    """Every deployment of an environment, newest first: the client takes the first of a hash for the one it means."""
    agent = project_for(request, account_id, project_id, "deployments:read")
    step = _step(agent, environment)
    return Rows(deployments=[_shape(step, row) for row in newest(step)])


@routes.get(f"{PROJECT}/deployments/active", response=answers(200, dict[str, Active]), summary="What is active")
def active(request: Request, account_id: str, project_id: str) -> dict[str, Active]:
    """What each environment holds; one that holds nothing is left out."""
    agent = project_for(request, account_id, project_id, "deployments:read")
    rows = Deployment.objects.active().with_details().filter(agent=agent, environment__on_ladder=True)
    return {
        row.environment.slug: Active(version=row.version.hash, deployment_id=row.pk)
        for row in rows.select_related("environment").order_by("environment__position")
    }


def _step(agent: Agent, environment: str) -> Step:
    """The client looks in Pre-release for what it takes to Live. A ladder without it answers with what comes before."""
    return next((step for step in agent.ladder if step.slug == environment), agent.ladder[0])


def _shape(step: Step, row: Listed) -> Row:
    return Row(
        id=row.id,
        client_env=step.slug,
        version_hash=row.version,
        artifact_version=str(row.number),
        created_at=http_date(row.started_at.timestamp()),
        created_by=row.by_email,
        deployment_metadata=Metadata(deployment_message=row.title, deployment_type=TYPES[Deployment.Verb(row.verb)]),
    )
