"""Runs that begin by themselves: after a placement, and at night."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from deployments import pipeline
from deployments.models import Agent, CaseSet, Run
from deployments.pipeline.suite.claiming import (
    claim_cases,
)
from deployments.pipeline.suite.runs import look_up_cases, start_nightly
from tests.pipeline.suite.vocabulary import refused
from tests.suites import a_set, ran, started
from tests.vocabulary import an_actor, edited, environment, promoted, published, rolled_back

pytestmark = pytest.mark.django_db


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
