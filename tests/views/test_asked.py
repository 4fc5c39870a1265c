"""What nobody means, in an address or a form, is answered like anything else: no page fails over it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from django.test import Client
from django.urls import reverse

from deployments.models import Agent, content
from tests.signing_in import a_client
from tests.vocabulary import FILES, an_agent, edited, live

pytestmark = pytest.mark.django_db
TOPIC, CABIN = "topics/luggage_limits.yaml", "functions/find_cabin.py"
# More digits than Python makes a number of.
NUMBER = "9" * 5000


@pytest.mark.parametrize("name", ["agents", "keys", "environment", "resources", "cases"])
def test_words_with_a_nul_are_looked_for_without_it(name: str) -> None:
    agent = an_agent()
    where = {"agents": [], "keys": [agent.workspace.slug], "environment": [agent.slug, "sandbox"]}

    page = a_client(agent).get(reverse(name, args=where.get(name, [agent.slug])), {"q": "lug\0gage"})

    assert page.status_code == 200
    assert 'value="luggage"' in page.text


@pytest.mark.parametrize("name", ["history", "conversations"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_end_of_all_days_narrows_nothing(name: str, day: str) -> None:
    agent = an_agent()
    client = a_client(agent)

    for field in ("since", "until"):
        page = client.get(reverse(name, args=[agent.slug]), {field: day})
        assert page.status_code == 200
        assert day in page.text


def test_a_page_of_too_many_digits_is_the_first() -> None:
    agent = an_agent()

    page = a_client(agent).get(reverse("resources", args=[agent.slug]), {"page": NUMBER})

    assert page.status_code == 200


def test_a_place_of_too_many_digits_is_no_place() -> None:
    agent = an_agent()
    live(agent)
    client, address = a_client(agent), reverse("find", args=[agent.slug])
    form = client.get(address, {"q": "bags"}).text.partition('method="post"')[2]

    answer = client.post(
        address, dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)) | {"place": NUMBER}
    )

    assert answer.status_code == 422
    assert "Choose at least one place." in answer.text


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        (TOPIC, {"seen": "a\0b", "name": "Luggage limits"}),
        (TOPIC, {"act": f"drop example_queries.{NUMBER}"}),
        (CABIN, {"code": "x", "parameters.1.@was": NUMBER, "parameters.1.name": "code"}),
    ],
)
def test_a_form_that_was_made_by_hand_is_answered(path: str, sent: Mapping[str, str]) -> None:
    agent = an_agent()
    edited(agent)

    answer = a_client(agent).post(reverse("edit", args=[agent.slug, path]), sent)

    assert answer.status_code < 500


def test_a_number_of_four_hundred_digits_is_refused_beside_its_field() -> None:
    agent = an_agent()
    edited(agent)
    before = content.contents(agent, agent.draft.manifest)

    answer = a_client(agent).post(
        reverse("edit", args=[agent.slug, CABIN]),
        {"code": FILES[CABIN].decode(), "delay.delay_before_responses_start": "9" * 400},
    )

    assert answer.status_code == 422
    assert "is a number without end" in answer.text
    assert content.contents(agent, Agent.objects.get(pk=agent.pk).draft.manifest) == before


@pytest.mark.parametrize("broken", ["http://[", "http://testserver//["])
def test_an_address_that_is_none_leads_nowhere(broken: str) -> None:
    agent = an_agent()
    live(agent)
    client, address = a_client(agent), reverse("comparison", args=[agent.slug, "sandbox", "live"])

    asked = client.get(address, {"from": broken})
    came = client.get(address, headers={"referer": broken})
    taken_in = client.get(address, headers={"hx-request": "true", "hx-current-url": broken})
    at_the_door = Client().get(reverse("sign-in"), headers={"hx-request": "true", "hx-current-url": broken})

    assert [answer.status_code for answer in (asked, came, taken_in, at_the_door)] == [200] * 4
    assert asked.context["leave"] == came.context["leave"] == reverse("environment", args=[agent.slug, "live"])
