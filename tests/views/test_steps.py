from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from deployments.models import Agent, Role
from tests.vocabulary import RULES, a_person, an_agent, edited, live, promoted, published

pytestmark = pytest.mark.django_db


def page_of(agent: Agent) -> str:
    client = Client()
    client.force_login(a_person(Role.VIEWER, agent.workspace))
    return client.get(reverse("comparison-steps", args=[agent.slug])).text


def rows(page: str) -> dict[str, list[str]]:
    """What each resource's cells say."""
    found = {}
    for row in re.findall(r"<tr>.*?</tr>", page, re.S):
        title = re.search(r'class="title">([^<]+)<', row)
        if title:
            found[title[1]] = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.S)]
    return found


def test_each_step_says_what_differs_from_the_next() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {RULES: b"Be kind.\n"})
    promoted(published(agent), "pre-release")
    edited(agent, {RULES: b"Be kind and quick.\n", "topics/pets.yaml": b"name: Pets\ncontent: Dogs.\n"})
    published(agent)

    page = page_of(agent)

    assert rows(page) == {"Behaviour": ["changed", "changed"], "Pets": ["added", "same"]}
    assert "Sandbox against Pre-release" in page
    assert "Pre-release against Live" in page
    assert reverse("comparison", args=[agent.slug, "live", "pre-release"]) + "?item=" in page


def test_nothing_differs_and_nothing_there() -> None:
    agent = an_agent()
    live(agent)

    assert "nothing differs from one step to the next" in page_of(agent)
    unpublished = page_of(an_agent())
    assert "Nothing has been published yet" in unpublished
    assert "holds the same content" not in unpublished


def test_what_no_later_environment_holds_is_added() -> None:
    agent = an_agent()
    published(agent)

    assert all(cells == ["added", "same"] for cells in rows(page_of(agent)).values())
