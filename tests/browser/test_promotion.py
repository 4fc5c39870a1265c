from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from deployments.models import Agent, Person, Role
from tests.serving import Site
from tests.vocabulary import a_person, an_agent, edited, live, promoted, published

Visitor = Callable[..., Page]
People = Callable[..., Person]

CONSENT = "I understand and wish to continue"


def a_releaser(site: Site, agent: Agent, **named: str) -> Person:
    return site.told(a_person, Role.RELEASER, agent.workspace, **named)


def open_menu(page: Page, version: str) -> None:
    page.get_by_role("button", name=f"Actions for version {version}").first.click()


def test_a_version_goes_from_the_draft_through_all_three_environments(site: Site, visitor: Visitor) -> None:
    agent = site.told(an_agent)
    page = visitor(a_releaser(site, agent, name="Maya Okafor"))
    page.goto(f"/agents/{agent.slug}/")

    page.get_by_role("region", name="Draft").get_by_role("link", name="Publish").click()
    page.get_by_role("dialog", name="Publish").get_by_label("Description").fill("Winter timetable")
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()

    expect(page.get_by_role("status").first).to_contain_text("to Sandbox.")
    expect(page.get_by_role("region", name="Draft")).to_have_count(0)
    expect(page.get_by_role("heading", name="Winter timetable")).to_be_visible()
    expect(page.get_by_text("Maya Okafor").first).to_be_visible()
    version = site.told(lambda: agent.versions.get().short)

    open_menu(page, version)
    page.locator(".menu:popover-open").get_by_role("link", name="Promote to Pre-release").click()
    dialog = page.get_by_role("dialog", name="Promote version to pre-release")
    expect(dialog.get_by_label(CONSENT)).to_have_count(0)
    dialog.get_by_role("button", name="Promote").click()
    expect(page.get_by_role("status").first).to_contain_text(f"Version {version} is now in Pre-release.")

    open_menu(page, version)
    page.locator(".menu:popover-open").get_by_role("link", name="Promote to Live").click()
    dialog = page.get_by_role("dialog", name="Promote version live")
    expect(dialog.get_by_role("button", name="Promote")).to_be_disabled()
    dialog.get_by_label(CONSENT).check()
    dialog.get_by_role("button", name="Promote").click()

    expect(page.get_by_role("status").first).to_contain_text(f"Version {version} is now in Live.")
    expect(page).to_have_url(f"{site.address}/agents/{agent.slug}/deployments/live/")
    expect(page.get_by_role("navigation", name="Environment").get_by_role("link", name="Live")).to_have_attribute(
        "aria-current", "page"
    )
    expect(page.locator("#live-now")).to_contain_text(version)
    heading = page.get_by_role("heading", name="Deployments", level=1)
    expect(heading).to_be_focused()
    # What a screen reader says of what has the focus.
    expect(heading).to_have_accessible_description(re.compile(f"Version {version} is now in Live."))


def test_rolling_back_and_undoing_it(site: Site, visitor: Visitor) -> None:
    agent = site.told(an_agent)
    first, second = site.told(lambda: (live(agent).version.short, live(agent).version.short))
    page = visitor(a_releaser(site, agent))
    page.goto(f"/agents/{agent.slug}/deployments/live/")

    open_menu(page, second)
    page.get_by_role("link", name="Rollback").click()
    dialog = page.get_by_role("dialog", name="Rollback live version")
    expect(dialog).to_contain_text(second)
    expect(dialog.get_by_label("Message")).to_have_value(f"Rollback from {second}")
    dialog.get_by_label("Message").fill("Lorries are quoted as cars")
    dialog.get_by_role("button", name="Rollback").click()

    expect(page.get_by_role("status").first).to_contain_text(f"Rollback complete. Live runs {first} again.")
    expect(page.get_by_role("heading", name="Lorries are quoted as cars")).to_be_visible()

    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("status").first).to_contain_text(f"Undone. Live runs {second} again.")
    expect(page.get_by_role("button", name="Redo")).to_be_visible()
    expect(page.locator("#live-now")).to_contain_text(second)


def test_who_was_too_late_and_leaves_it_at_that_sees_what_is_there_now(site: Site, visitor: Visitor) -> None:
    agent = site.told(an_agent)
    site.told(lambda: (live(agent), live(agent)))
    page = visitor(a_releaser(site, agent))
    page.goto(f"/agents/{agent.slug}/deployments/live/")
    page.get_by_role("link", name="Roll back to").first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Rollback")).to_be_visible()
    theirs = site.told(lambda: live(agent).version.short)
    dialog.get_by_role("button", name="Rollback").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Nothing was changed.")
    expect(page.locator("#live-now")).not_to_contain_text(theirs)

    page.keyboard.press("Escape")

    expect(page.locator("#live-now")).to_contain_text(theirs)
    expect(dialog).to_have_count(0)


def test_undo_takes_a_promotion_back(site: Site, visitor: Visitor) -> None:
    agent = site.told(an_agent)
    first = site.told(lambda: live(agent).version.short)
    second = site.told(lambda: promoted(published(agent), "pre-release").version.short)
    page = visitor(a_releaser(site, agent))
    page.goto(f"/agents/{agent.slug}/versions/{second}/promote/live/")
    page.get_by_label(CONSENT).check()
    page.get_by_role("button", name="Promote").click()
    expect(page.get_by_role("status").first).to_contain_text(f"It replaced {first}.")

    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_role("status").first).to_contain_text(f"Live runs {first} again.")


