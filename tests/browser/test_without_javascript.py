from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from deployments.models import Person, Role
from tests.serving import Site
from tests.vocabulary import an_agent, edited, live

Visitor = Callable[..., Page]
People = Callable[..., Person]


def test_publish_promote_roll_back_and_undo_without_scripts(site: Site, visitor: Visitor, person: People) -> None:
    agent = site.told(an_agent)
    first = site.told(lambda: live(agent).version.short)
    site.told(edited, agent)
    page = visitor(person(Role.RELEASER, agent.workspace), java_script_enabled=False)
    page.goto(f"/agents/{agent.slug}/")

    page.get_by_role("link", name="Publish").click()
    page.get_by_label("Description").fill("Winter timetable")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status")).to_contain_text("to Sandbox.")
    second = site.told(lambda: agent.versions.latest("number").short)

    page.get_by_role("button", name=f"Actions for version {second}").click()
    page.get_by_role("link", name="Promote to Live").click()
    expect(page.get_by_role("heading", name="Promote version live")).to_be_visible()
    page.get_by_label("I understand and wish to continue").check()
    page.get_by_role("button", name="Promote").click()
    expect(page.get_by_role("status")).to_contain_text(f"Version {second} is now in Live.")

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text(f"Undone. Live runs {first} again.")

    page.get_by_role("button", name=f"Actions for version {second}").click()
    page.get_by_role("link", name="Rollback").click()
    expect(page.get_by_role("heading", name="Rollback live version")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", name="Deployments", level=1)).to_be_visible()


def test_the_server_asks_for_the_tick_too(site: Site, visitor: Visitor, person: People) -> None:
    agent = site.told(an_agent)
    version = site.told(lambda: live(agent).version.short)
    newer = site.told(lambda: (edited(agent), live(agent))[1].version.short)
    page = visitor(person(Role.RELEASER, agent.workspace), java_script_enabled=False)
    page.goto(f"/agents/{agent.slug}/versions/{version}/promote/live/")
    expect(page.get_by_text("This is older than what Live runs now.")).to_be_visible()

    page.get_by_role("button", name="Promote").click()

    # The browser keeps the form: the box is required.
    expect(page.get_by_role("heading", name="Promote version live")).to_be_visible()
    assert site.told(lambda: agent.environments.get(slug="live").active.version.short) == newer
