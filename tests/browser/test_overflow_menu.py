from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deployments.models import Agent, Person, Role
from tests.serving import Site
from tests.vocabulary import a_person, an_agent, live, published

Visitor = Callable[..., Page]
People = Callable[..., Person]


def an_agent_with_two_live_versions(site: Site) -> tuple[Agent, str]:
    agent = site.told(an_agent)
    site.told(live, agent)
    newest = site.told(lambda: live(agent).version.short)
    return agent, newest


def test_the_menu_opens_and_acts_by_keyboard_alone(site: Site, visitor: Visitor, person: People) -> None:
    agent, newest = an_agent_with_two_live_versions(site)
    page = visitor(person(Role.RELEASER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/live/")
    button = page.get_by_role("button", name=f"Actions for version {newest}")

    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Preview version")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Preview version")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Chat with Live")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog", name="Rollback live version")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()


def test_escape_returns_focus_to_the_actions_button(site: Site, visitor: Visitor, person: People) -> None:
    agent, newest = an_agent_with_two_live_versions(site)
    page = visitor(person(Role.RELEASER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/live/")
    button = page.get_by_role("button", name=f"Actions for version {newest}")
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Preview version")).to_have_count(0)
    expect(button).to_be_focused()


def test_a_whole_promotion_by_keyboard(site: Site, visitor: Visitor, person: People) -> None:
    agent = site.told(an_agent)
    version = site.told(lambda: published(agent).version.short)
    page = visitor(person(Role.RELEASER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/sandbox/")

    page.get_by_role("button", name=f"Actions for version {version}").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Promote to Live")).to_be_focused()
    page.keyboard.press("Enter")
    box = page.get_by_label("I understand and wish to continue")
    expect(box).to_be_visible()
    for _ in range(8):
        if box.evaluate("box => box === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Promote", exact=True)).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text(f"Version {version} is now in Live.")


def test_a_viewer_sees_compare_and_a_disabled_promotion_with_its_reason(
    site: Site, visitor: Visitor, person: People
) -> None:
    agent = site.told(an_agent)
    version = site.told(lambda: published(agent).version.short)
    page = visitor(person(Role.VIEWER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/sandbox/")

    page.get_by_role("button", name=f"Actions for version {version}").click()

    refused = page.get_by_role("link", name="Promote to Live")
    expect(refused).to_be_disabled()
    expect(refused).to_have_accessible_description("Only releasers and admins may promote.")
    expect(page.get_by_role("link", name="Compare versions")).to_be_enabled()


def test_cancel_closes_the_dialog_and_gives_focus_back(site: Site, visitor: Visitor, person: People) -> None:
    agent, newest = an_agent_with_two_live_versions(site)
    page = visitor(person(Role.RELEASER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/live/")
    page.get_by_role("button", name=f"Actions for version {newest}").click()
    page.get_by_role("link", name="Rollback").click()

    page.get_by_role("dialog").get_by_role("link", name="Cancel").click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(f"{site.address}/agents/{agent.slug}/deployments/live/")
    expect(page.get_by_role("button", name=f"Actions for version {newest}")).to_be_focused()


def test_back_after_a_tab_shows_the_tab_before(site: Site, visitor: Visitor, person: People) -> None:
    agent, _ = an_agent_with_two_live_versions(site)
    page = visitor(person(Role.VIEWER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/sandbox/")
    tabs = page.get_by_role("navigation", name="Environment")
    tabs.get_by_role("link", name="Live").click()
    expect(page.get_by_role("heading", name="Earlier in Live")).to_be_visible()

    page.go_back()

    expect(page.get_by_role("heading", name="Earlier in Sandbox")).to_be_visible()
    expect(page.get_by_role("heading", name="Deployments", level=1)).to_be_visible()
    expect(page.get_by_role("navigation", name=agent.name)).to_be_visible()


@pytest.mark.parametrize("by_http", [False, True])
def test_a_hash_is_copied_by_its_picture_which_stays(by_http: bool, site: Site, visitor: Callable[..., Page]) -> None:
    agent = site.told(an_agent)
    version = site.told(lambda: live(agent).version)
    page = visitor(site.told(a_person, Role.VIEWER, agent.workspace))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/agents/{agent.slug}/deployments/live/")
    read = page.evaluate_handle("navigator.clipboard")
    if by_http:
        page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")

    page.get_by_role("button", name="Copy hash").first.click()

    expect(page.get_by_role("button", name="Copied")).to_be_focused()
    assert page.evaluate("clipboard => clipboard.readText()", read) == version.hash
    expect(page.get_by_role("button", name="Copy hash").first.locator("svg")).to_be_visible()


def test_a_menu_opened_low_on_the_screen_is_seen_whole(site: Site, visitor: Visitor, person: People) -> None:
    agent, _ = an_agent_with_two_live_versions(site)
    page = visitor(person(Role.RELEASER, agent.workspace))
    page.set_viewport_size({"width": 390, "height": 420})
    page.goto(f"/agents/{agent.slug}/deployments/live/")

    page.locator("tbody [popovertarget]").last.click()

    menu = page.locator(".menu:popover-open").bounding_box()
    assert menu
    assert menu["y"] >= 0
    assert menu["y"] + menu["height"] <= 420
