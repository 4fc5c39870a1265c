"""From a wrong word to callers who hear the right one, in the browser and without its scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deployments.models import Agent, Role
from tests.serving import Site
from tests.vocabulary import a_person, an_agent, live


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_topic_is_made_filled_in_published_and_promoted(
    scripts: bool, site: Site, visitor: Callable[..., Page]
) -> None:
    def desk() -> tuple[object, Agent]:
        agent = an_agent()
        live(agent)
        return a_person(Role.RELEASER, agent.workspace), agent

    person, agent = site.told(desk)
    page = visitor(person, java_script_enabled=scripts)

    page.goto(f"/agents/{agent.slug}/resources/")
    page.get_by_role("link", name="New", exact=True).click()
    page.get_by_role("dialog").get_by_label("Kind").select_option(label="Topic")
    page.get_by_role("dialog").get_by_label("Name").fill("Opening hours")
    page.get_by_role("button", name="Create").click()
    if scripts:
        page.locator(".editor").first.wait_for()  # until then the words would go to what it takes the place of
    page.get_by_label("Content").fill("Open until nine.")
    page.get_by_role("button", name="Save in the draft").last.click()
    page.get_by_text("Opening hours is saved in the draft.").wait_for()
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("to Sandbox.")
    made = site.told(lambda: agent.versions.latest("number").short)
    page.get_by_role("button", name=f"Actions for version {made}").click()
    page.get_by_role("link", name="Promote to Live").click()
    page.get_by_label("I understand and wish to continue").check()
    page.get_by_role("button", name="Promote").click()

    expect(page.get_by_role("status")).to_contain_text(f"Version {made} is now in Live.")
