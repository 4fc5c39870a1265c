"""Editing in a browser: from a wrong word to callers, what was typed is kept, and without scripts it works the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deployments.models import Agent, Role
from tests.browser.conftest import Site
from tests.vocabulary import FILES, FIND_CABIN, a_person, an_agent, live

Visitor = Callable[..., Page]
TOPIC = "topics/luggage_limits.yaml"


def an_agent_to_edit() -> Agent:
    agent = an_agent(files={**FILES, "functions/find_cabin.py": FIND_CABIN + b"# a note\n" * 5_000})
    live(agent)
    return agent


@pytest.fixture
def agent(site: Site) -> Agent:
    return site.told(an_agent_to_edit)


@pytest.fixture
def releaser(site: Site, agent: Agent, visitor: Visitor) -> Callable[..., Page]:
    return lambda **options: visitor(site.told(a_person, Role.RELEASER, agent.workspace), **options)


def edit(agent: Agent, path: str = TOPIC) -> str:
    return f"/agents/{agent.slug}/draft/edit/{path}"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_wrong_word_is_corrected_published_and_promoted(
    agent: Agent, releaser: Callable[..., Page], scripts: bool
) -> None:
    page = releaser(java_script_enabled=scripts)
    page.goto(f"/agents/{agent.slug}/resources/{TOPIC}")

    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Content").fill("Three bags of 20 kg each per passenger.")
    page.get_by_role("button", name="Add entry to Sample questions").click()
    page.get_by_role("textbox", name="Sample questions 3").fill("Skis?")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_text("is saved in the draft")).to_be_visible()
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="Deployments")).to_be_visible()
    page.goto(f"/agents/{agent.slug}/compare/live...sandbox/")

    expect(page.locator("article").get_by_text("Three").first).to_be_visible()
    expect(page.get_by_text("Skis?").first).to_be_visible()


def test_what_was_typed_is_offered_again_until_it_is_saved(agent: Agent, releaser: Callable[..., Page]) -> None:
    page = releaser()
    page.goto(edit(agent))
    page.get_by_label("Content").fill("Four bags, typed and not saved.")
    page.goto(f"/agents/{agent.slug}/draft/")
    page.goto(edit(agent))
    expect(page.get_by_label("Content")).to_have_value("Two bags of 20 kg each per passenger.")

    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("Content")).to_have_value("Four bags, typed and not saved.")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_text("is saved in the draft")).to_be_visible()
    page.goto(edit(agent))

    expect(page.get_by_label("Content")).to_have_value("Four bags, typed and not saved.")
    expect(page.get_by_role("button", name="Put it back")).to_be_hidden()


def test_two_people_on_one_resource_see_each_other_and_both_texts(agent: Agent, releaser: Callable[..., Page]) -> None:
    first, second = releaser(), releaser()
    first.goto(edit(agent))
    second.goto(edit(agent))
    expect(second.get_by_text("has this open too")).to_be_visible()
    first.get_by_label("Content").fill("Three bags.")
    first.get_by_role("button", name="Save in the draft").click()
    expect(first.get_by_text("is saved in the draft")).to_be_visible()

    second.get_by_label("Content").fill("Four bags.")
    second.get_by_role("button", name="Save in the draft").click()

    expect(second.get_by_text("saved this since you opened it")).to_be_visible()
    expect(second.get_by_text("Three bags.")).to_be_visible()
    expect(second.get_by_label("Content")).to_have_value("Four bags.")


def test_a_function_of_five_thousand_lines_is_edited(agent: Agent, releaser: Callable[..., Page]) -> None:
    page = releaser()
    page.goto(edit(agent, "functions/find_cabin.py"))
    code = page.get_by_label("Function definition")

    code.press("Control+End")
    code.press_sequentially("# the end")
    page.get_by_role("button", name="Save in the draft").click()

    expect(page.get_by_text("is saved in the draft")).to_be_visible()
