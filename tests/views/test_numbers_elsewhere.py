"""Numbers on the pages of others: who is affected by a release, and what history tells of them."""

from __future__ import annotations

import re

import pytest

from deployments.models import Agent, Role
from deployments.pipeline import move_number
from tests.signing_in import a_client
from tests.views.test_numbers import DIGITS, LONDON, at
from tests.vocabulary import (
    a_number,
    an_actor,
    an_agent,
    environment,
    live,
    promoted,
    published,
)

pytestmark = pytest.mark.django_db


def test_promoting_names_the_numbers_whose_callers_are_affected() -> None:
    agent = an_agent()
    live(agent)
    version = published(agent).version
    for number in range(7):
        a_number(agent, "live", f"+44 20 7946 00{number}0")

    text = a_client(agent, Role.RELEASER).get(at("promotion", agent, version.short, "live")).text
    elsewhere = a_client(agent, Role.RELEASER).get(at("promotion", agent, version.short, "pre-release")).text

    assert "7 numbers reach Live" in text
    assert "+44 20 7946 0040" in text
    assert "+44 20 7946 0050" not in text
    assert "and 2 more. Their callers hear the new version" in text
    assert "No number reaches Pre-release." in elsewhere


def test_rolling_back_names_the_numbers_and_what_it_will_not_change() -> None:
    agent = an_agent()
    first = live(agent)
    promoted(published(agent), "live")
    a_number(agent, "live", LONDON)

    text = a_client(agent, Role.RELEASER).get(at("rollback", agent, "live", first.pk)).text

    assert "1 number reaches Live" in text
    assert LONDON in text
    assert "This rollback will not change numbers, API keys or the ladder" in text


def test_deployments_shows_the_numbers_of_an_environment() -> None:
    agent = an_agent()
    live(agent)
    a_number(agent, "live", LONDON)
    a_number(agent, "sandbox", "+47 22 12 34 56")

    text = a_client(agent, Role.RELEASER).get(at("environment", agent, "live")).text

    assert LONDON in text
    assert "+47 22 12 34 56" not in text


def test_an_empty_environment_says_that_its_callers_reach_nothing() -> None:
    agent = an_agent()
    a_number(agent, "live", LONDON)

    text = a_client(agent, Role.RELEASER).get(at("environment", agent, "live")).text

    assert LONDON in text
    assert "Calls are not answered until a version comes here." in text


def test_history_says_what_happened_to_a_number() -> None:
    agent = an_agent()
    live(agent)
    number = a_number(agent, "sandbox", LONDON, label="Desk")
    move_number(number, to=environment(agent, "live"), by=an_actor(agent))
    client = a_client(agent, Role.RELEASER)
    client.post(at("number-deletion", agent, DIGITS))

    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(at("history", agent)).text))

    assert f"added the number {LONDON} to Sandbox" in text
    assert f"moved the number {LONDON} from Sandbox to Live where callers reach" in text
    assert f"deleted the number {LONDON} from Live" in text


def test_a_ladder_with_numbers_on_the_step_that_would_go_is_refused_in_settings() -> None:
    agent = an_agent()
    a_number(agent, "pre-release", LONDON)

    answer = a_client(agent, Role.ADMIN).post(at("agent-settings", agent), {"name": "Renamed", "steps": "2"})

    assert answer.status_code == 422
    assert "1 number reaches Pre-release." in answer.text
    assert Agent.objects.get(pk=agent.pk).name == agent.name
