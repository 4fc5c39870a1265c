"""agents-api.md, section 15, row by row. Row 13 waits for A/B tests."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from deployments.models import Agent, Deployment
from tests.api.asking import Program, a_program, refused
from tests.vocabulary import a_workspace, an_agent, edited, live, promoted, published

pytestmark = pytest.mark.django_db


def at(agent: Agent, rest: str = "") -> str:
    return f"/agents/{agent.slug}/deployments{rest}"


def placed_by(response: Any, status: int = 200) -> dict[str, Any]:
    assert response.status_code == status, response.content
    found: dict[str, Any] = response.json()["deployment"]
    return found


def rows(agent: Agent) -> int:
    return Deployment.objects.filter(agent=agent).count()


def test_rows_1_to_4_from_draft_to_live() -> None:
    agent = an_agent()
    program = a_program(agent)

    first = placed_by(program.post(at(agent, "/publish"), {"environment": "sandbox"}), 201)
    again = program.post(at(agent, "/publish"), {"environment": "sandbox"})
    second = placed_by(program.post(at(agent, f"/{first['id']}/promote")))
    third = placed_by(program.post(at(agent, f"/{second['id']}/promote")))

    refused(again, 409, "DEPLOYMENTS_ALREADY_PUBLISHED")
    assert [each["environment"] for each in (first, second, third)] == ["sandbox", "pre-release", "live"]
    assert len({each["id"] for each in (first, second, third)}) == 3
    assert len({each["version"] for each in (first, second, third)}) == 1


def test_row_5_the_live_deployment_goes_no_further() -> None:
    agent = an_agent()
    placed = live(agent)

    response = a_program(agent).post(at(agent, f"/{placed.pk}/promote"))

    refused(response, 400, "DEPLOYMENTS_INVALID_ENVIRONMENT")


@pytest.mark.parametrize("body", [{"targetEnvironment": "sandbox"}, {"environment": "live"}])
def test_row_6_another_target_or_an_unknown_key(body: dict[str, str]) -> None:
    agent = an_agent()
    placed = published(agent)

    response = a_program(agent).post(at(agent, f"/{placed.pk}/promote"), body)

    assert response.status_code == 400
    assert rows(agent) == 1


def test_row_7_a_deployment_of_another_agent_or_of_none() -> None:
    agent = an_agent()
    other = published(an_agent(agent.workspace))
    program = a_program(agent)

    for unknown in (other.pk, uuid4()):
        refused(program.post(at(agent, f"/{unknown}/promote")), 404, "DEPLOYMENT_NOT_FOUND")


def test_row_8_no_key_a_bad_one_one_from_elsewhere_and_one_that_may_not() -> None:
    agent = an_agent()
    published(agent)
    programs = [
        Program(None),
        Program("slp_bad"),
        a_program(a_workspace()),
        a_program(agent, permissions=["content:read"]),
    ]

    statuses = [program.get(at(agent, "/active")).status_code for program in programs]

    assert statuses == [401, 401, 404, 403]


def test_row_9_a_list_of_no_environment() -> None:
    agent = an_agent()

    refused(a_program(agent).get(at(agent)), 400, "DEPLOYMENTS_INVALID_ENVIRONMENT")


def test_row_10_a_fresh_agent_has_three_nulls() -> None:
    agent = an_agent()

    response = a_program(agent).get(at(agent, "/active"))

    assert response.json() == {"activeDeployments": {"sandbox": None, "pre-release": None, "live": None}}


def test_row_11_rolling_back_adds_a_row_on_top() -> None:
    agent = an_agent()
    old = live(agent)
    edited(agent)
    newer = promoted(published(agent), "live")
    program = a_program(agent)

    placed = placed_by(program.post(at(agent, f"/{old.pk}/rollback")))

    listed = program.get(at(agent, "?environment=live")).json()["deployments"]
    assert [each["id"] for each in listed] == [placed["id"], str(newer.pk), str(old.pk)]
    assert placed["version"] == old.version.hash


@pytest.mark.parametrize("rest", ["/", "/active/", "/publish/", "/x/promote/", "//active"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_row_12_a_slash_too_many_is_never_a_redirect(rest: str, method: str) -> None:
    agent = an_agent()

    refused(a_program(agent).send(method, at(agent, rest), None), 404, "NOT_FOUND")


def test_row_14_the_same_promotion_twice_is_one_row() -> None:
    agent = an_agent()
    placed = published(agent)
    program = a_program(agent)

    first = placed_by(program.post(at(agent, f"/{placed.pk}/promote")))
    second = placed_by(program.post(at(agent, f"/{placed.pk}/promote")))

    assert first == second
    assert rows(agent) == 2