def test_a_promotion_is_refused_when_somebody_else_was_quicker(site: Site, visitor: Visitor) -> None:
    agent = site.told(an_agent)
    first = site.told(lambda: live(agent).version.short)
    mine = site.told(lambda: published(agent, "Mine").version.short)
    theirs = site.told(lambda: published(agent, "Theirs").version.short)
    ana, ben = (a_releaser(site, agent, name=name) for name in ("Ana Alder", "Ben Birch"))
    mine_page, their_page = visitor(ana), visitor(ben)
    mine_page.goto(f"/agents/{agent.slug}/deployments/sandbox/")
    open_menu(mine_page, mine)
    mine_page.get_by_role("link", name="Promote to Live").click()
    mine_page.get_by_role("dialog").get_by_label("Message").fill("What I typed")
    mine_page.get_by_label(CONSENT).check()

    their_page.goto(f"/agents/{agent.slug}/versions/{theirs}/promote/live/")
    their_page.get_by_label(CONSENT).check()
    their_page.get_by_role("button", name="Promote").click()
    expect(their_page.get_by_role("status").first).to_contain_text("is now in Live")
    mine_page.get_by_role("dialog").get_by_role("button", name="Promote").click()

    refusal = mine_page.get_by_role("alert").first
    expect(refusal).to_contain_text("Nothing was changed.")
    expect(refusal).to_contain_text(theirs)
    expect(refusal).to_contain_text("Ben Birch")
    expect(refusal).to_contain_text(first)
    dialog = mine_page.get_by_role("dialog", name="Promote version live")
    expect(dialog.get_by_label("Message")).to_have_value("What I typed")
    expect(dialog.get_by_label(CONSENT)).not_to_be_checked()
    assert site.told(lambda: agent.environments.get(slug="live").active.version.short) == theirs

    dialog.get_by_label(CONSENT).check()
    dialog.get_by_role("button", name="Promote").click()
    expect(mine_page.get_by_role("status").first).to_contain_text(f"It replaced {theirs}.")


def test_an_open_promotion_says_that_it_was_outrun_and_shows_with_one_press_what_is_there_now(
    site: Site, visitor: Visitor
) -> None:
    agent = site.told(an_agent)
    site.told(live, agent)
    mine = site.told(lambda: promoted(published(agent, "Mine"), "pre-release").version.short)
    page = visitor(a_releaser(site, agent))
    page.goto(f"/agents/{agent.slug}/deployments/pre-release/")
    page.get_by_role("link", name="Promote to Live").first.click()
    dialog = page.get_by_role("dialog", name="Promote version live")
    dialog.get_by_label("Message").fill("What I typed")
    dialog.get_by_label(CONSENT).check()
    shown, promote = dialog.locator(".exchange").inner_text(), dialog.get_by_role("button", name="Promote")
    under_the_finger = promote.bounding_box()
    theirs = site.told(lambda: live(agent).version.short)
    come_back = "document.dispatchEvent(new Event('visibilitychange'))"

    page.evaluate(come_back)

    outrun = dialog.get_by_role("alert")
    expect(outrun).to_contain_text("This moved while you had it open.")
    assert dialog.locator(".exchange").inner_text() == shown
    assert promote.bounding_box() == under_the_finger
    outrun.get_by_role("button", name="Show what is there now").click()
    expect(dialog.get_by_role("alert")).to_contain_text(f"Live moved to version {theirs}")
    expect(dialog.locator(".exchange")).to_contain_text(theirs)
    expect(dialog.get_by_label("Message")).to_have_value("What I typed")
    expect(dialog.get_by_label(CONSENT)).not_to_be_checked()
    expect(promote).to_be_disabled()

    with page.expect_response(re.compile("/moved/")):
        page.evaluate(come_back)
    expect(page.get_by_text("This moved while you had it open.")).to_be_hidden()
    dialog.get_by_label(CONSENT).check()
    promote.click()
    expect(page.get_by_role("status").first).to_contain_text(f"It replaced {theirs}.")
    expect(page.locator("#live-now")).to_contain_text(mine)


def test_deleting_the_draft_returns_to_what_is_published_and_restore_brings_it_back(
    site: Site, visitor: Visitor
) -> None:
    agent = site.told(an_agent)
    site.told(lambda: (published(agent), edited(agent)))
    page = visitor(a_releaser(site, agent))
    page.goto(f"/agents/{agent.slug}/draft/")

    page.get_by_role("region", name="Draft").get_by_role("link", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete draft")
    expect(dialog).to_contain_text("1 resource differs")
    dialog.get_by_role("button", name="Delete").click()

    expect(page.get_by_role("status").first).to_contain_text("The draft is deleted.")
    expect(page.get_by_role("region", name="Draft")).to_have_count(0)
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("region", name="Draft")).to_contain_text("1 change")


def test_on_a_telephone_what_is_ticked_and_pressed_is_in_sight_and_covers_nothing(site: Site, visitor: Visitor) -> None:
    agent = site.told(an_agent)
    site.told(lambda: (live(agent), promoted(published(agent, "Winter timetable"), "pre-release")))
    page = visitor(a_releaser(site, agent), width=390)
    page.set_viewport_size({"width": 390, "height": 600})
    page.goto(f"/agents/{agent.slug}/deployments/pre-release/")
    page.get_by_role("link", name="Promote to Live").first.click()
    dialog = page.get_by_role("dialog")

    expect(dialog.get_by_label(CONSENT)).to_be_in_viewport(ratio=1)
    expect(dialog.get_by_role("button", name="Promote")).to_be_in_viewport(ratio=1)
    dialog.get_by_label("Message").focus()
    typed, ticked = dialog.get_by_label("Message").bounding_box(), dialog.locator(".actions").bounding_box()
    assert typed is not None
    assert ticked is not None
    assert typed["y"] + typed["height"] <= ticked["y"] + 1
