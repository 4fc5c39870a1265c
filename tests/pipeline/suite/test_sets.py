"""Sets of test cases: made, changed and deleted, each with a line of history."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest
from django.db import DatabaseError

from deployments import pipeline
from deployments.models import Agent, CaseSet, Event, Role
from deployments.pipeline import Chosen, SetOptions
from deployments.pipeline.suite import sets
from tests.pipeline.suite.vocabulary import refused
from tests.suites import a_set
from tests.vocabulary import an_actor, environment

pytestmark = pytest.mark.django_db


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
        ({"name": "Nowhere", "cases": ["test_suite/\ud800.yaml"]}, "cases_missing"),
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
