"""None"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from deployments.models import Agent, Number, Role
from tests.signing_in import a_client
from tests.vocabulary import (
    FILES,
    a_number,
    a_workspace,
    an_agent,
    edited,
    live,
    published,
)

pytestmark = pytest.mark.django_db

LONDON = "+44 20 7946 0018"

DIGITS = 442079460018

HEADERS = {"config/sip_headers.yaml": b"sip_headers:\n- name: X-Desk\n  value: night\n"}


def at(name: str, agent: Agent, *more: Any) -> str:
    return reverse(name, args=[agent.slug, *more])


def where(number: Number) -> str:
    return Number.objects.get(pk=number.pk).environment.slug


def test_each_environment_shows_its_numbers_and_the_sip_headers_of_what_stands_there() -> None:
    agent = an_agent(files={**FILES, **HEADERS})
    placed = live(agent)
    a_number(agent, "live", LONDON, label="Night desk")
    a_number(agent, "sandbox", "+47 22 12 34 56")

    text = a_client(agent, Role.RELEASER).get(at("numbers", agent)).text

    sandbox, pre_release, in_live = (text.index(f'id="in-{slug}"') for slug in ("sandbox", "pre-release", "live"))
    assert sandbox < text.index("+4722123456") < pre_release < in_live < text.index("+442079460018")
    assert "020 7946 0018" in text
    assert "United Kingdom" in text
    assert "Night desk" in text
    assert text.count("X-Desk") == 3
    assert placed.version.short[:3] in text[in_live:]
    assert "No number reaches Pre-release." in text


def test_a_link_to_the_numbers_of_an_environment_leads_to_them_and_to_nothing_else() -> None:
    agent = an_agent()
    live(agent)

    text = a_client(agent, Role.RELEASER).get(at("numbers", agent)).text

    for here in agent.ladder:
        assert re.findall(rf'<(\w+)[^>]* id="{here.slug}"', text) == ["section"]


def test_headers_follow_the_version_and_not_the_environment() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, HEADERS)
    published(agent)

    text = a_client(agent, Role.RELEASER).get(at("numbers", agent)).text

    assert text.count("X-Desk") == 1
    assert text.index("X-Desk") < text.index('id="in-pre-release"')
    assert text.count("This version has no SIP headers.") == 2


def test_an_agent_of_two_environments_is_not_spoken_to_of_a_third() -> None:
    agent = an_agent(steps=2)
    a_number(agent, "live", LONDON)

    text = a_client(agent, Role.RELEASER).get(at("numbers", agent)).text

    assert "Pre-release" not in text
    assert "Move to Sandbox" in text
    assert "Move to Live" not in text


@pytest.mark.parametrize("count", [1, 40])
def test_the_page_asks_the_database_no_more_for_many_numbers(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    agent = an_agent(files={**FILES, **HEADERS})
    live(agent)
    for _ in range(count):
        a_number(agent, "live")
    client = a_client(agent, Role.RELEASER)
    client.get(at("numbers", agent))

    with django_assert_max_num_queries(12):
        answer = client.get(at("numbers", agent))

    assert answer.text.count("United Kingdom") == count


def test_many_numbers_go_on_from_page_to_page_along_the_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.views.configuring.numbers.SIZE", 3)
    agent = an_agent()
    in_sandbox = [a_number(agent, "sandbox") for _ in range(4)]
    in_live = [a_number(agent, "live") for _ in range(3)]
    client = a_client(agent, Role.RELEASER)

    first, second = (client.get(at("numbers", agent), {"page": page}).text for page in (1, 2))

    rows = [re.findall(r'<tr id="number-(\d+)"', text) for text in (first, second)]
    assert rows == [
        [number.digits for number in in_sandbox[:3]],
        [number.digits for number in [*in_sandbox[3:], *in_live[:2]]],
    ]
    assert "3 of 4 numbers that reach Sandbox" in first
    assert "1–3 of 7 numbers" in first
    assert '<a href="?page=2#live">3 numbers reach Live</a>, on another page' in first
    assert "No number reaches Pre-release." in first
    assert "2 of 3 numbers that reach Live" in second


def test_after_a_change_the_page_is_shown_on_which_the_number_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.views.configuring.numbers.SIZE", 2)
    agent = an_agent()
    numbers = [a_number(agent, "live") for _ in range(5)]
    client = a_client(agent, Role.RELEASER)

    labelled = client.post(at("number-label", agent, numbers[4].digits), {"label": "Desk"}, follow=True)
    moved = client.post(
        at("number-move", agent, numbers[4].digits, "sandbox"), {"leaving": "live", "reaching": ""}, follow=True
    )
    deleted = client.post(at("number-deletion", agent, numbers[3].digits), {"leaving": "live"}, follow=True)

    assert labelled.redirect_chain[0][0] == at("numbers", agent) + "?page=3"
    assert f'id="number-{numbers[4].digits}"' in labelled.text
    assert moved.redirect_chain[0][0] == at("numbers", agent)
    assert deleted.redirect_chain[0][0] == at("numbers", agent) + "?page=3"
    assert f'id="number-{numbers[4].digits}"' in moved.text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_others_see_the_page_with_the_reason_and_may_not_write(role: Role) -> None:
    agent = an_agent()
    number = a_number(agent, "live", LONDON)
    client = a_client(agent, role)

    text = client.get(at("numbers", agent)).text
    answers = [
        client.post(at("number-addition", agent, "live"), {"number": "+47 22 12 34 56"}),
        client.post(at("number-move", agent, DIGITS, "sandbox")),
        client.post(at("number-deletion", agent, DIGITS)),
        client.get(at("number-addition", agent, "live")),
    ]

    assert "Only releasers and admins may change numbers." in text
    assert 'aria-disabled="true"' in text
    assert "Actions for" not in text
    assert [answer.status_code for answer in answers] == [403] * 4
    assert all("Only releasers and admins may change numbers." in answer.text for answer in answers)
    assert where(number) == "live"
    assert Number.objects.count() == 1


def test_pages_of_numbers_are_read_by_get_only_and_unknown_ones_are_a_404() -> None:
    agent, other = an_agent(), an_agent()
    a_number(other, "live", LONDON)
    client = a_client(agent, Role.RELEASER)

    assert client.post(at("numbers", agent)).status_code == 405
    assert client.put(at("number-deletion", agent, DIGITS)).status_code == 405
    assert client.get(at("number-deletion", agent, DIGITS)).status_code == 404
    assert client.get(at("number-move", agent, DIGITS, "live")).status_code == 404
    assert client.get(at("number-addition", agent, "nowhere")).status_code == 404
    assert a_client(an_agent(a_workspace()), Role.RELEASER).get(at("numbers", agent)).status_code == 404


def test_htmx_gets_the_parts_only() -> None:
    agent = an_agent()
    a_number(agent, "live", LONDON)
    client = a_client(agent, Role.RELEASER)

    page = client.get(at("numbers", agent), headers={"HX-Request": "true"}).text
    dialog = client.get(at("number-deletion", agent, DIGITS), headers={"HX-Request": "true"}).text

    assert "<html" not in page + dialog
    assert "<h1" in page
    assert dialog.strip().startswith("<dialog")
