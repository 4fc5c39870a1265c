from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from deployments import pipeline
from deployments.models import Agent, CaseRun, CaseSet, Event, Role, Run
from deployments.pipeline import Chosen, Refused, SetOptions, verdict_of_case
from deployments.pipeline.suite import sets
from deployments.pipeline.suite.claiming import (
    CLAIMED_FOR,
    claim_cases,
    keep_case,
    record_case,
    release_case,
    take_up_runs,
)
from deployments.pipeline.suite.clearing import clear_old_runs
from deployments.pipeline.suite.gates import Gate
from deployments.pipeline.suite.runs import look_up_cases, start_nightly
from tests.vocabulary import (
    FILES,
    a_case,
    a_set,
    an_actor,
    an_agent,
    edited,
    environment,
    live,
    promoted,
    published,
    ran,
    rolled_back,
)

pytestmark = pytest.mark.django_db
CASES = {**a_case("Bags", "How many bags?"), **a_case("Pier", "Where is the pier?"), **a_case("Skis", "Skis?")}


def with_cases() -> Agent:
    """An agent with three test cases, live."""
    agent = an_agent(files={**FILES, **CASES})
    live(agent)
    return agent


@pytest.fixture(scope="module")
def told(told_once: Callable[..., Any]) -> Agent:
    made: Agent = told_once(with_cases)
    return made


@pytest.fixture
def agent(told: Agent) -> Agent:
    """The module's; what one test has read of it is not there for the next."""
    return Agent.objects.get(pk=told.pk)


def started(agent: Agent, against: Any = None, **chosen: Any) -> Run:
    return pipeline.start_run(agent, against or environment(agent, "sandbox"), Chosen(**chosen), by=an_actor(agent))


def refused(act: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as raised:
        act(*args, **kwargs)
    return raised.value.code


# Sets


def test_a_set_is_made_changed_and_deleted_with_a_line_each(agent: Agent) -> None:
    held = a_set(agent, "Smoke", "Bags", after=["live"])

    pipeline.change_set(held, SetOptions(name="Smoke", everything=True, after=["live"]), by=an_actor(agent))
    pipeline.change_set(held, SetOptions(name="Smoke", everything=True, after=["live"]), by=an_actor(agent))
    pipeline.delete_set(CaseSet.objects.get(), by=an_actor(agent))

    lines = agent.events.filter(kind=Event.Kind.TEST_SET).order_by("pk")
    told = [(line.details["verb"], line.details["test_set"]) for line in lines]
    assert told == [("made", "Smoke"), ("changed", "Smoke"), ("deleted", "Smoke")]
    assert lines[1].details == {"verb": "changed", "test_set": "Smoke", "set_cases": ["1", "every case"]}
    assert not CaseSet.objects.exists()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"name": " ", "everything": True}, "name_missing"),
        ({"name": "x" * 101, "everything": True}, "name_too_long"),
        ({"name": "smoke", "everything": True}, "name_taken"),
        ({"name": "None"}, "cases_missing"),
        ({"name": "Nowhere", "cases": ["test_suite/\ud800.yaml"]}, "too_many_cases"),
        ({"name": "Often", "everything": True, "repeats": 21}, "repeats_unusable"),
        ({"name": "Never", "everything": True, "needed": 0}, "needed_unusable"),
        ({"name": "Moon", "everything": True, "after": ["moon"]}, "environment_unknown"),
    ],
)
def test_a_set_that_makes_no_sense_is_refused(agent: Agent, options: dict[str, Any], code: str) -> None:
    a_set(agent, "Smoke")

    assert refused(pipeline.create_set, agent, SetOptions(**options), by=an_actor(agent)) == code
    assert CaseSet.objects.count() == 1


def test_a_set_is_made_with_its_line_of_history_or_not_at_all(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "record", Mock(side_effect=DatabaseError))

    with pytest.raises(DatabaseError):
        a_set(agent, "Smoke")

    assert not CaseSet.objects.exists()


def test_viewers_neither_make_sets_nor_run_them(agent: Agent) -> None:
    viewer = an_actor(agent, Role.VIEWER)

    assert refused(pipeline.create_set, agent, SetOptions(name="A", everything=True), by=viewer) == "no_permission"
    assert refused(pipeline.start_run, agent, environment(agent, "live"), Chosen(), by=viewer) == "no_permission"


