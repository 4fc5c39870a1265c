"""What pages look like on paper, with long names, and with what is written from the right."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from deployments.models import Role
from tests.serving import Site
from tests.vocabulary import a_person, an_agent, live, promoted, published

Visitor = Callable[..., Page]

LAST_STANDS_FIRST = """each => {
  const left = (from, to) => {
    const signs = document.createRange();
    signs.setStart(each.firstChild, from);
    signs.setEnd(each.firstChild, to);
    return signs.getBoundingClientRect().left;
  };
  const length = each.firstChild.length;
  return left(length - 1, length) < left(0, 1);
}"""


def test_on_paper_a_history_is_what_it_says_and_nothing_to_press(site: Site, visitor: Visitor) -> None:
    agent = site.told(an_agent)
    site.told(live, agent)
    page = visitor(site.told(a_person, Role.VIEWER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/history/")

    page.emulate_media(media="print")

    to_press = page.locator("main :is(button, .button, input, select)")
    assert [each.inner_text() for each in to_press.all() if each.is_visible()] == []
    expect(page.get_by_text(agent.name, exact=True).first).to_be_visible()
    # Browsers leave fills out unless they are asked for, and Live would be white on white.
    in_live = page.locator(".environment[data-environment=live]")
    assert in_live.evaluate("each => getComputedStyle(each).printColorAdjust") == "exact"


def test_a_long_name_of_a_person_takes_two_lines(site: Site, visitor: Visitor) -> None:
    agent = site.told(an_agent)
    page = visitor(site.told(a_person, Role.VIEWER, agent.workspace, name="Anneliese van Dam " * 11), width=390)

    page.goto(f"/workspaces/{agent.workspace.slug}/people/")

    name = page.locator("th .person > span").filter(has_text="Anneliese van Dam Anneliese")
    assert name.evaluate("each => each.clientHeight / parseFloat(getComputedStyle(each).lineHeight)") == 2


def test_what_is_written_from_the_right_keeps_its_order(site: Site, visitor: Visitor) -> None:
    """Its last sign stands before its first letter, in a heading and in a quotation."""
    agent = site.told(an_agent)
    site.told(lambda: promoted(published(agent, "מועדים חדשים!"), "live", "אושר!"))
    page = visitor(site.told(a_person, Role.VIEWER, agent.workspace))

    page.goto(f"/agents/{agent.slug}/deployments/live/")

    for said in ("מועדים חדשים!", "אושר!"):
        assert page.locator("main").get_by_text(said, exact=True).first.evaluate(LAST_STANDS_FIRST)
