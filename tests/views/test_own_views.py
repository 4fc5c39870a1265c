"""Lists of conversations kept under a name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from deployments import pipeline
from deployments.models import Agent, ConversationView, Person, Role
from deployments.pipeline.conversations.views import MOST_VIEWS
from tests.signing_in import a_client
from tests.vocabulary import a_person, an_agent

pytestmark = pytest.mark.django_db

FAILED = "failed=on&view=production"


@pytest.fixture(scope="module")
def agent(told_once: Callable[..., Any]) -> Agent:
    held: Agent = told_once(an_agent)
    return held


@pytest.fixture
def person(agent: Agent) -> Person:
    return a_person(Role.VIEWER, agent.workspace)


@pytest.fixture
def client(person: Person) -> Client:
    return a_client(person)


def kept(client: Client, agent: Agent, name: str, query: str = FAILED) -> str:
    """The page that follows."""
    address = reverse("conversation-views", args=[agent.slug])
    return client.post(f"{address}?{query}", {"name": name}, follow=True).text


def tabs(page: str) -> list[str]:
    """Each tab, the present one with a star."""
    strip = re.search(r'<nav class="tabs" aria-label="View">(.*?)</nav>', page, re.DOTALL)
    assert strip
    found = re.findall(r"<a [^>]*?(aria-current=\"page\")?>(?:<bdi>)?([^<]+)", strip[1])
    return [name + ("*" if current else "") for current, name in found]


def test_a_narrowed_list_is_kept_as_a_tab_of_ones_own(agent: Agent, client: Client) -> None:
    shown = client.get(reverse("conversations", args=[agent.slug]), {"failed": "on", "older": "x", "q": ""}).text
    assert f'action="{reverse("conversation-views", args=[agent.slug])}?{FAILED.replace("&", "&amp;")}"' in shown

    page = kept(client, agent, "  What   failed ")

    assert "“What failed” is a view of yours now." in page
    assert tabs(page) == ["Production", "Test", "What failed*"]
    assert tabs(client.get(reverse("conversations", args=[agent.slug])).text) == ["Production*", "Test", "What failed"]
    other = Client()
    other.force_login(a_person(Role.ADMIN, agent.workspace))
    assert tabs(other.get(reverse("conversations", args=[agent.slug])).text) == ["Production*", "Test"]


def test_the_same_name_shows_something_else_from_then_on(agent: Agent, client: Client) -> None:
    kept(client, agent, "Mine")
    kept(client, agent, "MINE", "handoff=on&view=test")

    assert [(view.name, view.query) for view in ConversationView.objects.all()] == [("MINE", "handoff=on&view=test")]


def test_the_list_opens_on_it_until_that_is_taken_back(agent: Agent, client: Client) -> None:
    kept(client, agent, "First")
    kept(client, agent, "Second", "handoff=on&view=test")
    address = reverse("conversations", args=[agent.slug])
    first, second = ConversationView.objects.order_by("pk")

    for view in (first, second):
        client.post(reverse("conversation-view-opens", args=[agent.slug, view.pk]))
        assert client.get(address).headers["Location"] == f"{address}?{view.query}"
    assert client.get(address, {"view": "production"}).status_code == 200

    client.post(reverse("conversation-view-opens", args=[agent.slug, second.pk]))
    assert client.get(address).status_code == 200


def test_a_deleted_view_is_gone(agent: Agent, client: Client) -> None:
    kept(client, agent, "Mine")

    page = client.post(
        reverse("conversation-view-deletion", args=[agent.slug, ConversationView.objects.get().pk]), follow=True
    ).text

    assert "The view “Mine” is deleted." in page
    assert tabs(page) == ["Production*", "Test"]


@pytest.mark.parametrize(
    ("name", "query", "sentence"),
    [
        ("", FAILED, "Give the view a name of 1 to 25 printable characters."),
        ("x" * 26, FAILED, "Give the view a name of 1 to 25 printable characters."),
        ("a\x07b", FAILED, "Give the view a name of 1 to 25 printable characters."),
        ("Mine", "q=" + "x" * 2001, "too long to be kept"),
    ],
)
def test_what_cannot_be_kept_is_said_and_keeps_the_filters(
    agent: Agent, client: Client, name: str, query: str, sentence: str
) -> None:
    assert sentence in kept(client, agent, name, query)
    assert not ConversationView.objects.exists()


def test_so_many_are_kept_and_no_more(agent: Agent, client: Client, person: Person) -> None:
    for number in range(MOST_VIEWS):
        pipeline.keep_view(agent, f"View {number}", FAILED, by=person)

    assert "Delete one first" in kept(client, agent, "One more")
    assert "is a view of yours now" in kept(client, agent, "View 7")
    assert ConversationView.objects.count() == MOST_VIEWS


def test_somebody_elses_view_is_a_404(agent: Agent, client: Client) -> None:
    theirs = pipeline.keep_view(agent, "Theirs", FAILED, by=a_person(Role.ADMIN, agent.workspace))

    for name in ("conversation-view-opens", "conversation-view-deletion"):
        assert client.post(reverse(name, args=[agent.slug, theirs.pk])).status_code == 404
    assert ConversationView.objects.filter(pk=theirs.pk, opens=False).exists()
