from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deployments.models import Agent, Role
from tests.signing_in import a_client
from tests.vocabulary import FILES, FIND_CABIN, a_person, an_agent, edited, live, published, rolled_back

pytestmark = pytest.mark.django_db


def pets(text: str) -> dict[str, bytes]:
    return {"topics/pets.yaml": f"name: Pets\nenabled: true\ncontent: {text}\n".encode()}


def handoffs(front: str, back: str) -> dict[str, bytes]:
    rows = f"- name: front_desk\n  description: {front}\n  is_default: true\n- name: back_desk\n  description: {back}\n"
    return {"config/handoffs.yaml": f"handoffs:\n{rows}".encode()}


def page_of(agent: Agent, left: str, right: str) -> str:
    return a_client(agent, Role.VIEWER).get(reverse("comparison", args=[agent.slug, left, right])).text


def sheet(page: str, title: str) -> str:
    return next(part for part in page.split("<article")[1:] if f"<h3>{title}</h3>" in part)


def test_what_happened_between_is_told_newest_first() -> None:
    agent = an_agent()
    live(agent)
    ben = a_person(Role.EDITOR, agent.workspace, name="Ben Ode")
    edited(agent, pets("Dogs."))
    published(agent, "Dogs may come", by=ben)
    edited(agent, pets("Dogs and cats."))
    published(agent, "Cats too")

    between = page_of(agent, "live", "sandbox").partition('class="between"')[2].partition("</details>")[0]

    assert "2 versions in between" in between
    assert "by Ana Admin and Ben Ode" in between
    assert between.index("Cats too") < between.index("Dogs may come")


def test_going_back_the_same_versions_are_taken_back() -> None:
    agent = an_agent()
    first = live(agent).version
    live(agent)

    page = page_of(agent, "live", first.short)

    assert "1 version taken back" in page
    assert 'class="between"' not in page_of(agent, "live", "live")


def test_of_many_versions_the_newest_twenty_are_named_and_the_rest_counted() -> None:
    agent = an_agent()
    first = live(agent).version
    for number in range(23):
        edited(agent, pets(f"{number} dogs."))
        published(agent, f"Then {number} dogs")

    page = page_of(agent, first.short, "sandbox")

    between, pets_sheet = page.partition('class="between"')[2].partition("</details>")[0], sheet(page, "Pets")
    assert "23 versions in between" in between
    assert "Changed in 23 versions:" in pets_sheet
    assert "and 21 more" in pets_sheet
    for told in (between, pets_sheet):
        assert re.findall(r"Then (\d+) dogs", told) == [str(number) for number in range(22, 2, -1)]
        assert "and 3 more before these" in told


def test_of_a_file_of_several_only_those_versions_count_that_changed_this_one() -> None:
    agent = an_agent(files={**FILES, **handoffs("Pier", "Office")})
    first = live(agent).version
    edited(agent, handoffs("Pier", "Back office"))
    published(agent, "The office moved")
    edited(agent, handoffs("The pier", "Back office"))
    published(agent, "Named properly")

    page = page_of(agent, first.short, "sandbox")

    assert re.findall(r"Changed in (\d+) version", sheet(page, "front_desk")) == ["1"]
    assert re.findall(r"Changed in (\d+) version", sheet(page, "back_desk")) == ["1"]


def test_of_versions_beyond_the_newest_none_is_counted_for_an_entry_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.models.touch.MOST_NAMED", 1)
    agent = an_agent(files={**FILES, **handoffs("Pier", "Office")})
    first = live(agent).version
    for front in ("The pier", "A pier"):
        edited(agent, handoffs(front, "Back office"))
        published(agent)

    page = page_of(agent, first.short, "sandbox")

    assert "Changed in 1 version of the newest that touched its file:" in sheet(page, "front_desk")
    assert "Changed in" not in sheet(page, "back_desk")


def test_a_variable_is_of_those_versions_that_brought_or_took_it() -> None:
    agent = an_agent()
    first = live(agent).version
    with_window = FIND_CABIN.replace(b"    return", b"    conv.state.window = 1\n    return")
    edited(agent, {"functions/find_cabin.py": with_window.replace(b"C-104", b"C-105")})
    published(agent, "Knows the window")
    edited(agent, {"functions/find_cabin.py": with_window.replace(b"C-104", b"C-106")})
    published(agent, "Another cabin")
    edited(agent, {"functions/find_cabin.py": FIND_CABIN})

    there, back = page_of(agent, first.short, "sandbox"), page_of(agent, "sandbox", "draft")

    assert "Changed in 2 versions:" in sheet(there, "find_cabin")
    assert "Knows the window" in sheet(there, "window")
    assert "Another cabin" not in sheet(there, "window")
    assert "Changed in the draft." in sheet(back, "window")


def test_the_versions_between_are_not_read_for_who_changed_a_file() -> None:
    agent = an_agent()
    first = live(agent).version
    for number in range(5):
        edited(agent, pets(f"{number} dogs."))
        published(agent)
    client = a_client(agent, Role.VIEWER)
    client.get(reverse("agents"))

    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("comparison", args=[agent.slug, first.short, "sandbox"]))

    read = [query["sql"] for query in queries if re.search(r'SELECT .*"manifest".* FROM', query["sql"])]
    assert len(read) <= 3


def test_after_a_rollback_a_change_that_came_back_is_somebodys() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, pets("Dogs."))
    published(agent)
    live(agent)
    rolled_back(agent, "live")

    assert "Changed in" in sheet(page_of(agent, "live", "sandbox"), "Pets")