# Runs


def test_a_run_holds_the_cases_of_what_it_runs_against(agent: Agent) -> None:
    edited(agent, a_case("Tides", "When is high water?"))
    draft = pipeline.draft_of(agent)

    assert started(agent).case_count == 3
    assert started(agent, draft).case_count == 4
    assert started(agent, paths=list(a_case("Pier"))).case_count == 1
    assert started(agent, case_set=a_set(agent, "Two", "Bags", "Skis")).case_count == 2
    assert refused(started, agent, paths=list(a_case("Tides"))) == "no_cases"
    assert refused(started, agent, paths=[*a_case("Pier"), "test_suite/\0.yaml"]) == "no_cases"
    assert Run.objects.count() == 4


def test_cases_are_read_once_for_every_version_that_has_them(agent: Agent) -> None:
    first = published(agent).version
    before = pipeline.cases_of(agent, first.manifest)
    edited(agent, {"agent_settings/rules.txt": b"Be brief.\n"})
    same = published(agent).version
    edited(agent, a_case("Bags", "How many bags now?"))
    other = published(agent).version

    with CaptureQueriesContext(connection) as queries:
        again = pipeline.cases_of(agent, same.manifest)
    changed = pipeline.cases_of(agent, other.manifest)

    assert again == before
    assert not [each for each in queries if '"content"' in each["sql"]]
    assert [case.turns for case in changed] != [case.turns for case in before]


def test_a_run_against_the_draft_keeps_what_the_draft_held(agent: Agent) -> None:
    edited(agent, a_case("Tides", "When is high water?"))
    run = started(agent, pipeline.draft_of(agent))

    published(agent)

    run = Run.objects.get(pk=run.pk)
    assert {case.name for case in pipeline.cases_of(agent, run.manifest)} == {"Bags", "Pier", "Skis", "Tides"}


@pytest.mark.parametrize(
    ("results", "status", "counts"),
    [
        ({}, "passed", (3, 0, 0, 0)),
        ({"Pier": "failed"}, "failed", (2, 1, 0, 0)),
        ({"Pier": "error"}, "failed", (2, 0, 1, 0)),
        ({"Pier": "timed_out"}, "failed", (2, 1, 0, 0)),
        ({"Pier": "incomplete"}, "incomplete", (2, 0, 0, 1)),
        ({"Pier": "incomplete", "Bags": "failed"}, "failed", (1, 1, 0, 1)),
    ],
)
def test_a_run_comes_to_what_its_cases_came_to(
    agent: Agent, results: dict[str, str], status: str, counts: tuple[int, ...]
) -> None:
    run = ran(started(agent), **results)

    assert run.status == status
    assert run.is_finished
    assert (run.passed_count, run.failed_count, run.error_count, run.incomplete_count) == counts


def test_what_could_not_be_judged_passes_only_where_the_set_says_so(agent: Agent) -> None:
    held = a_set(agent, incomplete_passes=True)

    assert ran(started(agent, case_set=held), Pier="incomplete").status == "passed"


def test_a_case_held_some_times_passes_with_as_many_as_its_set_asks(agent: Agent) -> None:
    run = started(agent, case_set=a_set(agent, "Often", "Bags", repeats=4, needed=75))

    for number, row in enumerate(claim_cases(run.pk, 4, timezone.now())):
        status = "passed" if number else "failed"
        record_case(row, status=status, reason="", seconds=1, told={}, at=timezone.now())

    run.refresh_from_db()
    assert (run.status, run.case_count, run.passed_count) == ("passed", 1, 1)


@given(st.lists(st.sampled_from(["passed", "failed", "error", "incomplete", "timed_out"]), min_size=1, max_size=20))
def test_more_asked_never_makes_a_case_pass(statuses: list[str]) -> None:
    tries = Counter(statuses)
    passing = [needed for needed in range(1, 101) if verdict_of_case(tries, needed) == "passed"]

    assert passing == list(range(1, len(passing) + 1))
    assert (len(passing) == 100) == (set(statuses) == {"passed"})
    assert bool(passing) == ("passed" in statuses)


