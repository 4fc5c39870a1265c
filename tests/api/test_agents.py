"""Agents of an account by API: agents-api.md, section 3."""

from __future__ import annotations

import re

import pytest

from deployments import pipeline
from deployments.models import Agent, Event, Role
from tests.api.asking import a_program, refused
from tests.vocabulary import FILES, RULES, a_workspace, an_actor, an_agent, drafted, edited, live, published

pytestmark = pytest.mark.django_db

KEYS = {"accountId", "agentId", "agentName", "createdAt", "updatedAt", "branchCount"}


def test_agents_are_a_bare_array_of_those_the_key_reaches() -> None:
    workspace = a_workspace()
    agents = [an_agent(workspace, name=name) for name in ("Ferry", "Harbour", "Pier")]
    an_agent()
    pipeline.delete_agent(agents[2], typed=agents[2].slug, by=an_actor(workspace))

    every = a_program(workspace).get(f"/accounts/{workspace.slug}/agents").json()
    chosen = a_program(workspace, agents=[agents[1]]).get(f"/accounts/{workspace.slug}/agents").json()

    assert [row["agentId"] for row in every] == [agents[0].slug, agents[1].slug]
    assert [row["agentName"] for row in chosen] == ["Harbour"]
    assert all(set(row) == KEYS and row["branchCount"] == 1 for row in every)


def test_an_agent_tells_when_it_last_changed() -> None:
    agent = an_agent()
    placed = published(agent)

    row = a_program(agent).get(f"/agents/{agent.slug}").json()

    assert row["createdAt"] < row["updatedAt"]
    assert row["updatedAt"][:23] == placed.started_at.isoformat()[:23]


def test_an_agent_is_found_whatever_the_case_of_its_id() -> None:
    agent = an_agent()

    assert a_program(agent).get(f"/agents/{agent.slug.upper()}").json()["agentId"] == agent.slug


def test_making_an_agent_answers_200_and_makes_an_id() -> None:
    workspace = a_workspace()
    body = {
        "name": "Harbour",
        "responseSettings": {"greeting": "Ahoy: “you”"},
        "voiceSettings": {"voiceId": "VOICE-00000000"},
    }

    response = a_program(workspace).post(f"/accounts/{workspace.slug}/agents", body)

    assert response.status_code == 200
    made = response.json()
    assert re.fullmatch(r"PROJECT-[A-Z0-9]{8}", made["agentId"])
    agent = Agent.objects.get(slug=made["agentId"])
    assert (agent.name, len(agent.ladder)) == ("Harbour", 3)
    assert "Ahoy: “you”" in drafted(agent)["voice/configuration.yaml"].decode()


def test_an_agent_made_so_can_be_published_at_once() -> None:
    workspace = a_workspace()
    program = a_program(workspace)
    made = program.post(f"/accounts/{workspace.slug}/agents", {"name": "Harbour", "agentId": "harbour-1"}).json()

    response = program.post(f"/agents/{made['agentId']}/deployments/publish")

    assert response.status_code == 201


def test_an_id_that_is_taken_is_a_409_in_any_case_of_letters() -> None:
    agent = an_agent()
    elsewhere = a_workspace()

    response = a_program(elsewhere).post(
        f"/accounts/{elsewhere.slug}/agents", {"name": "Harbour", "agentId": agent.slug.upper()}
    )

    refused(response, 409, "PROJECT_ID_ALREADY_EXISTS")


@pytest.mark.parametrize("slug", ["a b", "ä", "../x", "x" * 65, ""])
def test_an_id_that_cannot_be_one_is_a_400(slug: str) -> None:
    workspace = a_workspace()

    response = a_program(workspace).post(f"/accounts/{workspace.slug}/agents", {"name": "Harbour", "agentId": slug})

    refused(response, 400, "PROJECT_ID_INVALID")
    assert not Agent.objects.exists()


@pytest.mark.parametrize("body", [None, {}, {"name": ""}, {"name": "x" * 101}, {"name": "Pier", "color": "red"}])
def test_a_body_of_another_shape_is_a_400(body: object) -> None:
    workspace = a_workspace()

    response = a_program(workspace).post(f"/accounts/{workspace.slug}/agents", body)

    refused(response, 400, "SCHEMA_VALIDATION_FAILED")


def test_a_key_for_chosen_agents_makes_none() -> None:
    agent = an_agent()

    response = a_program(agent, agents=[agent]).post(f"/accounts/{agent.workspace.slug}/agents", {"name": "Pier"})

    refused(response, 403, "ACCOUNT_INSUFFICIENT_PERMISSIONS")


def test_a_copy_holds_what_the_draft_holds() -> None:
    agent = an_agent(steps=2)
    live(agent)
    edited(agent, {RULES: b"In the draft.\n"})

    made = a_program(agent).post(f"/agents/{agent.slug}/duplicate", {"newAgentName": "Copy", "newAgentId": "copy-1"})

    assert made.status_code == 200
    copy = Agent.objects.get(slug="copy-1")
    assert drafted(copy) == {**FILES, RULES: b"In the draft.\n"}
    assert len(copy.ladder) == 2


def test_a_copy_of_what_has_no_draft_holds_what_sandbox_runs() -> None:
    agent = an_agent()
    published(agent)

    made = a_program(agent).post(f"/agents/{agent.slug}/duplicate", {"newAgentName": "Copy"}).json()

    assert drafted(Agent.objects.get(slug=made["agentId"])) == dict(FILES)


def test_deleting_answers_204_and_from_then_on_404() -> None:
    agent = an_agent()
    program = a_program(agent)

    response = program.delete(f"/agents/{agent.slug}")

    assert (response.status_code, response.content) == (204, b"")
    refused(program.get(f"/agents/{agent.slug}"), 404, "PROJECT_NOT_FOUND")
    assert Event.objects.get(kind="agent_deleted").details["api_key"] == "Night build"


def test_only_an_admins_key_deletes() -> None:
    agent = an_agent()

    response = a_program(agent, Role.RELEASER).delete(f"/agents/{agent.slug}")

    refused(response, 403, "USER_ACCESS_FORBIDDEN")


def test_a_long_list_of_agents_leads_on_by_its_link_until_all_were_told() -> None:
    workspace = a_workspace()
    agents = [an_agent(workspace, name=name) for name in ("Bus", "Ferry", "Ferry", "Train", "Anchor")]
    program, address, told = a_program(workspace), f"/accounts/{workspace.slug}/agents?limit=2", []

    for _ in range(3):
        response = program.get(address)
        told += [each["agentId"] for each in response.json()]
        address = response.get("Link", "").partition("/v1")[2].partition(">")[0]

    assert told == [agents[place].slug for place in (4, 0, 1, 2, 3)]
    assert address == ""
