from __future__ import annotations

import re

import pytest
from django.urls import reverse

from deployments.models import Agent, Role
from tests.signing_in import a_client
from tests.vocabulary import FILES, an_agent, drafted, edited, live

pytestmark = pytest.mark.django_db
TOPIC = "topics/luggage_limits.yaml"


def address(agent: Agent) -> str:
    return reverse("find", args=[agent.slug])


def hidden(page: str) -> dict[str, str]:
    form = page.partition('method="post"')[2]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def test_a_text_is_found_in_names_texts_and_code_with_its_place() -> None:
    agent = an_agent()
    live(agent)

    page = a_client(agent, Role.VIEWER).get(address(agent), {"q": "CABIN"}).text

    assert re.search(r"\d+ places", page)
    assert "<mark>cabin</mark>" in page
    assert reverse("resource", args=[agent.slug, "functions/find_cabin.py"]) in page
    assert 'name="place"' not in page
    assert "is nowhere in" in a_client(agent, Role.EDITOR).get(address(agent), {"q": "CABIN", "case": "on"}).text


def test_only_ticked_places_are_replaced_and_the_preview_shows_how() -> None:
    agent = an_agent()
    live(agent)
    client = a_client(agent, Role.EDITOR)
    page = client.get(address(agent), {"q": "bags", "with": "suitcases"}).text
    assert "<del>bags</del><ins>suitcases</ins>" in page
    places = re.findall(r'name="place" value="(\d+)"', page)
    assert len(places) == 2

    answer = client.post(address(agent), hidden(page) | {"place": places[:1]})

    assert answer.status_code == 302
    assert drafted(agent)[TOPIC] == FILES[TOPIC].replace(b"bags", b"suitcases", 1)


def test_when_the_draft_moved_nothing_is_replaced() -> None:
    agent = an_agent()
    live(agent)
    client = a_client(agent, Role.EDITOR)
    page = client.get(address(agent), {"q": "bags", "with": "suitcases"}).text
    edited(agent)

    answer = client.post(address(agent), hidden(page) | {"place": ["0"]})

    assert answer.status_code == 422
    assert "The draft changed since" in answer.text
    assert drafted(agent)[TOPIC] == FILES[TOPIC]


def test_nothing_ticked_and_nobody_who_may() -> None:
    agent = an_agent()
    live(agent)
    client = a_client(agent, Role.EDITOR)
    page = client.get(address(agent), {"q": "bags"}).text

    assert client.post(address(agent), hidden(page)).status_code == 422
    assert a_client(agent, Role.VIEWER).post(address(agent), hidden(page) | {"place": ["0"]}).status_code == 403


def test_any_version_is_searched_and_none_is_changed() -> None:
    agent = an_agent()
    first = live(agent).version
    edited(agent, {TOPIC: b"name: Luggage limits\nenabled: true\ncontent: Nothing.\nactions: ''\n"})
    client = a_client(agent, Role.EDITOR)

    page = client.get(address(agent), {"q": "Two bags", "in": first.short}).text

    assert "<mark>Two bags</mark>" in page
    assert 'name="place"' not in page
    assert reverse("version-resource", args=[agent.slug, first.short, TOPIC]) in page
    assert "is nowhere" in client.get(address(agent), {"q": "Two bags"}).text


def test_of_too_many_places_only_some_are_shown_and_it_says_so() -> None:
    agent = an_agent(files={**FILES, "notes.txt": b"e " * 700})
    client = a_client(agent, Role.EDITOR)

    page = client.get(address(agent), {"q": "e ", "with": "f "}).text

    assert "More than 500 places" in page
    assert page.count('name="place"') == 500
    client.post(address(agent), hidden(page) | {"place": [*map(str, range(500))]})
    assert drafted(agent)["notes.txt"].count(b"e ") + drafted(agent)["notes.txt"].count(b"f ") == 700
