from __future__ import annotations

import pytest

from deployments.models import Event, Role, TalkLink
from deployments.pipeline import Refused
from deployments.pipeline.talk_links import change_talk_link, renew_talk_link
from tests.vocabulary import an_actor, an_agent, environment

pytestmark = pytest.mark.django_db


def test_a_link_is_switched_on_for_sites_and_history_says_so() -> None:
    agent = an_agent()
    live = environment(agent, "live")

    link = change_talk_link(
        live, is_on=True, sites=["https://Shop.example/", " "], turns_a_day=50, by=an_actor(agent, Role.ADMIN)
    )

    assert (link.is_on, link.sites, link.turns_a_day) == (True, ["https://shop.example"], 50)
    event = Event.objects.latest("pk")
    assert event.environment == live
    assert event.settings == [
        ("Shareable link", "off", "on"),
        ("Sites that may show it", "", "https://shop.example"),
        ("Turns a day by it", "2000", "50"),
    ]


def test_the_same_again_is_quiet() -> None:
    agent = an_agent()
    live, by = environment(agent, "live"), an_actor(agent, Role.ADMIN)
    change_talk_link(live, is_on=True, turns_a_day=50, by=by)
    before = Event.objects.count()

    change_talk_link(live, is_on=True, turns_a_day=50, by=by)

    assert Event.objects.count() == before


@pytest.mark.parametrize(
    "site",
    [
        "shop.example",
        "ftp://shop.example",
        "https://shop.example/page",
        "https://a b.example",
        "https://shop.example; frame-src *",
        "https://user@shop.example",
        "https://shop.example:no",
        "*",
        "'self'",
    ],
)
def test_what_is_no_site_is_refused_and_changes_nothing(site: str) -> None:
    agent = an_agent()

    with pytest.raises(Refused) as refused:
        change_talk_link(
            environment(agent, "live"), is_on=True, sites=[site], turns_a_day=50, by=an_actor(agent, Role.ADMIN)
        )

    assert refused.value.code == "site_unusable"
    assert not TalkLink.objects.exists()


@pytest.mark.parametrize("turns", [0, 1_000_001])
def test_a_ceiling_is_a_sensible_number(turns: int) -> None:
    agent = an_agent()

    with pytest.raises(Refused, match="turns a day"):
        change_talk_link(environment(agent, "live"), is_on=True, turns_a_day=turns, by=an_actor(agent, Role.ADMIN))


def test_a_new_address_replaces_the_old_one() -> None:
    agent = an_agent()
    live, by = environment(agent, "live"), an_actor(agent, Role.ADMIN)
    old = change_talk_link(live, is_on=True, turns_a_day=50, by=by).token

    new = renew_talk_link(live, by=by)

    assert new.token != old
    assert new.is_on
    assert TalkLink.objects.get().token == new.token


def test_only_admins_change_a_link() -> None:
    agent = an_agent()
    by = an_actor(agent, Role.RELEASER)

    with pytest.raises(Refused) as refused:
        change_talk_link(environment(agent, "live"), is_on=True, turns_a_day=50, by=by)
    assert refused.value.code == "no_permission"
    with pytest.raises(Refused):
        renew_talk_link(environment(agent, "live"), by=by)
