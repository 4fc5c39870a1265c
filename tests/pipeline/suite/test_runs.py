"""Runs of test cases: what they hold, what they come to, and who holds them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from deployments import pipeline
from deployments.models import Agent, Run
from deployments.pipeline import verdict_of_case
from deployments.pipeline.suite.claiming import (
    CLAIMED_FOR,
    claim_cases,
    keep_case,
    record_case,
    release_case,
    take_up_runs,
)
from deployments.pipeline.suite.runs import look_up_cases
from tests.pipeline.suite.vocabulary import refused
from tests.suites import a_case, a_set, ran, started
from tests.vocabulary import an_actor, edited, published

pytestmark = pytest.mark.django_db


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
