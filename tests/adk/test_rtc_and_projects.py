"""What `poly rtc` and `poly project` do, call by call: adk-cli.md, sections 4, 5 and the rows of section 9."""

from __future__ import annotations

import pytest

from deployments import pipeline
from deployments.models import Agent, Role
from tests.adk.client import Calls
from tests.api.asking import a_key
from tests.vocabulary import a_config, an_actor, an_agent, environment

pytestmark = pytest.mark.django_db

SCHEMA = {"type": "object", "properties": {"wait": {"type": "integer"}}}


def calls(agent: Agent, by: Role | None = None) -> Calls:
    return Calls(a_key(agent, by)[1], agent)


def test_row_8_what_was_saved_on_the_page_since_the_pull_stops_the_push() -> None:
    agent = an_agent()
    a_config(agent, SCHEMA, {"wait": 1})
    here, poly = environment(agent, "live"), calls(agent)
    last = poly.pulled("live")

    assert last["schema"] == SCHEMA
    assert poly.pushed("live", last, variables={"wait": 2})
    assert not poly.pushed("live", last, variables={"wait": 3})
    again = poly.pulled("live")
    pipeline.save_values(here, {"wait": 9}, by=an_actor(agent))
    assert not poly.pushed("live", again, variables={"wait": 3})
    assert pipeline.real_time_config(here).values == {"wait": 9}


def test_a_push_of_what_stands_there_already_is_no_drift_for_anybody_else() -> None:
    agent = an_agent()
    a_config(agent, SCHEMA, {"wait": 1})
    poly = calls(agent)
    last = poly.pulled("live")

    assert poly.pushed("live", last)

    assert poly.pulled("live") == last


def test_a_releaser_pushes_values_beside_the_schema_that_stands_there() -> None:
    agent = an_agent()
    a_config(agent, SCHEMA, {"wait": 1})
    poly = calls(agent, Role.RELEASER)

    assert poly.pushed("live", poly.pulled("live"), variables={"wait": 2})

    assert poly.pulled("live")["variables"] == {"wait": 2}


def test_an_environment_nobody_wrote_is_pulled_as_empty_and_pushed_to() -> None:
    agent = an_agent()
    poly = calls(agent)
    last = poly.pulled("sandbox")

    assert (last["schema"], last["variables"]) == ({}, {})
    assert poly.pushed("sandbox", last, schema=SCHEMA, variables={"wait": 1})
    assert poly.pulled("sandbox")["variables"] == {"wait": 1}


def test_projects_are_listed_copied_and_deleted() -> None:
    agent = an_agent()
    poly, account = calls(agent), f"/v1/accounts/{agent.workspace.slug}/agents"

    [row] = poly.send("GET", account)
    copy = poly.send("POST", f"/v1/agents/{agent.slug}/duplicate", {"newAgentName": "Copy"})
    deleted = poly.send("DELETE", f"/v1/agents/{agent.slug}", status=204)

    assert {row[name] for name in ("agentId", "agentName")} == {agent.slug, agent.name}
    assert (row["branchCount"], bool(row["updatedAt"])) == (1, True)
    assert (deleted, copy["agentName"]) == ({}, "Copy")
    assert [each["agentId"] for each in poly.send("GET", account)] == [copy["agentId"]]


def test_a_project_that_is_made_answers_with_its_id_and_name() -> None:
    agent = an_agent()
    said = {
        "name": "Harbour",
        "responseSettings": {"greeting": "Hello, how can I help you?"},
        "voiceSettings": {"voiceId": "VOICE-1a2b3c4d"},
    }

    made = calls(agent).send("POST", f"/v1/accounts/{agent.workspace.slug}/agents", said)

    assert made["agentName"] == "Harbour"
    assert made["agentId"].startswith("PROJECT-")
