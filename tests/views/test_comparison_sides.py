from __future__ import annotations

import re

import pytest
from django.urls import reverse

from deployments.models import Agent, Role
from deployments.pipeline import discard
from tests.signing_in import a_client
from tests.vocabulary import (
    RULES,
    a_person,
    an_actor,
    an_agent,
    edited,
    live,
    published,
)

pytestmark = pytest.mark.django_db


def address(agent: Agent, left: str, right: str) -> str:
    return reverse("comparison", args=[agent.slug, left, right])


def test_any_version_can_be_found_by_hash_description_or_author() -> None:
    agent = an_agent()
    winter = published(agent, "Winter timetable").version
    ada = a_person(Role.EDITOR, agent.workspace, name="Ada Lovelace")
    summer = published(agent, "Summer timetable", by=ada).version
    client, found = a_client(agent, Role.RELEASER), reverse("compare-versions", args=[agent.slug])

    def addresses(words: str) -> set[str]:
        page = client.get(found, {"side": "left", "right": "live", "left": "sandbox", "q": words, "list": ""}).text
        return set(re.findall(r'href="([^"?]+)', page))

    assert addresses("winter") == {address(agent, winter.short, "live")}
    assert addresses("Ada") == {address(agent, summer.short, "live")}
    assert addresses(summer.hash[:7]) == {address(agent, summer.short, "live")}
    assert addresses("") == {address(agent, each.short, "live") for each in (winter, summer)}


def test_choosing_a_version_is_a_page_without_scripts() -> None:
    agent = an_agent()
    version = published(agent, "Winter timetable").version

    page = a_client(agent, Role.RELEASER).get(
        reverse("compare-versions", args=[agent.slug]), {"side": "right", "left": "live", "right": "draft"}
    )

    assert page.status_code == 200
    assert "Choose the right version" in page.text
    assert address(agent, "live", version.short) in page.text


@pytest.mark.parametrize("query", [{}, {"side": "middle"}, {"side": "left", "right": "No such side"}])
def test_choosing_for_no_side_is_a_404(query: dict[str, str]) -> None:
    agent = an_agent()
    published(agent)

    answer = a_client(agent, Role.RELEASER).get(reverse("compare-versions", args=[agent.slug]), query)

    assert answer.status_code == 404


def test_swapping_turns_what_was_added_into_removed() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {"topics/tides.yaml": b"name: Tides\nenabled: true\nactions: ''\ncontent: Twice a day.\n"})
    client = a_client(agent, Role.RELEASER)

    there = client.get(address(agent, "live", "draft")).text
    back = client.get(address(agent, "draft", "live")).text

    assert "Added <b>1</b>" in there
    assert "Removed <b>1</b>" in back
    assert address(agent, "draft", "live") in there


def test_a_side_says_where_its_version_runs() -> None:
    agent = an_agent()
    first = live(agent).version
    edited(agent, {RULES: b"Be kind.\n"})
    published(agent)

    text = a_client(agent, Role.RELEASER).get(address(agent, first.short, "sandbox")).text

    assert "runs in Pre-release and Live</span>" in text
    assert "runs in Sandbox</span>" in text


def test_compare_alone_sets_live_against_the_newest_version() -> None:
    agent = an_agent()
    live(agent)
    newest = published(agent).version

    answer = a_client(agent, Role.RELEASER).get(reverse("compare", args=[agent.slug]))

    assert answer.headers["Location"] == address(agent, "live", newest.short)


def test_compare_of_a_new_agent_shows_its_draft_as_all_added() -> None:
    agent = an_agent()

    page = a_client(agent, Role.RELEASER).get(reverse("compare", args=[agent.slug]), follow=True).text

    assert "Live</b><span" in page
    assert "holds nothing yet" in page
    assert re.search(r"Added <b>[1-9]", page)
    assert "Changed <b>0</b>" in page


def test_nothing_to_compare_says_what_to_do_next() -> None:
    agent = an_agent()
    discard(agent, state=agent.draft.state, by=an_actor(agent))

    page = a_client(agent, Role.RELEASER).get(reverse("compare", args=[agent.slug])).text

    assert "Nothing to compare yet" in page
    assert reverse("draft", args=[agent.slug]) in page


def test_the_draft_that_went_is_said_to_be_gone_with_a_way_on() -> None:
    agent = an_agent()
    live(agent)

    answer = a_client(agent, Role.RELEASER).get(address(agent, "live", "draft"))

    assert answer.status_code == 404
    assert "This draft no longer exists" in answer.text
    assert address(agent, "live", "sandbox") in answer.text


def test_a_version_of_another_agent_is_a_404_that_says_so() -> None:
    agent, other = an_agent(), an_agent()
    live(agent)
    theirs = published(other).version

    answer = a_client(agent, Role.RELEASER).get(address(agent, "live", theirs.short))

    assert answer.status_code == 404
    assert f"no version begins with “{theirs.short}”" in answer.text
