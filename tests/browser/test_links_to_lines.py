"""Links to lines that are not in the page yet: beyond its first sheets, in formatting, and on a telephone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deployments.models import Agent, Person, Role
from tests.browser.reviewing import address, sheet
from tests.serving import Site
from tests.vocabulary import FILES, RULES, a_person, an_agent, edited, live, published

Visitor = Callable[..., Page]


def a_crowd() -> tuple[Agent, Person]:
    """Live and Sandbox apart in 53 topics; the last of them is long."""
    agent = an_agent(files={**FILES, **_topics("old")})
    live(agent)
    edited(agent, _topics("new"))
    published(agent)
    return agent, a_person(Role.RELEASER, agent.workspace)


def _topics(word: str) -> dict[str, bytes]:
    lines = "".join(f"  Sentence {line}.\n" for line in range(40))
    return {
        f"topics/t_{n}.yaml": f"name: T {n}\ncontent: |-\n  A {word} one.\n{lines if n == 53 else ''}".encode()
        for n in range(1, 54)
    }


def a_few() -> tuple[Agent, Person]:
    """Live and Sandbox apart in two sentences, and by the formatting of one file."""
    agent = an_agent()
    live(agent)
    handoffs = FILES["config/handoffs.yaml"].replace(b"handoffs:\n", b"# Who picks up\nhandoffs:\n")
    edited(agent, {RULES: b"Be kind.\n", "config/handoffs.yaml": handoffs})
    published(agent)
    return agent, a_person(Role.RELEASER, agent.workspace)


@pytest.fixture(scope="module")
def few(site: Site) -> tuple[Agent, Person]:
    return site.told(a_few)


@pytest.fixture(scope="module")
def crowd(site: Site) -> tuple[Agent, Person]:
    return site.told(a_crowd)


def test_a_line_beyond_the_first_sheets_is_linked_to_and_found_again(
    crowd: tuple[Agent, Person], visitor: Visitor
) -> None:
    agent, maya = crowd
    page, other = visitor(maya), visitor(maya)
    for each in (page, other):
        each.set_default_timeout(30_000)
    page.goto(address(agent))
    expect(sheet(page, "T 53")).to_have_count(0)
    page.get_by_role("link", name="Show 3 further resources").scroll_into_view_if_needed()
    last = sheet(page, "T 53")
    last.scroll_into_view_if_needed()
    last.get_by_role("cell", name=re.compile("^A new one")).evaluate("cell => cell.previousElementSibling.click()")
    expect(page).to_have_url(re.compile(r"\?item=topic-t-53-yaml-\w{8}&at=.*#\w{8}@\d:r1$"))
    plain = visitor(maya, java_script_enabled=False)
    plain.goto(page.url)
    expect(plain.locator("tr:target")).to_contain_text("A new one")

    # A line that is folded, in a sheet that the first answer does not hold.
    other.goto(page.url.replace(":r1", ":r30"))

    expect(other.locator("tr:focus")).to_contain_text("Sentence 28.", timeout=20_000)
    expect(other.locator("tr:focus")).to_be_in_viewport()
    expect(other).to_have_url(re.compile(r"item=topic-t-53-yaml-\w{8}&at=.*#\w{8}@\d:r30$"))


def test_a_line_of_formatting_has_its_link(few: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = few
    page = visitor(maya)
    page.goto(address(agent, "?formatting=shown"))
    page.locator("[aria-label=Formatting] .added td").nth(2).click()
    expect(page).to_have_url(re.compile(r"at=.*#config/handoffs\.yaml@0:r1$"))

    other = visitor(maya)
    other.goto(page.url)

    expect(other.locator("tr:focus")).to_contain_text("# Who picks up")


def test_a_row_is_linked_to_without_scripts_and_found_with_them(few: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = few
    page = visitor(maya, java_script_enabled=False)
    page.goto(address(agent, "?formatting=shown"))

    for row in (page.locator("[data-review] tr.removed"), page.locator("[aria-label=Formatting] tr.added")):
        row.first.get_by_role("link").click()
        expect(page.locator("tr:target")).to_have_class(re.compile("removed|added"))
        expect(page.locator("tr:target")).to_be_in_viewport()

        other = visitor(maya)
        other.goto(page.url)
        expect(other.locator("tr:focus")).to_have_text(row.first.text_content() or "")
        expect(other.locator("tr:focus a")).to_be_hidden()


def test_on_a_telephone_lines_are_read_by_choice_and_all_fold(few: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = few
    page = visitor(maya, width=390, has_touch=True)
    page.goto(address(agent))
    body = page.locator("[data-review]")

    page.get_by_role("button", name="Display").tap()
    page.get_by_role("link", name="Scroll long lines").tap()
    expect(body).to_have_class("unwrapped")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Collapse all").tap()

    expect(page.locator("article > details[open]")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="All environments").tap()
    expect(page.get_by_role("heading", name="All environments")).to_be_visible()


def test_a_comparison_is_copied_as_markdown(few: tuple[Agent, Person], visitor: Visitor) -> None:
    agent, maya = few
    page = visitor(maya, permissions=["clipboard-read", "clipboard-write"])
    page.goto(address(agent))

    page.get_by_role("button", name="Take this comparison along").click()
    page.get_by_role("link", name="Copy as Markdown").click()

    page.wait_for_function("() => navigator.clipboard.readText().then(text => text.includes('1 changed'))")
