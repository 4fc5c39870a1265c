"""What `poly deployments` does, call by call: adk-cli.md, section 2 and the rows of section 9."""

from __future__ import annotations

import pytest

from deployments import pipeline
from deployments.models import Agent, Role
from tests.adk.client import Calls
from tests.api.asking import a_key
from tests.vocabulary import an_actor, an_agent, live, promoted, published, rolled_back

pytestmark = pytest.mark.django_db


def calls(agent: Agent, by: Role | None = None) -> Calls:
    return Calls(a_key(agent, by)[1], agent)


def test_row_1_a_fresh_agent_lists_nothing() -> None:
    poly = calls(an_agent())

    assert poly.active() == {}
    assert poly.listed() == []


def test_row_2_what_was_published_is_one_row_with_date_author_message_and_badge() -> None:
    agent = an_agent()
    placed = published(agent, "Two bags each")
    poly = calls(agent)

    [row] = poly.listed()

    assert poly.active() == {"sandbox": placed.version.hash}
    assert row == {
        "id": str(placed.pk),
        "client_env": "sandbox",
        "version_hash": placed.version.hash,
        "artifact_version": "1",
        "created_at": f"{placed.started_at:%a, %d %b %Y %H:%M:%S} GMT",
        "created_by": placed.by.email,
        "deployment_metadata": {"deployment_message": "Two bags each", "deployment_type": "publish"},
    }


def test_rows_3_and_4_what_is_in_sandbox_goes_to_pre_release_and_live_with_its_message() -> None:
    agent = an_agent()
    placed = published(agent, "Two bags each")
    poly = calls(agent)

    poly.promote("sandbox", "pre-release")
    poly.promote("pre-release", "live")

    assert set(poly.active().values()) == {placed.version.hash}
    assert set(poly.active()) == {"sandbox", "pre-release", "live"}
    [row] = poly.listed("live")
    assert row["deployment_metadata"] == {"deployment_message": "Two bags each", "deployment_type": "promote"}


def test_row_5_an_unknown_hash_is_not_found_and_nothing_changes() -> None:
    agent = an_agent()
    published(agent)
    poly = calls(agent)

    assert poly.promote("a" * 9, "pre-release") is None
    poly.send("POST", f"/v1/agents/{agent.slug}/deployments/nothing/promote", {}, status=404)
    assert set(poly.active()) == {"sandbox"}


def test_row_6_rolling_back_makes_the_older_active_and_keeps_the_newer_listed() -> None:
    agent = an_agent()
    older, newer = published(agent).version.hash, published(agent).version.hash
    poly = calls(agent)

    poly.roll_back(older)

    assert poly.active()["sandbox"] == older
    assert [row["version_hash"] for row in poly.listed()] == [older, newer, older]
    assert poly.listed()[0]["deployment_metadata"]["deployment_type"] == "rollback"


def test_row_10_two_environments_sandbox_goes_to_live() -> None:
    agent = an_agent(steps=2)
    placed = published(agent)
    poly = calls(agent)

    assert [row["client_env"] for row in poly.listed("pre-release")] == ["sandbox"]
    poly.promote("sandbox", "live")

    assert poly.active() == {"sandbox": placed.version.hash, "live": placed.version.hash}


def test_the_first_row_of_a_hash_is_the_newest_placement_of_it() -> None:
    agent = an_agent()
    first = published(agent, "First")
    published(agent)
    rolled_back(agent, "sandbox", "Quiet night")

    rows = [row for row in calls(agent).listed() if row["version_hash"] == first.version.hash]

    assert [row["deployment_metadata"]["deployment_message"] for row in rows] == ["Quiet night", "First"]


def test_a_promotion_that_is_refused_changes_nothing_and_says_why() -> None:
    agent = an_agent()
    published(agent)
    poly = calls(agent, Role.EDITOR)

    answer = poly.promote("sandbox", "pre-release", status=403)

    assert answer["error"] == "Only releasers and admins may promote."
    assert set(poly.active()) == {"sandbox"}


def test_an_environment_that_left_the_ladder_is_not_active() -> None:
    agent = an_agent()
    promoted(published(agent), "pre-release")
    pipeline.change_ladder(agent, steps=2, by=an_actor(agent))
    fresh = Agent.objects.get(pk=agent.pk)

    assert set(calls(fresh).active()) == {"sandbox"}


def test_a_list_costs_the_same_number_of_queries_however_long(django_assert_max_num_queries: object) -> None:
    agent = an_agent()
    live(agent)
    poly = calls(agent)
    poly.listed()
    for _ in range(5):
        published(agent)

    # One of them counts the request against the key's limit.
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        assert len(poly.listed()) == 6


def test_each_answer_is_of_the_key_that_asks() -> None:
    agent = an_agent()
    theirs = an_agent(agent.workspace, name="Day ferry")
    poly = Calls(a_key(agent, Role.EDITOR, agents=[agent])[1], agent)

    assert poly.send("GET", "/adk/v1/accounts") == [
        {"id": agent.workspace.slug, "name": agent.workspace.name, "active": True}
    ]
    projects = poly.send("GET", f"/adk/v1/accounts/{agent.workspace.slug}/projects")
    assert projects == {"projects": [{"id": agent.slug, "name": agent.name}]}
    assert poly.send("GET", poly.project)["name"] == agent.name
    assert Calls(poly.key, theirs).send("GET", Calls("", theirs).project, status=403)["data"] is None


def test_there_is_main_and_no_branch_beside_it() -> None:
    agent = an_agent()
    poly = calls(agent)

    assert poly.send("GET", f"{poly.project}/branches") == {"branches": []}
    made = poly.send("POST", f"{poly.project}/branches", {"branchName": "x"}, status=409)
    assert made["error"] == (
        f"{agent.name} has main and no branches: edit its draft, or send one by PUT /v1/agents/{agent.slug}/draft."
    )
    assert poly.send("GET", f"{poly.project}/branches/main/sequence") == {"lastKnownSequence": 0}
    published(agent)
    assert poly.send("GET", f"{poly.project}/branches/main/sequence") == {"lastKnownSequence": 1}
    assert (
        poly.send("GET", f"{poly.project}/branches/BRANCH-1/sequence", status=404)["error_code"] == "BRANCH_NOT_FOUND"
    )
