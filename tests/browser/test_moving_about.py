from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from deployments.models import Agent, Role
from deployments.pipeline import acknowledge
from tests.serving import Site
from tests.vocabulary import a_person, an_agent, edited, live, published

Visitor = Callable[..., Page]


def with_a_long_history() -> Agent:
    agent = an_agent()
    for count in range(25):
        published(agent, f"Timetable {count}")
    edited(agent)
    return agent


def y(page: Page) -> float:
    return float(page.evaluate("scrollY"))


def test_an_agent_is_opened_with_everything_around_it_and_the_navigation_marks_where_one_is(
    site: Site, visitor: Visitor
) -> None:
    agent = site.told(with_a_long_history)
    page = visitor(site.told(a_person, Role.RELEASER, agent.workspace))
    page.goto("/")
    navigation = page.locator("#navigation")

    page.get_by_role("main").get_by_role("link", name=agent.name).click()

    expect(page.get_by_role("region", name="Draft")).to_be_visible()
    expect(page.get_by_role("link", name="Test", exact=True)).to_be_visible()
    expect(navigation.get_by_role("link", name="Deployments")).to_have_attribute("aria-current", "page")

    page.get_by_role("main").get_by_role("link", name="Compare", exact=True).click()
    expect(navigation.get_by_role("link", name="Compare")).to_have_attribute("aria-current", "page")
    expect(navigation.locator("[aria-current]")).to_have_count(1)


def test_another_page_begins_at_its_top(site: Site, visitor: Visitor) -> None:
    agent = site.told(with_a_long_history)
    page = visitor(site.told(a_person, Role.RELEASER, agent.workspace))
    page.set_viewport_size({"width": 1280, "height": 300})
    page.goto(f"/agents/{agent.slug}/deployments/sandbox/")
    row = page.get_by_role("row").filter(has_text="Timetable 8")
    row.scroll_into_view_if_needed()
    assert y(page) > 300

    row.get_by_role("link", name="Compare").click()

    expect(page.get_by_role("heading", name="Version comparison", level=1)).to_be_attached()
    page.wait_for_function("() => scrollY === 0")
    assert page.evaluate("document.documentElement.scrollHeight") > 500


def test_after_an_act_a_keyboard_goes_on_where_something_is_wrong_or_else_at_the_heading(
    site: Site, visitor: Visitor
) -> None:
    agent = site.told(an_agent)
    site.told(live, agent)
    page = visitor(site.told(a_person, Role.RELEASER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/real-time-config/live/")
    values = page.get_by_label("Values")
    values.fill("no JSON")

    page.get_by_role("button", name="Save values").press("Enter")

    expect(page.get_by_text("This is no JSON")).to_be_visible()
    expect(values).to_be_focused()

    page.goto(f"/agents/{agent.slug}/test/?ref=live")
    page.get_by_role("button", name="Start", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Test", level=1)).to_be_focused()
    page.get_by_role("button", name="End conversation").press("Enter")

    expect(page.get_by_role("button", name="End conversation")).to_have_count(0)
    expect(page.get_by_role("heading", name="Test", level=1)).to_be_focused()


def test_what_is_taken_away_is_a_file_and_leaves_the_page_as_it_was(site: Site, visitor: Visitor) -> None:
    agent = site.told(an_agent)
    version = site.told(lambda: published(agent).version.short)
    page = visitor(site.told(a_person, Role.VIEWER, agent.workspace))
    file = "functions/find_cabin.py"

    for where, link, name in (
        ("resources/", "Export", f"{agent.slug}-{version}.zip"),
        (f"versions/{version}/", "Export", f"{agent.slug}-{version}.zip"),
        (f"resources/{file}", "Download the file", "find_cabin.py"),
    ):
        page.goto(f"/agents/{agent.slug}/{where}")
        heading = page.get_by_role("heading", level=1).text_content() or ""

        with page.expect_download() as download:
            page.get_by_role("link", name=link).click()

        assert download.value.suggested_filename == name
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def test_a_page_that_asks_for_itself_waits_while_somebody_stands_in_it(site: Site, visitor: Visitor) -> None:
    agent = site.told(an_agent)
    placed = site.told(live, agent)
    site.told(lambda: acknowledge(placed.environment, placed.version, runtime="first"))
    page = visitor(site.told(a_person, Role.VIEWER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/runtimes/")
    version = page.locator("tr", has_text="first").locator("a.version")
    version.focus()
    site.told(lambda: acknowledge(placed.environment, placed.version, runtime="second"))

    with page.expect_response(lambda answer: answer.url.endswith("/runtimes/")):
        page.wait_for_timeout(100)
    page.wait_for_timeout(300)

    expect(version).to_be_focused()
    expect(page.locator("tr", has_text="second")).to_have_count(0)
    page.get_by_role("link", name="Compare").first.focus()
    expect(page.locator("tr", has_text="second")).to_be_visible()


def test_a_page_that_is_come_back_to_says_that_live_moved(site: Site, visitor: Visitor) -> None:
    agent = site.told(an_agent)
    site.told(live, agent)
    page = visitor(site.told(a_person, Role.RELEASER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/sandbox/")
    chip = page.locator("#live-now")
    chip.evaluate("chip => chip.dataset.stands = 'here'")
    come_back = "document.dispatchEvent(new Event('visibilitychange'))"

    with page.expect_response(re.compile("/moved/")) as same:
        page.evaluate(come_back)
    assert same.value.status == 204
    expect(chip).to_have_attribute("data-stands", "here")

    second = site.told(lambda: live(agent).version.short)
    page.evaluate(come_back)

    expect(chip).to_contain_text("Live moved to")
    expect(chip).to_contain_text(second)
    chip.click()
    expect(page).to_have_url(re.compile("/deployments/sandbox/$"))
    expect(page.locator("#live-now")).not_to_contain_text("moved")
    expect(page.locator("#live-now")).to_contain_text(second)