def test_a_cancelled_run_keeps_what_has_a_result_and_records_nothing_more(agent: Agent) -> None:
    run = started(agent)
    done, held = claim_cases(run.pk, 2, timezone.now())
    record_case(done, status="passed", reason="", seconds=1, told={}, at=timezone.now())

    pipeline.cancel_run(run, by=an_actor(run.agent))

    assert not keep_case(held, timezone.now())
    assert not record_case(held, status="failed", reason="", seconds=1, told={}, at=timezone.now())
    assert claim_cases(run.pk, 9, timezone.now()) == []
    run.refresh_from_db()
    assert (run.status, run.passed_count, run.failed_count) == ("cancelled", 1, 0)
    assert Counter(run.case_runs.values_list("status", flat=True)) == {"passed": 1, "cancelled": 2}


def test_failures_are_run_again_and_what_passed_is_taken_over(agent: Agent) -> None:
    held = a_set(agent)
    first = ran(started(agent, case_set=held), Pier="failed")

    again = pipeline.run_failures_again(first, by=an_actor(agent))

    assert {row.name for row in claim_cases(again.pk, 9, timezone.now())} == {"Pier"}
    assert {row.taken_from.run_id for row in again.case_runs.exclude(taken_from=None)} == {first.pk}
    assert (again.case_set, again.again_of) == (held, first)


def test_what_is_run_again_is_judged_by_what_the_set_asks_now(agent: Agent) -> None:
    held = a_set(agent, needed=50, repeats=2)
    first = ran(started(agent, case_set=held), Pier="failed")
    asked = replace(pipeline.options_of(held), needed=100, repeats=3)
    pipeline.change_set(held, asked, by=an_actor(agent))

    again = pipeline.run_failures_again(Run.objects.get(pk=first.pk), by=an_actor(agent))

    assert (again.needed, again.repeats) == (100, 3)
    assert Counter(row.name for row in claim_cases(again.pk, 99, timezone.now())) == {"Bags": 1, "Pier": 3, "Skis": 1}


def test_what_another_engine_passed_is_not_taken_over(agent: Agent, settings: Settings) -> None:
    first = ran(started(agent), Pier="failed")
    settings.MODEL = "test:another"

    again = pipeline.run_failures_again(first, by=an_actor(agent))

    assert again.engine == "test:another"
    assert len(claim_cases(again.pk, 9, timezone.now())) == 3


def test_failures_of_a_set_that_is_gone_are_run_again_and_no_other_cases(agent: Agent) -> None:
    held = a_set(agent, "Smoke", "Bags", "Pier")
    first = ran(started(agent, case_set=held), Pier="failed")
    pipeline.delete_set(held, by=an_actor(agent))

    again = pipeline.run_failures_again(Run.objects.get(pk=first.pk), by=an_actor(agent))

    assert set(again.case_runs.values_list("name", flat=True)) == {"Bags", "Pier"}


def test_a_run_whose_set_is_deleted_before_its_cases_are_looked_up_is_called_off(agent: Agent) -> None:
    held = a_set(agent, "Smoke", "Bags", after=["sandbox"])
    run = published(agent).runs.get()

    pipeline.delete_set(held, by=an_actor(agent))
    look_up_cases(run.pk, timezone.now())

    run.refresh_from_db()
    assert (run.status, run.case_runs.count()) == ("cancelled", 0)


def test_nothing_is_run_again_where_all_passed_or_some_are_held(agent: Agent) -> None:
    running, passed = started(agent), ran(started(agent))

    assert refused(pipeline.run_failures_again, running, by=an_actor(agent)) == "run_unfinished"
    assert refused(pipeline.run_failures_again, passed, by=an_actor(agent)) == "nothing_failed"


# Claims


def test_a_case_is_held_by_one_worker_at_a_time_until_its_claim_runs_out(agent: Agent) -> None:
    run, now = started(agent), timezone.now()
    mine = claim_cases(run.pk, 9, now)

    assert claim_cases(run.pk, 9, now + CLAIMED_FOR / 2) == []
    assert keep_case(mine[0], now + CLAIMED_FOR / 2)
    theirs = claim_cases(run.pk, 9, now + CLAIMED_FOR)

    assert {row.name for row in theirs} == {row.name for row in mine[1:]}
    assert not record_case(mine[1], status="failed", reason="", seconds=1, told={}, at=now)
    assert record_case(theirs[0], status="passed", reason="", seconds=1, told={}, at=now)


