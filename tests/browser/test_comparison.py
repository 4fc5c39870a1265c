"""Reviewing in a browser: unfolding, scrolling, choosing sides, what was viewed; no scripts, and a telephone."""

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


def test_folded_lines_unfold_in_their_place(review: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(address(agent))
    function = sheet(page, "find_cabin")
    expect(function.get_by_text("# note 40")).to_have_count(0)

    function.get_by_role("link", name=re.compile("unchanged lines")).last.click()

    expect(function.get_by_text("# note 40").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"compare/live\.\.\.sandbox/$"))


def test_what_was_left_out_of_the_first_answer_comes_when_it_is_scrolled_to(
    review: tuple[Agent, Person], visitor: Visitor
) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(address(agent))
    last = sheet(page, "Topic 21")
    expect(last.get_by_text("Sentence 59 of 21.")).to_have_count(0)

    last.scroll_into_view_if_needed()

    expect(last.get_by_text("Sentence 59 of 21.")).to_be_visible()
    expect(page.get_by_role("heading", name="Version comparison")).to_have_count(1)


def test_a_click_in_the_tree_leads_to_the_sheet_and_marks_it(review: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(address(agent))
    tree = page.get_by_role("navigation", name="Changed resources")

    tree.get_by_role("link", name=re.compile("Topic 20")).click()

    # It and what stands above it are fetched on the way.
    expect(page.get_by_text("Sentence 59 of 20.")).to_be_attached()
    expect(page.get_by_role("heading", name="Topic 20", exact=True)).to_be_in_viewport()
    expect(tree.locator("[aria-current]")).to_have_count(1)


def test_what_was_viewed_is_folded_counted_and_remembered(review: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(address(agent))
    function = sheet(page, "find_cabin")

    with page.expect_response(re.compile("/viewed/$")):
        function.get_by_label("Viewed find_cabin").check()

    expect(function.locator("> details")).not_to_have_attribute("open", "")
    expect(page.get_by_text(re.compile(r"^1 of \d+ viewed$"))).to_be_visible()
    page.reload()
    expect(function.get_by_label("Viewed find_cabin")).to_be_checked()
    with page.expect_response(re.compile("/viewed/$")):
        function.get_by_label("Viewed find_cabin").uncheck()
    expect(function.locator("> details")).to_have_attribute("open", "")


def test_fields_that_did_not_change_stand_behind_their_names(review: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(address(agent))
    function = sheet(page, "find_cabin")
    description = function.get_by_role("heading", name="Description")
    expect(description).to_be_hidden()

    function.get_by_text(re.compile("^Unchanged: Description")).click()

    expect(description).to_be_visible()


def test_all_sheets_fold_and_unfold_at_once(review: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(address(agent))

    page.get_by_role("link", name="Collapse all").click()
    expect(page.locator("article > details[open]")).to_have_count(0)

    page.get_by_role("link", name="Expand all").click()
    expect(page.locator("article > details:not([open])")).to_have_count(0)


def test_a_side_is_chosen_from_the_keyboard_by_searching(
    site: Site, review: tuple[Agent, Person], visitor: Visitor
) -> None:
    agent, maya = review
    first = site.told(lambda: agent.versions.get(number=1).short)
    page = visitor(maya)
    page.goto(address(agent))

    page.get_by_role("button", name="Right:").focus()
    page.keyboard.press("Enter")
    chooser = page.locator("#right")
    expect(chooser.get_by_role("link", name=re.compile("The twelve topics"))).to_be_visible()
    chooser.get_by_role("searchbox").fill(first)
    expect(chooser.get_by_role("link", name=re.compile("The twelve topics"))).to_have_count(0)
    chooser.locator(".found").get_by_role("link").first.focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(rf"compare/live\.\.\.{first}/"))
    expect(page.get_by_text("You are comparing a version with itself.")).to_be_visible()


def test_escape_closes_a_selector_and_gives_focus_back(review: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(address(agent))
    button = page.get_by_role("button", name="Left:")

    button.click()
    expect(page.locator("#left")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#left")).to_be_hidden()
    expect(button).to_be_focused()


def test_swap_filter_and_exit_keep_their_way(review: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(f"/agents/{agent.slug}/history/")
    page.get_by_role("navigation", name=agent.name).get_by_role("link", name="Compare").click()

    page.get_by_role("navigation", name="Kind of change").get_by_role("link", name=re.compile("^Added")).click()
    expect(page.get_by_role("heading", name="find_cabin", exact=True)).to_have_count(0)
    page.get_by_role("link", name="Swap sides").click()
    expect(page.get_by_role("navigation", name="Kind of change").get_by_role("link", name="Removed 13")).to_be_visible()
    page.get_by_role("link", name="Exit comparison").click()

    expect(page.get_by_role("heading", name="Project History", level=1)).to_be_visible()


def test_promotion_goes_on_from_the_comparison(review: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(address(agent))

    page.get_by_role("link", name="Promote to Pre-release").click()

    expect(page.get_by_role("dialog", name="Promote version to pre-release")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Version comparison")).to_be_visible()


def test_without_scripts_everything_can_be_read_and_reached(
    site: Site, review: tuple[Agent, Person], visitor: Visitor
) -> None:
    agent, _ = review
    page = visitor(site.told(a_person, Role.VIEWER, agent.workspace), java_script_enabled=False)
    page.goto(address(agent))
    expect(page.get_by_text(re.compile("^0 of .* viewed$"))).to_be_visible()
    page.get_by_role("button", name="Mark as viewed find_cabin").click()
    expect(page.get_by_text(re.compile("^1 of .* viewed$"))).to_be_visible()
    page.get_by_role("button", name="Display").click()
    page.get_by_role("link", name="Draw white space in changed lines").click()
    expect(page.locator(".changed .space").first).to_have_text(" ")

    page.get_by_role("link", name="Show what Topic 21 holds").click()

    expect(page.get_by_text("Sentence 59 of 21.")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Show all")).click()
    page.get_by_role("button", name="Left:").click()
    page.locator("#left").get_by_role("searchbox").fill("twelve")
    page.locator("#left").get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="Choose the left version")).to_be_visible()
    page.get_by_role("link", name=re.compile("The twelve topics")).click()
    expect(page.get_by_text("You are comparing a version with itself.")).to_be_visible()


def test_on_a_telephone_the_tree_is_a_drawer_and_equal_lines_stand_once(
    review: tuple[Agent, Person], visitor: Visitor
) -> None:
    agent, maya = review
    page = visitor(maya, width=390)
    page.goto(address(agent))

    page.get_by_role("button", name=re.compile(r"^\d+ resources")).click()
    page.get_by_role("navigation", name="Changed resources").get_by_role("link", name=re.compile("find_cabin")).click()

    expect(page.get_by_role("navigation", name="Changed resources")).to_be_hidden()
    function = sheet(page, "find_cabin")
    expect(function.get_by_text("# note 84").first).to_be_visible()
    expect(function.get_by_text("# note 84").nth(1)).to_be_hidden()


def test_a_preview_is_read_and_left_again(review: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = review
    page = visitor(maya)
    page.goto(f"/agents/{agent.slug}/versions/live/")

    page.get_by_role("main").get_by_role("link", name="find_cabin").click()
    expect(page.get_by_text("Booking code, six letters")).to_be_visible()
    page.get_by_role("region", name="Preview").get_by_role("link", name="Exit preview").click()

    expect(page.get_by_role("heading", name="Deployments")).to_be_visible()


PAGES = {
    "comparison": "compare/live...sandbox/",
    "unified": "compare/live...draft/?layout=unified",
    "with itself": "compare/live...live/",
    "no draft side": "compare/versions/?side=left&left=live&right=draft",
    "preview": "versions/sandbox/",
    "resource of a preview": "versions/sandbox/resources/functions/find_cabin.py",
}


@pytest.mark.parametrize("place", PAGES)
def test_each_page_is_clean_and_never_wider_than_a_small_screen(
    place: str, review: tuple[Agent, Person], visitor: Visitor, axe_in_both_schemes: Callable[[Page], list[str]]
) -> None:
    agent, maya = review
    page = visitor(maya, width=320)
    page.goto(f"/agents/{agent.slug}/{PAGES[place]}")
    _leave_a_few_lines_of_a_few_files(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert axe_in_both_schemes(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    assert axe_in_both_schemes(page) == []


def _leave_a_few_lines_of_a_few_files(page: Page) -> None:
    """Each line asks axe the same questions, and hundreds of them for seconds."""
    page.evaluate(
        """() => {
          [...document.querySelectorAll("article")].slice(4).forEach(file => file.remove());
          for (const lines of document.querySelectorAll("table.diff")) {
            [...lines.rows].slice(25).forEach(row => row.remove());
          }
        }"""
    )
