from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from deployments.models import Deployment, Role
from deployments.pipeline import Offer, Standing, change_agent, offers_for
from tests.vocabulary import an_actor, an_agent, environment, live, promoted, published, rolled_back

pytestmark = pytest.mark.django_db


def labels(offers: list[Offer]) -> list[str]:
    return [offer.label for offer in offers]


def reason(offers: list[Offer], label: str) -> str | None:
    offer = next(offer for offer in offers if offer.label == label)
    return offer.refusal.sentence if offer.refusal else None


def test_a_row_of_sandbox_may_be_promoted_to_both_and_rolled_back() -> None:
    agent = an_agent()
    published(agent)
    row = published(agent)

    offers = offers_for(row, by=an_actor(agent))

    assert labels(offers) == [
        "Promote to Pre-release",
        "Promote to Live",
        "Preview version",
        "Chat with Sandbox",
        "Rollback",
        "Compare versions",
        "Run tests",
        "Copy deployment id",
        "Copy hash",
    ]
    assert all(offer.refusal is None for offer in offers)


def test_a_row_of_live_is_not_promoted() -> None:
    agent = an_agent()

    offers = offers_for(live(agent), by=an_actor(agent))

    assert not any(label.startswith("Promote") for label in labels(offers))


def test_with_two_environments_no_menu_says_pre_release() -> None:
    """product-semantics.md, section 20, row 13."""
    agent = an_agent(steps=2)

    offers = offers_for(published(agent), by=an_actor(agent))

    assert labels(offers)[0] == "Promote to Live"
    assert "Pre-release" not in str(labels(offers))


def test_what_is_live_already_says_so() -> None:
    agent = an_agent()
    row = published(agent)
    promoted(row, "live")

    assert reason(offers_for(row, by=an_actor(agent)), "Promote to Live") == "Already active in Live."


def test_the_first_placement_has_nothing_to_go_back_to() -> None:
    agent = an_agent()

    offers = offers_for(published(agent), by=an_actor(agent))

    assert reason(offers, "Rollback") == "There is no earlier version to roll back to."


def test_rollback_on_the_active_row_goes_to_what_it_replaced_and_on_an_older_row_to_that_row() -> None:
    agent = an_agent()
    oldest, older, active = live(agent), live(agent), live(agent)
    by = an_actor(agent)
    rows = list(environment(agent, "live").deployments.newest_first().with_details())

    targets = [next(offer.deployment for offer in offers_for(row, by=by) if offer.verb == "roll_back") for row in rows]

    assert rows == [active, older, oldest]
    assert targets == [older, older, oldest]


def test_a_viewer_sees_everything_and_why_it_is_not_for_them() -> None:
    """product-semantics.md, section 20, row 11."""
    agent = an_agent()
    published(agent)
    offers = offers_for(published(agent), by=an_actor(agent, Role.VIEWER))

    assert reason(offers, "Promote to Live") == "Only releasers and admins may promote."
    assert reason(offers, "Rollback") == "Only releasers and admins may roll back."
    assert reason(offers, "Compare versions") is None


def test_an_agent_that_requires_pre_release_says_so() -> None:
    agent = an_agent()
    change_agent(agent, require_pre_release=True, by=an_actor(agent))
    row = published(agent)
    row.version.agent = row.environment.agent = agent

    offers = offers_for(row, by=an_actor(agent))

    assert reason(offers, "Promote to Live") == "This agent requires Pre-release before Live."
    assert reason(offers, "Promote to Pre-release") is None


def test_a_version_by_itself_is_offered_every_later_environment() -> None:
    agent = an_agent()
    version = live(agent).version

    offers = offers_for(version, by=an_actor(agent))

    assert labels(offers) == [
        "Promote to Pre-release",
        "Promote to Live",
        "Preview version",
        "Chat with this version",
        "Compare versions",
        "Run tests",
        "Copy hash",
    ]
    assert reason(offers, "Promote to Live") == "Already active in Live."


def test_the_menus_of_a_whole_page_cost_the_same_however_many_rows(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    agent = an_agent()
    for _ in range(4):
        live(agent)
    rolled_back(agent, "live")
    by, here = an_actor(agent), environment(agent, "live")
    here.agent = agent
    assert agent.ladder

    with django_assert_max_num_queries(7):
        rows = list(Deployment.objects.in_environment(here).newest_first().with_details())
        for row in rows:
            row.agent = row.version.agent = agent
            row.environment = here
        standing = Standing.of(agent, [row.version for row in rows], by=by)
        menus = [offers_for(row, here, by=by, standing=standing) for row in rows]

    assert len(menus) == 5