def test_what_was_let_go_is_held_again(agent: Agent) -> None:
    run, now = started(agent), timezone.now()
    for row in claim_cases(run.pk, 9, now):
        release_case(row)

    assert len(claim_cases(run.pk, 9, now)) == 3


def test_a_run_whose_workers_are_no_more_is_taken_up(agent: Agent) -> None:
    run, now = started(agent), timezone.now()
    claim_cases(run.pk, 9, now)

    assert take_up_runs(now + CLAIMED_FOR / 2) == 0
    assert take_up_runs(now + CLAIMED_FOR + timedelta(seconds=1)) == 1


# What a placement starts


def test_a_placement_starts_the_sets_marked_for_its_environment_and_a_rollback_none(agent: Agent) -> None:
    a_set(agent, "Smoke", after=["sandbox", "live"])
    a_set(agent, "Night", nightly=["live"])

    placed = published(agent)
    to_pre = promoted(placed, "pre-release")
    to_live = promoted(to_pre, "live")
    back = rolled_back(agent, "live")

    assert [(run.set_name, run.environment.slug) for run in placed.runs.all() if run.environment] == [
        ("Smoke", "sandbox")
    ]
    assert list(to_pre.runs.all()) == list(back.runs.all()) == []
    assert [run.trigger for run in to_live.runs.all()] == ["placed"]


def test_what_passed_on_a_version_is_not_held_again_when_it_is_promoted(agent: Agent) -> None:
    a_set(agent, after=["sandbox", "live"])
    placed = published(agent)
    first = placed.runs.get()
    look_up_cases(first.pk, timezone.now())
    ran(first, Pier="failed")

    second = promoted(placed, "live").runs.get()
    look_up_cases(second.pk, timezone.now())

    assert {row.name for row in claim_cases(second.pk, 9, timezone.now())} == {"Pier"}


def test_a_run_all_of_which_passed_before_is_finished_at_once(agent: Agent) -> None:
    a_set(agent, after=["sandbox", "live"])
    placed = published(agent)
    look_up_cases(placed.runs.get().pk, timezone.now())
    ran(placed.runs.get())

    second = promoted(placed, "live").runs.get()
    look_up_cases(second.pk, timezone.now())
    look_up_cases(second.pk, timezone.now())

    second.refresh_from_db()
    assert (second.status, second.passed_count) == ("passed", 3)


