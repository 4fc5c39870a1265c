"""The test suite by API: agents-api.md, section 10, and what stands beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.utils import timezone

from deployments import pipeline
from deployments.api import testing
from deployments.models import Agent, Event, Role, Run
from deployments.pipeline import Chosen
from deployments.pipeline.suite.claiming import claim_cases, record_case, release_case
from deployments.pipeline.suite.runs import look_up_cases
from deployments.runtime import turns
from deployments.suite import Result, Verdict, as_json
from tests.api.asking import Program, a_program, refused
from tests.suites import a_case, a_set, ran, told_in_a_module
from tests.vocabulary import a_turn, an_actor, an_agent, edited, environment, published

pytestmark = pytest.mark.django_db

CASES = {
    **a_case("Bags", "How many bags?", tags=["luggage"], slipway={"severity": "critical"}),
    **a_case("Ships", "Which ship?"),
    **a_case("Skis", "May I bring skis?", tags=["luggage", "winter"]),
}
BAGS, SHIPS, SKIS = (f"TEST_CASES-{name}" for name in ("bags", "ships", "skis"))


def at(agent: Agent, path: str = "") -> str:
    return f"/agents/{agent.slug}/testing/{path}"


def with_cases(steps: int = 3) -> Agent:
    """An agent with three cases in Sandbox."""
    agent = an_agent(steps=steps)
    edited(agent, CASES)
    published(agent)
    return agent


told, agent = told_in_a_module(with_cases)


def triggered(program: Program, agent: Agent, status: int = 201, **body: Any) -> Any:
    response = program.post(at(agent, "test-runs/trigger"), {"branchId": "main", **body})
    assert response.status_code == status, response.content
    return response.json()


def cases_of_run(run_id: str) -> set[str]:
    return set(Run.objects.get(pk=run_id).case_runs.values_list("path", flat=True))


def held(run: Run, results: Mapping[str, Result]) -> None:
    """What workers would record: these results of the cases of these files."""
    now = timezone.now()
    for row in claim_cases(run.pk, 10, now):
        name = row.path.removeprefix("test_suite/").removesuffix(".yaml")
        if name in results:
            made = results[name]
            record_case(row, status=made.status, reason=made.reason, seconds=made.seconds, told=as_json(made), at=now)
        else:
            release_case(row)


def test_a_run_is_triggered_by_ids_and_answered_with_its_id_and_the_count_in_both_spellings(agent: Agent) -> None:
    select = {"mode": "testIds", "testIds": [BAGS, "test_suite/skis.yaml", BAGS]}

    answer = triggered(a_program(agent), agent, select=select, name="Before the season")

    run = Run.objects.get(pk=answer["id"])
    assert (answer["test_case_count"], answer["testCaseCount"], answer["status"]) == (2, 2, "pending")
    assert cases_of_run(answer["id"]) == {"test_suite/bags.yaml", "test_suite/skis.yaml"}
    assert (run.name, run.environment) == ("Before the season", environment(agent, "sandbox"))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, {"bags", "ships", "skis"}),
        ({"testCaseIds": [SHIPS]}, {"ships"}),
        ({"select": {"mode": "severity", "severity": "critical"}}, {"bags"}),
        ({"select": {"mode": "severity", "severity": "normal"}}, {"ships", "skis"}),
        ({"select": {"mode": "tag", "tag": "luggage"}}, {"bags", "skis"}),
        ({"select": {"mode": "tag", "tags": ["winter", "nothing"]}}, {"skis"}),
        ({"select": {"mode": "testSet", "testSet": "smoke"}}, {"bags"}),
    ],
    ids=["everything", "older form", "severity", "severity by default", "tag", "tags", "set"],
)
def test_cases_are_chosen_by_what_is_asked(agent: Agent, body: Mapping[str, Any], found: set[str]) -> None:
    a_set(agent, "Smoke", "Bags")

    answer = triggered(a_program(agent), agent, **body)

    assert cases_of_run(answer["id"]) == {f"test_suite/{name}.yaml" for name in found}


def test_it_runs_against_the_environment_the_draft_or_the_version_that_is_named(agent: Agent) -> None:
    version = environment(agent, "sandbox").active.version  # type: ignore[union-attr]
    draft = edited(agent, {"test_suite/cabins.yaml": CASES["test_suite/bags.yaml"].replace(b"Bags", b"Cabins")})
    program = a_program(agent)

    drafted = triggered(program, agent, environment="draft")
    pinned = triggered(program, agent, version=version.short)
    unsaid = triggered(program, agent, version="", environment="sandbox")
    both = program.post(at(agent, "test-runs/trigger"), {"branchId": "main", "version": "a", "environment": "live"})
    empty = program.post(at(agent, "test-runs/trigger"), {"branchId": "main", "environment": "live"})
    unknown = program.post(at(agent, "test-runs/trigger"), {"branchId": "main", "version": "0" * 40})

    assert (drafted["environment"], drafted["version"], drafted["test_case_count"]) == ("draft", None, 4)
    assert Run.objects.get(pk=drafted["id"]).manifest_digest == draft.manifest_digest
    assert (pinned["environment"], pinned["version"], pinned["test_case_count"]) == (None, version.hash, 3)
    assert "either “environment” or “version” is given, not both" in refused(both, 400, "SCHEMA_VALIDATION_FAILED")
    refused(empty, 400, "CHAT_NOTHING_DEPLOYED")
    refused(unknown, 404, "VERSION_NOT_FOUND")
    assert (unsaid["environment"], unsaid["version"]) == ("sandbox", version.hash)


def test_what_selects_nothing_starts_nothing_and_says_what_is_missing(agent: Agent) -> None:
    program = a_program(agent)
    address = at(agent, "test-runs/trigger")

    gone = program.post(address, {"branchId": "main", "testCaseIds": [BAGS, "TEST_CASES-tides"]})
    none = program.post(address, {"branchId": "main", "select": {"mode": "testIds", "testIds": []}})
    low = program.post(address, {"branchId": "main", "select": {"mode": "severity", "severity": "low"}})
    tag = program.post(address, {"branchId": "main", "select": {"mode": "tag"}})
    no_set = program.post(address, {"branchId": "main", "select": {"mode": "testSet", "testSet": "Smoke"}})
    branch = program.post(address, {"branchId": "BRANCH-12345678"})
    long = program.post(address, {"branchId": "main", "name": "x" * 121})

    assert "TEST_CASES-tides" in refused(gone, 422, "MissingTestCasesHttp")
    for each in (none, low):
        refused(each, 422, "NoTestCasesHttp")
    told = refused(tag, 400, "SCHEMA_VALIDATION_FAILED")
    assert told == "“select” is not usable: the mode tag needs “tag” or “tags”."
    refused(no_set, 404, "TEST_SET_NOT_FOUND")
    refused(branch, 404, "BRANCH_NOT_FOUND")
    refused(long, 400, "SCHEMA_VALIDATION_FAILED")
    assert not agent.runs.exists()


def test_a_set_that_is_deleted_while_it_is_asked_for_is_not_found(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_set(agent, name="Smoke")
    chosen = testing._chosen

    def meanwhile(*asked: Any) -> Chosen:
        made = chosen(*asked)
        agent.case_sets.all().delete()
        return made

    monkeypatch.setattr(testing, "_chosen", meanwhile)
    body = {"branchId": "main", "select": {"mode": "testSet", "testSet": "smoke"}}

    refused(a_program(agent).post(at(agent, "test-runs/trigger"), body), 404, "TEST_SET_NOT_FOUND")


def test_an_agent_without_any_case_is_a_422() -> None:
    agent = an_agent()
    published(agent)

    refused(a_program(agent).post(at(agent, "test-runs/trigger"), {"branchId": "main"}), 422, "NoTestCasesHttp")


def test_sent_twice_under_one_key_it_runs_once(agent: Agent) -> None:
    program = a_program(agent)
    said = {"branchId": "main"}

    first = program.post(at(agent, "test-runs/trigger"), said, Idempotency_Key="a")
    again = program.post(at(agent, "test-runs/trigger"), said, Idempotency_Key="a")

    assert first.json() == again.json()
    assert agent.runs.count() == 1


def test_a_viewer_starts_and_cancels_nothing(agent: Agent) -> None:
    run = pipeline.start_run(agent, environment(agent, "sandbox"), Chosen(), by=an_actor(agent))
    program = Program(a_program(agent, Role.EDITOR).key)
    agent.workspace.memberships.filter(role=Role.EDITOR).update(role=Role.VIEWER)

    refused(program.post(at(agent, "test-runs/trigger"), {"branchId": "main"}), 403, "USER_ACCESS_FORBIDDEN")
    refused(program.post(at(agent, f"test-runs/{run.pk}/cancel")), 403, "USER_ACCESS_FORBIDDEN")
    assert agent.runs.unfinished().count() == 1


def test_a_run_is_read_with_each_expectation_and_the_conversation(agent: Agent) -> None:
    run = pipeline.start_run(agent, environment(agent, "sandbox"), Chosen(), by=an_actor(agent))
    called = turns.FunctionRun(
        path="functions/find_cabin.py", name="find_cabin", by="model", arguments={"code": "ABC"}, result="", seconds=0.1
    )
    verdicts = [
        Verdict(kind="expectation", told='says "20 kg"', status="passed", turn=1),
        Verdict(kind="call", told="calls find_cabin", status="failed", reason="Never called.", name="find_cabin"),
        Verdict(kind="assertion", told="It is polite.", status="not judged", reason="No model is set."),
    ]
    failed = Result(
        status="failed",
        reason="find_cabin was never called.",
        verdicts=verdicts,
        turns=[a_turn(None, "Welcome aboard."), a_turn("How many bags?", "Two.", functions=(called,))],
        seconds=0.5,
    )
    held(run, {"bags": failed, "ships": Result(status="passed")})
    program = a_program(agent)

    halfway = program.get(at(agent, f"test-runs/{run.pk}")).json()
    held(run, {"skis": Result(status="error", reason="It broke.")})
    told = program.get(at(agent, f"test-runs/{run.pk}")).json()
    [listed] = program.get(at(agent, "test-runs?limit=10&offset=0&branchId=main")).json()["testRuns"]

    history = {each["testCaseId"]: each for each in told["testHistory"]}
    counts = ("passedCount", "failedCount", "errorCount")
    assert (halfway["status"], [halfway[each] for each in counts]) == ("running", [1, 1, 0])
    assert (told["status"], told["verdict"], [told[each] for each in counts]) == ("completed", "failed", [1, 1, 1])
    assert listed == {name: value for name, value in told.items() if name != "testHistory"}
    assert set(history) == {BAGS, SHIPS, SKIS}
    bags = history[BAGS]
    assert (bags["status"], bags["testCaseSnapshot"]["name"]) == ("failed", "Bags")
    assert bags["results"]["prompt_assertion_results"] == [
        {"prompt": 'says "20 kg"', "is_pass": True, "is_judged": True, "reason": "", "turn": 1},
        {"prompt": "It is polite.", "is_pass": False, "is_judged": False, "reason": "No model is set.", "turn": None},
    ]
    [failure] = bags["results"]["function_call_failures"]
    assert (failure["name"], failure["failure_reason"], failure["is_pass"]) == ("find_cabin", "Never called.", False)
    assert bags["rawConversation"]["turns"] == [
        {"user_input": "", "agent_response": "Welcome aboard.", "function_calls": []},
        {
            "user_input": "How many bags?",
            "agent_response": "Two.",
            "function_calls": [{"name": "find_cabin", "arguments": {"code": "ABC"}}],
        },
    ]


def test_no_reader_takes_what_was_not_judged_or_not_held_for_passed(agent: Agent) -> None:
    """They count what is neither failed nor an error, look into conversations, and know no other words."""
    run = pipeline.start_run(agent, environment(agent, "sandbox"), Chosen(), by=an_actor(agent))
    program = a_program(agent)
    waiting = program.get(at(agent, f"test-runs/{run.pk}")).json()["testHistory"]
    held(run, {"bags": Result(status="incomplete", reason="Not judged."), "ships": Result(status="timed_out")})
    pipeline.cancel_run(run, by=an_actor(agent))

    told = program.get(at(agent, f"test-runs/{run.pk}")).json()

    history = {each["testCaseId"]: each for each in told["testHistory"]}
    assert {key: (each["status"], each["outcome"]) for key, each in history.items()} == {
        BAGS: ("error", "incomplete"),
        SHIPS: ("timed_out", "timed_out"),
        SKIS: ("error", "cancelled"),
    }
    counts = ("passedCount", "failedCount", "errorCount", "incompleteCount")
    assert [told[each] for each in counts] == [0, 1, 1, 1]
    assert {(each["status"], each["outcome"]) for each in waiting} == {("pending", None)}
    assert [each["rawConversation"]["turns"] for each in (*waiting, history[SKIS])] == [[]] * 4


def test_the_history_of_a_case_leads_on_newest_first(agent: Agent) -> None:
    by = an_actor(agent)
    first, second = (pipeline.start_run(agent, environment(agent, "sandbox"), Chosen(), by=by) for _ in range(2))
    program = a_program(agent)

    page = program.get(at(agent, f"test-history?testCaseId={BAGS}&limit=1"))
    following = program.client.get(page["Link"].partition(">")[0][1:], headers={"x-api-key": program.key})
    everything = program.get(at(agent, "test-history"))

    assert [each["testRunId"] for each in page.json()["testHistory"]] == [str(second.pk)]
    assert [each["testRunId"] for each in following.json()["testHistory"]] == [str(first.pk)]
    assert "Link" not in following
    assert len(everything.json()["testHistory"]) == 6


def test_runs_are_listed_by_set_and_lead_on_with_as_many_queries_for_ten_as_for_one(
    agent: Agent, django_assert_max_num_queries: Any
) -> None:
    smoke, by = a_set(agent, "Smoke", "Bags"), an_actor(agent)
    for each in (Chosen(case_set=smoke), Chosen(), Chosen(case_set=smoke), *[Chosen()] * 8):
        pipeline.start_run(agent, environment(agent, "sandbox"), each, by=by)
    program = a_program(agent)

    with django_assert_max_num_queries(8):
        page = program.get(at(agent, "test-runs?limit=10"))
    of_smoke = program.get(at(agent, f"test-runs?testSetId={smoke.pk}")).json()["testRuns"]

    assert len(page.json()["testRuns"]) == 10
    assert "offset=10" in page["Link"]
    assert [each["testSetName"] for each in of_smoke] == ["Smoke", "Smoke"]


def test_a_run_is_cancelled_and_what_has_a_result_keeps_it(agent: Agent) -> None:
    run = pipeline.start_run(agent, environment(agent, "sandbox"), Chosen(), by=an_actor(agent))
    held(run, {"bags": Result(status="passed")})
    program = a_program(agent)

    first, again = (program.post(at(agent, f"test-runs/{run.pk}/cancel")) for _ in range(2))

    assert first.json() == again.json()
    assert (first.json()["status"], first.json()["verdict"], first.json()["passedCount"]) == ("cancelled", None, 1)


def test_cases_and_sets_are_listed_with_ids_that_stay_while_their_files_do(agent: Agent) -> None:
    smoke = a_set(agent, "Smoke", "Bags", after=["sandbox"])
    pipeline.change_gate(environment(agent, "live"), smoke, by=an_actor(agent))
    edited(agent, a_case("Bags", "How many bags now?"))
    program = a_program(agent)

    cases = program.get(at(agent, "test-cases")).json()["testCases"]
    drafted = program.get(at(agent, "test-cases?environment=draft")).json()["testCases"]
    [told] = program.get(at(agent, "test-sets")).json()["testSets"]

    assert [each["id"] for each in cases] == [each["id"] for each in drafted] == [BAGS, SHIPS, SKIS]
    assert (cases[0]["name"], cases[0]["severity"], cases[0]["tags"]) == ("Bags", "critical", ["luggage"])
    assert (told["id"], told["testCaseIds"], told["after"], told["gates"]) == (
        str(smoke.pk), [BAGS], ["sandbox"], ["live"],
    )  # fmt: skip


@pytest.mark.parametrize("path", ["test-runs/nothing", "test-runs/00000000-0000-0000-0000-000000000000"])
def test_a_run_that_is_not_there_is_a_404_and_so_is_one_of_another_agent(agent: Agent, path: str) -> None:
    other = with_cases()
    elsewhere = pipeline.start_run(other, environment(other, "sandbox"), Chosen(), by=an_actor(other))
    program = a_program(agent)

    refused(program.get(at(agent, path)), 404, "TEST_RUN_NOT_FOUND")
    refused(program.get(at(agent, f"test-runs/{elsewhere.pk}")), 404, "TEST_RUN_NOT_FOUND")


def test_a_placement_answers_with_the_runs_that_it_started(agent: Agent) -> None:
    a_set(agent, "Smoke", "Bags", after=["sandbox", "live"])
    edited(agent, {"agent_settings/rules.txt": b"Be kind.\n"})
    program = a_program(agent)

    placed = program.post(f"/agents/{agent.slug}/deployments/publish").json()
    promoted = program.post(f"/agents/{agent.slug}/deployments/{placed['deployment']['id']}/promote").json()

    [started] = placed["testRunIds"]
    assert Run.objects.get(pk=started).deployment_id is not None
    assert promoted["testRunIds"] == []
    look_up_cases(Run.objects.get(pk=started).pk, timezone.now())
    told = program.get(at(agent, f"test-runs/{started}")).json()
    assert (told["trigger"], told["environment"], told["testCaseCount"]) == ("placed", "sandbox", 1)
    assert told["deploymentId"] == placed["deployment"]["id"]


def test_a_closed_gate_is_a_409_that_names_what_failed_and_an_admin_passes_it_with_a_reason() -> None:
    agent = with_cases(steps=2)
    smoke = a_set(agent, "Smoke", "Bags")
    by = an_actor(agent)
    pipeline.change_gate(environment(agent, "live"), smoke, by=by)
    run = pipeline.start_run(agent, environment(agent, "sandbox"), Chosen(case_set=smoke), by=by)
    ran(run, Bags="failed")
    placed = environment(agent, "sandbox").active
    address = f"/agents/{agent.slug}/deployments/{placed.pk}/promote"  # type: ignore[union-attr]
    reason = {"gateOverrideReason": "The berth is closed anyway."}

    closed = a_program(agent).post(address)
    releaser = a_program(agent, Role.RELEASER).post(address, reason)
    passed = a_program(agent).post(address, reason)

    assert "Bags" in refused(closed, 409, "DEPLOYMENTS_GATE_CLOSED")
    refused(releaser, 409, "DEPLOYMENTS_GATE_CLOSED")
    assert (passed.status_code, passed.json()["deployment"]["environment"]) == (200, "live")
    event = agent.events.filter(kind=Event.Kind.PROMOTED, refused=False).latest("pk")
    assert "The berth is closed anyway." in json.dumps(event.details)


def test_a_reason_opens_nothing_that_is_open_already() -> None:
    agent = with_cases(steps=2)
    placed = environment(agent, "sandbox").active
    address = f"/agents/{agent.slug}/deployments/{placed.pk}/promote"  # type: ignore[union-attr]

    a_program(agent).post(address, {"gateOverrideReason": "No reason."})

    assert environment(agent, "live").active is not None
    assert "No reason." not in json.dumps(agent.events.filter(kind=Event.Kind.PROMOTED).latest("pk").details)


def test_what_was_recorded_is_told_however_it_came_about(agent: Agent) -> None:
    """A case that was held twice at once has one result."""
    run = pipeline.start_run(agent, environment(agent, "sandbox"), Chosen(), by=an_actor(agent))
    [row, *_] = claim_cases(run.pk, 1, timezone.now())
    told = as_json(Result(status="passed"))
    kept = [
        record_case(row, status=status, reason="", seconds=0.1, told=told, at=timezone.now())
        for status in ("passed", "failed")
    ]

    answer = a_program(agent).get(at(agent, f"test-history?testCaseId={row.path}")).json()

    assert kept == [True, False]
    assert [each["status"] for each in answer["testHistory"]] == ["passed"]
