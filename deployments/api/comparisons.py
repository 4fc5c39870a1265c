"""What differs between two versions, as data (surface.md, section 6)."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpResponse, JsonResponse
from ninja import Query

from deployments.api.compared import Answered, answered
from deployments.api.finding import agent_for, side_of
from deployments.api.keys import Request
from deployments.api.routing import answers, router

routes = router("Comparisons")


@routes.get(
    "/agents/{agent_id}/comparisons/{left}...{right}", response=answers(200, Answered), summary="Compare two versions"
)
def comparison(
    request: Request,
    agent_id: str,
    left: str,
    right: str,
    detail: Annotated[
        Literal["lines"] | None, Query(description="`lines` adds to each resource its fields and their rows.")
    ] = None,
    file: Annotated[str | None, Query(description="Only the resources of this file.", max_length=1000)] = None,
) -> HttpResponse:
    """Each side: an environment, `draft`, or at least nine characters of a hash. What is left out says so."""
    agent = agent_for(request.auth, agent_id, "content:read")
    body = answered(agent, side_of(agent, left), side_of(agent, right), with_lines=detail == "lines", file=file)
    return JsonResponse(body)
