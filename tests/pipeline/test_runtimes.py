"""What running agents say of themselves, and what may be claimed from it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from deployments import pipeline
from deployments.models import Agent, Deployment, Reach, Runtime
from deployments.models.runtime import SILENT_AFTER
from deployments.pipeline import Refused, acknowledge
from deployments.pipeline.clearing import clear_expired
from tests.vocabulary import an_actor, an_agent, environment, live, rolled_back

pytestmark = pytest.mark.django_db
START = timezone.now().replace(microsecond=0)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def said(placed: Deployment, runtime: str, seconds: float) -> None:
    acknowledge(placed.environment, placed.version, runtime=runtime, at=after(seconds))


def reach(agent: Agent, seconds: float) -> Reach:
    here = environment(agent, "live")
    return Reach.of(here.active, Runtime.objects.of(agent, after(seconds)), after(seconds))


def placed(agent: Agent, seconds: float) -> Deployment:
    deployment = live(agent)
    Deployment.objects.filter(pk=deployment.pk).update(started_at=after(seconds))
    deployment.refresh_from_db()
    return deployment


def test_where_no_runtime_ever_spoke_nothing_is_claimed() -> None:
    agent = an_agent()
    placed(agent, 0)

    assert reach(agent, 10) == Reach(0, 0, 0, None)
    assert not reach(agent, 10).is_claimed


def test_a_placement_has_come_as_far_as_runtimes_say() -> None:
    agent = an_agent()
    first = placed(agent, 0)
    for runtime in ("a", "b", "c"):
        said(first, runtime, 1)
    second = placed(agent, 60)

    said(second, "a", 60.1)
    said(second, "b", 60.2)
    partly = reach(agent, 61)
    said(second, "c", 61.5)

    assert partly == Reach(2, 3, 0, None)
    assert reach(agent, 62) == Reach(3, 3, 0, timedelta(seconds=1.5))


def test_saying_it_again_leaves_since_when_it_is_so() -> None:
    agent = an_agent()
    first = placed(agent, 0)
    said(first, "a", 1)
    second = placed(agent, 60)

    for seconds in (61, 120, 180):
        said(second, "a", seconds)

    assert Runtime.objects.get().since == after(61)
    assert reach(agent, 181).took == timedelta(seconds=1)


def test_a_runtime_silent_for_two_minutes_is_not_counted() -> None:
    agent = an_agent()
    first = placed(agent, 0)
    said(first, "a", 1)
    said(first, "b", 1)
    second = placed(agent, 60)
    said(second, "a", 60.5)

    assert reach(agent, 1 + SILENT_AFTER.total_seconds() - 0.1) == Reach(1, 2, 0, None)
    assert reach(agent, 1 + SILENT_AFTER.total_seconds()) == Reach(1, 1, 1, timedelta(seconds=0.5))


def test_one_that_came_later_counts_and_says_nothing_of_how_long_it_took() -> None:
    agent = an_agent()
    first = placed(agent, 0)
    said(first, "a", 1)
    said(first, "back", 1)
    second = placed(agent, 60)
    said(second, "a", 60.2)

    said(second, "new", 4000)
    said(second, "back", 4000)
    said(second, "a", 4000)

    assert reach(agent, 4001).serving == 3
    # "a" too had been silent by then: nobody speaks any more who ran when it was placed.
    assert reach(agent, 4001).took is None


def test_a_new_runtime_alone_took_no_time_that_could_be_told() -> None:
    agent = an_agent()
    first = placed(agent, 0)

    said(first, "new", 500)

    assert reach(agent, 501) == Reach(1, 1, 0, None)


def test_rolled_back_to_what_a_runtime_still_serves_took_no_time() -> None:
    agent = an_agent()
    first = placed(agent, -100)
    said(first, "slow", -50)
    placed(agent, -20)

    rolled_back(agent, "live")

    assert reach(agent, 1).took == timedelta()


@pytest.mark.parametrize("name", ["", " a", "a\nb", "x" * 201, "\0"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    deployment = live(an_agent())

    with pytest.raises(Refused, match="Name the runtime"):
        acknowledge(deployment.environment, deployment.version, runtime=name)

    assert not Runtime.objects.exists()


def test_names_that_never_come_back_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.pipeline.runtimes.MOST", 2)
    deployment = live(an_agent())
    for name in ("a", "b", "a"):
        said(deployment, name, 0)

    with pytest.raises(Refused, match="Give a runtime the same name"):
        said(deployment, "c", 0)
    clear_expired(after(24 * 3600))

    assert not Runtime.objects.exists()


def test_the_runtimes_of_an_agent_go_with_it() -> None:
    agent = an_agent()
    said(live(agent), "a", 40 * 24 * 3600)
    pipeline.delete_agent(agent, typed=agent.slug, by=an_actor(agent))

    clear_expired(timezone.now() + timedelta(days=31))

    assert not Runtime.objects.exists()
    assert not Agent.objects.filter(pk=agent.pk).exists()
