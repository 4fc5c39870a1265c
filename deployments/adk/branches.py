"""As much of branches as lets the other commands go on: there is the published line, `main`, and none beside it."""

from __future__ import annotations

from typing import Final

from deployments.adk.accounts import project_for
from deployments.adk.deployments import PROJECT
from deployments.adk.shapes import Branches, Sequence
from deployments.api.errors import ApiError
from deployments.api.keys import Request
from deployments.api.routing import answers, router
from deployments.api.shapes import Failure

routes = router("Branches")
MAIN: Final = "main"


@routes.get(f"{PROJECT}/branches", response=answers(200, Branches), summary="List branches")
def branches(request: Request, account_id: str, project_id: str) -> Branches:
    project_for(request, account_id, project_id, "content:read")
    return Branches(branches=[])


@routes.post(f"{PROJECT}/branches", response=answers(409, Failure), summary="No branch is made")
def no_branch(request: Request, account_id: str, project_id: str) -> None:
    agent = project_for(request, account_id, project_id, "content:write")
    sentence = (
        f"{agent.name} has {MAIN} and no branches: edit its draft, or send one by PUT /v1/agents/{agent.slug}/draft."
    )
    raise ApiError(409, "BRANCHES_ARE_NONE", sentence)


@routes.get(f"{PROJECT}/branches/{{branch_id}}/sequence", response=answers(200, Sequence), summary="Where a branch is")
def sequence(request: Request, account_id: str, project_id: str, branch_id: str) -> Sequence:
    """How often `main` was published: it grows whenever somebody would have to look again."""
    agent = project_for(request, account_id, project_id, "content:read")
    if branch_id != MAIN:
        raise ApiError(404, "BRANCH_NOT_FOUND", f"{agent.name} has no branch of this id: there is {MAIN} alone.")
    newest = agent.versions.order_by("-number").values_list("number", flat=True).first()
    return Sequence(lastKnownSequence=newest or 0)
