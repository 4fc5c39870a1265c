"""Runtimes, and the line of Deployments that says how far a placement has come."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from deployments.models import Agent, Deployment, Role
from deployments.pipeline import acknowledge
from deployments.templatetags.slipway import took
from tests.signing_in import a_client
from tests.vocabulary import an_agent, environment, live, published

pytestmark = pytest.mark.django_db


def words(html: str) -> str:
    return re.sub(r"[\s\u00a0]+", " ", re.sub(r"<[^>]+>", "", html))


def an_agent_with_runtimes() -> tuple[Agent, Deployment]:
    """Three that ran before what is live was placed: two serve it, one is silent; and a third that is behind."""
    agent = an_agent()
    now = timezone.now()
    first = live(agent)
    for name, age in (("voice-1", 60), ("voice-2", 60), ("behind", 60), ("gone", 600)):
        acknowledge(first.environment, first.version, runtime=name, at=now - timedelta(seconds=age))
    second = live(agent)
    for name in ("voice-1", "voice-2"):
        acknowledge(second.environment, second.version, runtime=name, at=second.started_at + timedelta(seconds=0.2))
    return agent, second


def test_each_runtime_is_shown_with_what_it_serves() -> None:
    agent, placed = an_agent_with_runtimes()

    page = a_client(agent, Role.VIEWER).get(reverse("runtimes", args=[agent.slug]))

    said = words(page.text)
    assert "In effect at 2 of 3 runtimes; 1 silent" in said
    names = re.findall(r'<th scope="row" class="main runtime-name">([^<]+)', page.text)
    assert names == ["behind", "voice-1", "voice-2", "gone"]
    assert "No runtime has said that it serves Sandbox, so nothing is claimed." in said
    assert placed.version.short in said


def test_deployments_says_how_far_it_has_come_and_how_long_that_took() -> None:
    agent, placed = an_agent_with_runtimes()
    client = a_client(agent, Role.VIEWER)
    address = reverse("environment", args=[agent.slug, "live"])

    partly = words(client.get(address).text)
    acknowledge(placed.environment, placed.version, runtime="behind", at=placed.started_at + timedelta(seconds=1.5))
    whole = words(client.get(reverse("reach", args=[agent.slug, "live"])).text)

    assert "In effect at 2 of 3 runtimes; 1 silent" in partly
    assert whole.strip() == "In effect at 3 of 3 runtimes, 1.5 s; 1 silent"


def test_deployments_claims_nothing_where_no_runtime_ever_spoke() -> None:
    agent = an_agent()
    live(agent)
    client = a_client(agent, Role.VIEWER)

    assert "n effect at" not in client.get(reverse("environment", args=[agent.slug, "live"])).text
    assert words(client.get(reverse("reach", args=[agent.slug, "live"])).text).strip() == ""


def test_an_environment_that_holds_nothing_is_in_effect_nowhere() -> None:
    agent = an_agent()
    published(agent)
    acknowledge(environment(agent, "live"), agent.versions.get(), runtime="early")

    assert "In effect at 0 of 1 runtime" in words(
        a_client(agent, Role.VIEWER).get(reverse("runtimes", args=[agent.slug])).text
    )


def test_what_a_runtime_calls_itself_is_text() -> None:
    agent = an_agent()
    placed = live(agent)
    acknowledge(placed.environment, placed.version, runtime="<b>loud</b>")

    assert "<b>loud" not in a_client(agent, Role.VIEWER).get(reverse("runtimes", args=[agent.slug])).text


def test_many_runtimes_cost_no_more_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    agent, placed = an_agent_with_runtimes()
    for number in range(50):
        acknowledge(placed.environment, placed.version, runtime=f"voice {number}")
    client = a_client(agent, Role.VIEWER)
    client.get(reverse("runtimes", args=[agent.slug]))

    with django_assert_max_num_queries(10):
        client.get(reverse("runtimes", args=[agent.slug]))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "under 0.1\u00a0s"),
        (0.24, "0.2\u00a0s"),
        (9.94, "9.9\u00a0s"),
        (9.96, "10\u00a0s"),
        (61, "61\u00a0s"),
        (200, "3 min"),
    ],
)
def test_what_was_quick_is_told_finely(seconds: float, said: str) -> None:
    assert took(timedelta(seconds=seconds)) == said