def test_a_placement_that_starts_nothing_asks_no_more_than_before(
    agent: Agent, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    a_set(agent, after=["sandbox"])
    version = published(agent).version
    pre, by = environment(agent, "pre-release"), an_actor(agent)

    with django_assert_num_queries(8):
        pipeline.promote(version, to=pre, replacing=pipeline.ANY, by=by)


def test_a_set_runs_once_a_night_where_its_workspace_is(agent: Agent) -> None:
    agent.workspace.time_zone = "Europe/Oslo"
    agent.workspace.save()
    a_set(agent, "Night", nightly=["live", "pre-release"])
    night = datetime.fromisoformat("2026-11-27T02:00:00+01:00")

    assert start_nightly(night - timedelta(hours=1)) == []
    assert [run.environment.slug for run in start_nightly(night) if run.environment] == ["pre-release", "live"]
    assert start_nightly(night + timedelta(minutes=10)) == []


def test_no_run_begins_of_a_set_that_was_deleted_meanwhile(agent: Agent) -> None:
    held = a_set(agent, "Smoke", "Bags")
    first = Run.objects.with_details().get(pk=ran(started(agent, case_set=held), Bags="failed").pk)
    CaseSet.objects.filter(pk=held.pk).delete()

    assert refused(started, agent, case_set=held) == "set_gone"
    assert refused(pipeline.run_failures_again, first, by=an_actor(agent)) == "set_gone"


def test_no_run_begins_against_a_draft_that_was_published_meanwhile(agent: Agent) -> None:
    read = edited(agent)
    published(agent)

    assert refused(started, agent, read) == "draft_moved"


def test_a_night_whose_first_hour_there_is_none_of_has_its_run_all_the_same(agent: Agent) -> None:
    agent.workspace.time_zone = "Europe/Oslo"
    agent.workspace.save()
    a_set(agent, nightly=["live"])
    put_forward = datetime.fromisoformat("2026-03-29T00:00:00+00:00")

    hourly = [len(start_nightly(put_forward + timedelta(hours=hour))) for hour in range(6)]

    assert hourly == [0, 1, 0, 0, 0, 0]


# Gates


def gated(agent: Agent, *cases: str, **options: Any) -> CaseSet:
    held = a_set(agent, "Smoke", *cases, **options)
    pipeline.change_gate(environment(agent, "live"), held, by=an_actor(agent))
    for read_before in ("ladder", "every_environment"):
        agent.__dict__.pop(read_before, None)
    return held


def test_a_version_passes_a_gate_only_when_the_set_passed_on_exactly_it(agent: Agent) -> None:
    held = gated(agent)
    version = published(agent).version
    other = published(agent).version
    ran(started(agent, other, case_set=held))

    with pytest.raises(Refused, match=r"Test set “Smoke” has not run on this version\."):
        promoted(version, "live", by=an_actor(agent, Role.RELEASER).person)
    ran(started(agent, version, case_set=held), Pier="failed", Skis="error")
    with pytest.raises(Refused, match=r"Test set “Smoke” failed on this version: Pier, Skis\."):
        promoted(version, "live", by=an_actor(agent, Role.RELEASER).person)
    started(agent, version, case_set=held)
    with pytest.raises(Refused, match=r"Test set “Smoke” is still running on this version\."):
        promoted(version, "live", by=an_actor(agent, Role.RELEASER).person)
    ran(Run.objects.newest_first()[0])

    assert promoted(version, "live", by=an_actor(agent, Role.RELEASER).person).is_active


def test_a_closed_gate_names_five_cases_at_readable_length_and_counts_the_others() -> None:
    now = timezone.now()
    failed = Run(status=Run.Status.FAILED, began_at=now)
    names = ("A" * 200, *(f"Case {number}" for number in range(1, 8)))
    gate = Gate(CaseSet(name="Smoke", changed_at=now), failed, names)

    assert gate.sentence == (
        f"Test set “Smoke” failed on this version: {'A' * 59}…, Case 1, Case 2, Case 3, Case 4 and 3 more."
    )
    assert (gate.named, gate.unnamed) == (names[:5], 3)


def test_a_set_that_asks_more_since_opens_no_gate(agent: Agent) -> None:
    held = gated(agent, "Bags")
    version = published(agent).version
    ran(started(agent, version, case_set=held))

    pipeline.change_set(held, SetOptions(name="Smoke!", cases=list(a_case("Bags"))), by=an_actor(agent))
    assert pipeline.gates_for(agent, [version.pk])[held.pk, version.pk].is_open
    pipeline.change_set(held, SetOptions(name="Smoke", everything=True), by=an_actor(agent))

    with pytest.raises(Refused, match=r"Test set “Smoke” was changed since it ran on this version\."):
        promoted(version, "live", by=an_actor(agent, Role.RELEASER).person)


def test_only_an_admin_passes_a_closed_gate_and_only_with_a_reason_that_history_keeps(agent: Agent) -> None:
    gated(agent)
    version, live_step = published(agent).version, environment(agent, "live")
    act: dict[str, Any] = {"to": live_step, "replacing": pipeline.ANY}

    releaser = an_actor(agent, Role.RELEASER)
    assert refused(pipeline.promote, version, past_gate="It burns", by=releaser, **act) == "gate_closed"
    assert refused(pipeline.promote, version, past_gate="  ", by=an_actor(agent), **act) == "gate_closed"
    pipeline.promote(version, past_gate="The pier burns", message="New pier", by=an_actor(agent), **act)

    line = agent.events.get(kind=Event.Kind.PROMOTED, after=version, refused=False)
    assert line.message == "New pier"
    assert line.details == {
        "past_gate": "Test set “Smoke” has not run on this version. Overridden: The pier burns",
        "hotfix": True,
    }


def test_menus_say_why_a_gate_is_closed_but_let_an_admin_come_and_give_a_reason(agent: Agent) -> None:
    gated(agent)
    version, live_step = published(agent).version, environment(agent, "live")

    refusal = pipeline.refusal_to_promote(version, to=live_step, by=an_actor(agent, Role.RELEASER))

    assert refusal is not None
    assert refusal.code == "gate_closed"
    assert pipeline.refusal_to_promote(version, to=live_step, by=an_actor(agent)) is None


def test_a_gate_says_nothing_of_what_is_there_already(agent: Agent) -> None:
    """A set that runs after a placement closes the gate behind it, until it has passed once more."""
    held = gated(agent)
    version, live_step = published(agent).version, environment(agent, "live")
    ran(started(agent, version, case_set=held))
    placed = promoted(version, "live")
    started(agent, version, case_set=held)
    releaser = an_actor(agent, Role.RELEASER)

    refusal = pipeline.refusal_to_promote(version, to=live_step, by=releaser)
    again = promoted(version, "live", by=releaser.person)

    assert refusal is not None
    assert refusal.sentence == "Already active in Live."
    assert again == placed
    assert not agent.events.filter(refused=True).exists()


def test_what_leaves_while_it_is_promoted_once_more_does_not_slip_back_past_a_gate(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    gated(agent)
    version, other = published(agent).version, published(agent).version
    live_step, releaser = environment(agent, "live"), an_actor(agent, Role.RELEASER)
    pipeline.promote(version, to=live_step, replacing=pipeline.ANY, past_gate="The pier burns", by=an_actor(agent))
    before = pipeline.Standing.of(agent, [version], by=releaser)
    pipeline.promote(other, to=live_step, replacing=pipeline.ANY, past_gate="It burns no more", by=an_actor(agent))
    monkeypatch.setattr(pipeline.Standing, "of", lambda *args, **named: before)

    code = refused(pipeline.promote, version, to=live_step, replacing=pipeline.ANY, by=releaser)

    assert code == "environment_moved"
    assert environment(agent, "live").active.version == other  # type: ignore[union-attr]


def test_a_rollback_passes_every_gate(agent: Agent) -> None:
    version = live(agent)
    gated(agent)

    assert rolled_back(agent, "live", by=an_actor(agent, Role.RELEASER).person).is_active
    assert version.replaced_by.verb == "rolled_back"


def test_a_set_that_is_a_gate_stays(agent: Agent) -> None:
    held = gated(agent)

    assert refused(pipeline.delete_set, held, by=an_actor(agent)) == "set_is_gate"
    pipeline.change_gate(environment(agent, "live"), None, by=an_actor(agent))
    pipeline.delete_set(held, by=an_actor(agent))

    lines = agent.events.filter(kind=Event.Kind.AGENT_SETTINGS).order_by("pk")
    assert [line.details["gate"] for line in lines] == [["none", "Smoke"], ["Smoke", "none"]]


def test_a_gate_stands_before_no_publishing_and_takes_no_other_agents_set(agent: Agent) -> None:
    other = with_cases()

    change = pipeline.change_gate
    assert refused(change, environment(agent, "sandbox"), a_set(agent), by=an_actor(agent)) == "gate_unusable"
    assert refused(change, environment(agent, "live"), a_set(other), by=an_actor(agent)) == "gate_unusable"
    assert refused(change, environment(agent, "live"), None, by=an_actor(agent, Role.RELEASER)) == "no_permission"


def test_gates_cost_three_queries_however_many_versions(
    agent: Agent, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    held = gated(agent)
    versions = [published(agent).version for _ in range(3)]
    for version in versions:
        ran(started(agent, version, case_set=held), Pier="failed")

    with django_assert_num_queries(5):  # the agent and its ladder are two, which a page has read already
        gates = pipeline.gates_for(Agent.objects.get(pk=agent.pk), [version.pk for version in versions])

    assert {gate.failing for gate in gates.values()} == {("Pier",)}


# Keeping


def test_old_runs_go_but_what_a_gate_may_ask_for_stays(agent: Agent) -> None:
    held = a_set(agent)
    standing = environment(agent, "live").active
    assert standing is not None
    older = ran(started(agent, standing.version, case_set=held))
    newest = ran(started(agent, standing.version, case_set=held))
    ran(started(agent, paths=list(CASES)[:1]))

    assert clear_old_runs(timezone.now() + timedelta(days=400)) == 2

    assert list(Run.objects.all()) == [newest]
    assert older != newest
    assert CaseRun.objects.count() == 3
