"""Reading a comparison in a browser: rows that are linked to, white space, and the keys of the page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deployments.models import Agent, Person, Role
from tests.browser.reviewing import a_review, address, sheet
from tests.serving import Site
from tests.vocabulary import a_person

Visitor = Callable[..., Page]


@pytest.fixture(scope="module")
def review(site: Site) -> tuple[Agent, Person]:
    return site.told(a_review)


def test_a_row_has_a_link_that_leads_to_it_through_what_is_folded(
    review: tuple[Agent, Person], visitor: Visitor
) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(address(agent))
    function = sheet(page, "find_cabin")
    function.get_by_role("cell", name=re.compile(r"^changed from \d+$")).first.click()
    linked = page.url
    assert "#" in linked
    assert re.search(r"\?at=[0-9a-f]{9}\.\.\.[0-9a-f]{9}#", linked)

    folded = re.sub(r":[lr]\d+$", ":l30", linked)
    other = visitor(maya)
    other.goto(folded)

    expect(other.locator("tr:focus")).to_contain_text("# note 26")
    expect(other.locator("tr:focus")).to_be_in_viewport()


def test_focus_goes_on_to_the_first_line_that_unfolds(review: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(address(agent))

    sheet(page, "find_cabin").get_by_role("link", name=re.compile("^last 20")).first.press("Enter")

    expect(page.locator("tr.gap a:focus")).to_contain_text("unchanged lines")
    page.keyboard.press("Enter")
    expect(page.locator("tr:focus")).to_contain_text("def find_cabin")


def test_white_space_is_drawn_and_lines_scroll_by_choice_that_lasts(
    review: tuple[Agent, Person], visitor: Visitor
) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(address(agent))

    page.get_by_role("button", name="Display").click()
    page.get_by_role("link", name="Draw white space").click()
    page.get_by_role("link", name="Scroll long lines").click()
    tree = page.get_by_role("navigation", name="Changed resources")
    expect(tree).to_be_visible()
    page.get_by_role("link", name="Hide the tree").click()
    expect(tree).to_be_hidden()
    expect(sheet(page, "find_cabin").locator(".changed .space").first).to_have_text(" ")
    page.goto("/")
    page.goto(address(agent))

    expect(sheet(page, "find_cabin").locator(".changed .space").first).to_have_text(" ")
    expect(sheet(page, "find_cabin").locator(".changed td").nth(1)).to_have_text("# note 85")
    expect(sheet(page, "find_cabin").locator(".changed td").nth(1)).to_have_css("white-space", "pre")
    expect(tree).to_be_hidden()


def test_keys_lead_from_change_to_change_and_are_silent_while_something_is_typed(
    review: tuple[Agent, Person], visitor: Visitor
) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(address(agent))
    focused = page.locator(":focus")

    page.keyboard.press("n")
    expect(focused).to_contain_text("# remark 85")
    page.keyboard.press("n")
    expect(focused).to_be_in_viewport()
    expect(focused).not_to_contain_text("# remark 85")
    page.keyboard.press("p")
    expect(focused).to_contain_text("# remark 85")
    expect(page.locator("#whereabouts")).to_contain_text("Change 1 of")
    page.keyboard.press("l")
    expect(page).to_have_url(re.compile(r"@\d:r89$"))
    expect(page.locator("#whereabouts")).to_contain_text("link to this line")
    page.keyboard.press("?")
    expect(page.get_by_text("Next change")).to_be_visible()
    page.keyboard.press("Escape")

    page.get_by_label("Search in names and changed text").press_sequentially("nap?")
    expect(page.get_by_label("Search in names and changed text")).to_have_value("nap?")
    expect(page.get_by_text("Next change")).to_be_hidden()


def test_keys_can_be_switched_off(site: Site, review: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, _ = review
    reader = site.told(a_person, Role.VIEWER, agent.workspace)
    page = visitor(reader)
    page.goto("/account/")
    page.get_by_label("Single keys act in a comparison").uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your account is saved.")).to_be_visible()
    page.goto(address(agent))

    page.keyboard.press("n")
    page.keyboard.press("?")

    expect(page.locator("tr:focus")).to_have_count(0)
    expect(page.get_by_text("Next change")).to_have_count(0)


def test_on_paper_stand_names_and_signs_and_nothing_to_press(review: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(address(agent))

    page.emulate_media(media="print")

    function = sheet(page, "find_cabin")
    expect(function.get_by_text("functions/find_cabin.py", exact=True).first).to_be_visible()
    changed = function.locator(".changed td").nth(1)
    assert "−" in changed.evaluate("each => getComputedStyle(each, '::before').content")
    assert changed.evaluate("each => getComputedStyle(each).backgroundColor") != "rgba(0, 0, 0, 0)"
    to_press = page.locator("main :is(button:not(.plate), .button, input, .choices a, .gap a + a)")
    assert [each.inner_text() for each in to_press.all() if each.is_visible()] == []
