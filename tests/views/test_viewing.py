from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from deployments.models import Agent, Person, Role, Viewed
from tests.vocabulary import FIND_CABIN, RULES, a_person, an_agent, edited, live, published

pytestmark = pytest.mark.django_db


def a_reader(agent: Agent) -> tuple[Client, Person]:
    client, person = Client(), a_person(Role.VIEWER, agent.workspace)
    client.force_login(person)
    return client, person


def a_change() -> Agent:
    agent = an_agent()
    live(agent)
    edited(agent, {RULES: b"Be kind.\n", "topics/pets.yaml": b"name: Pets\ncontent: Dogs.\n"})
    published(agent)
    return agent


def pairs(agent: Agent, left: str = "live", right: str = "sandbox") -> dict[str, str]:
    """The comparison's page and where its marks go."""
    return {name: reverse(name, args=[agent.slug, left, right]) for name in ("comparison", "comparison-viewed")}


def anchor(page: str, title: str) -> str:
    found = re.search(rf'data-item="([^"]+)">(?:(?!</a>).)*?{title}', page, re.S)
    assert found
    return found[1]


def marked(client: Client, agent: Agent, *sides: str) -> str:
    page = client.get(pairs(agent, *sides)["comparison"]).text
    found = re.search(r">(\d+ of \d+) viewed<", page)
    assert found
    return found[1]


def test_a_mark_is_kept_for_its_reader_and_taken_away_again() -> None:
    agent = a_change()
    client, _ = a_reader(agent)
    other, _ = a_reader(agent)
    where = pairs(agent)
    pets = anchor(client.get(where["comparison"]).text, "Pets")

    answer = client.post(where["comparison-viewed"], {"viewed": pets, "script": "1"})

    assert answer.status_code == 204
    assert marked(client, agent) == "1 of 2"
    assert marked(other, agent) == "0 of 2"
    client.post(where["comparison-viewed"], {"viewed": pets, "script": "1"})
    assert marked(client, agent) == "1 of 2"
    client.post(where["comparison-viewed"], {"unviewed": pets})
    assert marked(client, agent) == "0 of 2"


def test_variables_that_stand_in_one_sheet_count_each() -> None:
    agent = an_agent()
    live(agent)
    many = "".join(f"    conv.state.window_{number} = {number}\n" for number in range(12)).encode()
    edited(agent, {"functions/find_cabin.py": FIND_CABIN.replace(b"    return", many + b"    return")})
    published(agent)
    client, _ = a_reader(agent)
    where = pairs(agent)
    together = anchor(client.get(where["comparison"]).text, "12 variables in find_cabin")

    client.post(where["comparison-viewed"], {"viewed": together})

    assert marked(client, agent) == "12 of 13"


def test_a_mark_lasts_until_the_content_changes_whatever_the_versions() -> None:
    agent = a_change()
    client, _ = a_reader(agent)
    where = pairs(agent)
    page = client.get(where["comparison"]).text
    for title in ("Pets", "Behaviour"):
        client.post(where["comparison-viewed"], {"viewed": anchor(page, title)})
    assert marked(client, agent) == "2 of 2"

    edited(agent, {"topics/pets.yaml": b"name: Pets\ncontent: Dogs and cats.\n"})
    published(agent)

    assert marked(client, agent) == "1 of 2"


def test_what_the_draft_held_before_is_not_marked() -> None:
    agent = a_change()
    draft = edited(agent, {RULES: b"Be quick.\n"})
    client, _ = a_reader(agent)
    where = pairs(agent, "live", "draft")
    rules = anchor(client.get(where["comparison"]).text, "Behaviour")
    edited(agent, {RULES: b"Be slow.\n"})

    late = client.post(where["comparison-viewed"], {"viewed": rules, "script": "1", "state": draft.state})

    assert late.status_code == 409
    assert "Load the page again" in late.text
    assert marked(client, agent, "live", "draft") == "0 of 2"
    assert not Viewed.objects.exists()


def test_a_mark_of_nothing_is_refused() -> None:
    agent = a_change()
    client, _ = a_reader(agent)

    assert client.post(pairs(agent)["comparison-viewed"], {"viewed": "no-such"}).status_code == 404
    assert client.get(pairs(agent)["comparison-viewed"]).status_code == 405
