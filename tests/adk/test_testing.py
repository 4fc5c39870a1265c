"""What `poly test` does, call by call: adk-cli.md, section 4."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deployments import pipeline
from deployments.models import Agent, Run
from deployments.suite.results import Verdict
from tests.adk.client import GOING_ON, Calls
from tests.api.asking import a_key
from tests.suites import a_case, a_result, ran
from tests.vocabulary import FILES, an_actor, an_agent, environment, published

pytestmark = pytest.mark.django_db

BAGS, SKIS = "TEST_CASES-bags", "TEST_CASES-skis"


def a_tested_agent() -> tuple[Agent, Run]:
    """An agent in Sandbox, and a finished run of its two cases, of which one failed."""
    agent = an_agent(files={**FILES, **a_case("Bags", "How many?"), **a_case("Skis", "Skis?")})
    published(agent)
    run = pipeline.start_run(
        agent, environment(agent, "sandbox"), pipeline.Chosen(), name="Before the season", by=an_actor(agent)
    )
    verdicts = [
        Verdict(kind="assertion", told="It is polite.", status="not judged", reason="No model is set."),
        Verdict(kind="call", told="calls find_cabin", status="failed", reason="It was not called.", name="find_cabin"),
    ]
    told = a_result("failed", (None, "Welcome aboard."), ("How many?", "Three."), verdicts=verdicts)
    return agent, ran(run, Bags="failed", told={"Bags": told})


@pytest.fixture(scope="module")
def story(told_once: Callable[..., Any]) -> tuple[Agent, Run]:
    agent, run = told_once(a_tested_agent)
    return agent, run


def calls(agent: Agent, *permissions: str) -> Calls:
    return Calls(a_key(agent, permissions=permissions)[1], agent)


def test_runs_are_listed_newest_first_and_sliced(story: tuple[Agent, Run]) -> None:
    agent, run = story
    poly = calls(agent)
    newer = poly.trigger([SKIS], status=201)["id"]

    assert [row["id"] for row in poly.test_runs()] == [newer, str(run.pk)]
    assert [row["id"] for row in poly.test_runs(limit=1, offset=1)] == [str(run.pk)]
    assert poly.test_runs(offset=2) == []


def test_a_run_and_a_case_of_it_are_shown_with_what_failed(story: tuple[Agent, Run]) -> None:
    agent, run = story

    told = calls(agent, "testing:read").test_run(str(run.pk))

    counts = ("testCaseCount", "passedCount", "failedCount", "errorCount")
    assert (told["status"], [told[each] for each in counts]) == ("completed", [2, 1, 1, 0])
    bags = next(each for each in told["testHistory"] if each["testCaseId"] == BAGS)
    [statement] = bags["results"]["prompt_assertion_results"]
    [failure] = bags["results"]["function_call_failures"]
    assert (statement["prompt"], statement["is_pass"], statement["reason"]) == (
        "It is polite.", False, "No model is set.",
    )  # fmt: skip
    assert (failure["name"], failure["failure_reason"], failure["error"]) == ("find_cabin", "It was not called.", "")
    [greeting, answer] = bags["rawConversation"]["turns"]
    assert (greeting["user_input"], greeting["agent_response"]) == ("", "Welcome aboard.")
    assert (answer["user_input"], answer["agent_response"], answer["function_calls"]) == ("How many?", "Three.", [])


def test_a_run_is_triggered_and_asked_for_until_it_is_over(story: tuple[Agent, Run]) -> None:
    agent, _ = story
    poly = calls(agent)

    begun = poly.trigger([BAGS, SKIS], "From the folder", status=201)
    going = poly.test_run(begun["id"])
    ran(Run.objects.get(pk=begun["id"]))

    assert (begun["test_case_count"], begun["name"]) == (2, "From the folder")
    assert going["status"] in GOING_ON
    assert {each["testCaseId"]: each["status"] for each in going["testHistory"]} == {BAGS: "pending", SKIS: "pending"}
    assert poly.test_run(begun["id"])["status"] == "completed"


def test_ids_of_elsewhere_and_keys_that_only_read_start_nothing(story: tuple[Agent, Run]) -> None:
    agent, run = story
    poly = calls(agent)

    poly.trigger(["TEST_CASES-1a2b3c4d"], status=422)
    poly.trigger([BAGS], "x" * 121, status=400)
    calls(agent, "testing:read").trigger([BAGS], status=403)
    poly.test_run("nothing", status=404)

    assert list(agent.runs.all()) == [run]


@pytest.mark.parametrize("path", ["branches/main/projection", "deployments/0f9d2b58/projection"])
def test_a_pull_is_refused_with_what_there_is_instead(story: tuple[Agent, Run], path: str) -> None:
    poly = calls(story[0])

    told = poly.send("GET", f"{poly.project}/{path}", status=404)

    assert "PUT /v1/agents/{agent}/draft" in told["error"]
    assert "test-runs/trigger" in told["error"]
