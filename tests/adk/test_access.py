"""Who may ask what under `/adk/v1/`, on every route there is, and that nothing there is ever a redirect."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from deployments.adk import urls
from deployments.models import Agent, Conversation
from tests.api.asking import Program, a_program, refused
from tests.vocabulary import admin_of, an_agent, begun, live

pytestmark = pytest.mark.django_db

OPERATIONS = [
    (method.upper(), path)
    for path, methods in urls.described()["paths"].items()  # type: ignore[attr-defined]
    for method in methods
]
OF_AGENTS = [(method, path) for method, path in OPERATIONS if "{project_id}" in path]


def asked(program: Program, method: str, path: str, agent: Agent) -> Any:
    words = {"account_id": agent.workspace.slug, "project_id": agent.slug, "branch_id": "main"}
    held = Conversation.objects.filter(agent=agent, tested=True).first() if agent.pk else None
    words["conversation_id"] = str(held.pk if held else UUID(int=0))
    address = re.sub(r"{(\w+)}", lambda found: words[found[1]], path)
    query = "?client_env=live" if path.endswith("/deployments") else ""
    headers = {} if program.key is None else {"x-api-key": program.key}
    return program.client.generic(method, address + query, b"", "application/json", headers=headers)


def talked_to() -> Agent:
    """An agent that is live, with a test of what Sandbox holds."""
    agent = an_agent()
    live(agent)
    begun(agent, "sandbox", by=admin_of(agent.workspace))
    return agent


@pytest.fixture(scope="module")
def agent(told_once: Callable[..., Any]) -> Agent:
    made: Agent = told_once(talked_to)
    return made


@pytest.fixture(scope="module")
def elsewhere(told_once: Callable[..., Any]) -> Agent:
    made: Agent = told_once(an_agent)
    return made


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_only_a_good_key_with_the_permission_is_answered(agent: Agent, method: str, path: str) -> None:
    refused(asked(Program(None), method, path, agent), 401, "AUTH_USER_UNAUTHORISED")
    refused(asked(Program("slp_wrong"), method, path, agent), 401, "AUTH_USER_INVALID_TOKEN")
    assert asked(a_program(agent, permissions=["chat:read"]), method, path, agent).status_code == 403
    # No branch is made by anybody.
    there = 409 if (method, path.rpartition("/")[2]) == ("POST", "branches") else 200
    assert asked(a_program(agent), method, path, agent).status_code == there


@pytest.mark.parametrize(("method", "path"), OF_AGENTS)
def test_an_agent_of_another_workspace_is_the_same_404_as_one_that_is_not(
    agent: Agent, elsewhere: Agent, method: str, path: str
) -> None:
    program = a_program(elsewhere)
    own = Agent(slug=agent.slug, workspace=elsewhere.workspace)

    theirs = refused(asked(program, method, path, agent), 404, "PROJECT_NOT_FOUND")

    assert theirs == refused(asked(program, method, path, own), 404, "PROJECT_NOT_FOUND")
    gone = Agent(slug="nobody", workspace=agent.workspace)
    assert theirs == refused(asked(program, method, path, gone), 404, "PROJECT_NOT_FOUND")


def test_an_account_the_key_does_not_belong_to_is_a_404(agent: Agent, elsewhere: Agent) -> None:
    program = a_program(elsewhere)

    refused(asked(program, "GET", "/adk/v1/accounts/{account_id}/projects", agent), 404, "ACCOUNT_NOT_FOUND")


@pytest.mark.parametrize("path", ["", "/", "/accounts/", "/accounts/x/projects/y/deployments/", "/elsewhere"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_not_there_is_a_404_and_never_a_redirect(path: str, method: str) -> None:
    refused(Program(None).client.generic(method, f"/adk/v1{path}"), 404, "NOT_FOUND")


def test_an_unknown_environment_is_a_400_that_says_which_there_are(agent: Agent) -> None:
    program = a_program(agent)
    address = f"/adk/v1/accounts/{agent.workspace.slug}/projects/{agent.slug}/deployments"

    for query in ("", "?client_env=moon"):
        answer = program.client.get(address + query, headers={"x-api-key": program.key or ""})
        refused(answer, 400, "DEPLOYMENTS_INVALID_ENVIRONMENT")
