"""A number added, moved, had back and deleted by keyboard and mouse; and the same without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from deployments.models import Agent, Person, Role
from tests.serving import Site
from tests.vocabulary import an_agent, live, published


def an_agent_with_versions() -> Agent:
    agent = an_agent()
    live(agent)
    published(agent, "Winter timetable")
    return agent


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_number_is_added_moved_had_back_and_deleted(
    scripts: bool, site: Site, visitor: Callable[..., Page], person: Callable[..., Person]
) -> None:
    agent = site.told(an_agent_with_versions)
    page = visitor(person(Role.RELEASER, agent.workspace), java_script_enabled=scripts)
    number = f"+44 20 7946 09{'10' if scripts else '20'}"
    said = page.get_by_role("status")

    page.goto(f"/agents/{agent.slug}/numbers/")
    page.get_by_role("link", name="Number in Live").click()
    page.get_by_role("textbox", name="Number").fill("0")
    page.get_by_role("button", name="Add number").click()
    page.get_by_text("Choose the country").or_(page.get_by_text("too short")).wait_for()
    page.get_by_role("textbox", name="Number").fill(number)
    page.keyboard.press("Enter")
    said.get_by_text("reaches Live now").wait_for()

    page.get_by_role("button", name=f"Actions for {number}").click()
    page.get_by_role("link", name="Move to Sandbox").click()
    page.get_by_role("dialog").get_by_text("Winter timetable").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="Move").click()
    said.get_by_text("reaches Sandbox now, no longer Live").wait_for()

    page.get_by_role("button", name="Undo").click()
    said.get_by_text("reaches Live now, no longer Sandbox").wait_for()

    page.get_by_role("button", name=f"Actions for {number}").click()
    page.get_by_role("link", name="Delete number").click()
    page.get_by_role("dialog").get_by_text("Calls to it stop at once.").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    said.get_by_text("is deleted").wait_for()
    assert page.get_by_role("button", name=f"Actions for {number}").count() == 0
