"""The editor of code and prompts: what only a browser decides."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from deployments.models import Agent, Person, Role, content
from tests.browser.conftest import Site
from tests.vocabulary import FIND_CABIN, a_person, an_agent, edited, live

TOPIC = "topics/luggage_limits.yaml"
CODE = "functions/find_cabin.py"


def a_desk() -> tuple[Person, Agent]:
    agent = an_agent()
    live(agent)
    lines = b"".join(b"    step_%d = 'passenger %d'\n" % (line, line) for line in range(5_000))
    edited(agent, {CODE: FIND_CABIN.replace(b"    conv.state.cabin", lines + b"    conv.state.cabin")})
    return a_person(Role.EDITOR, agent.workspace), agent


def opened(page: Page, agent: Agent, path: str) -> None:
    """With the editor there; until then one types into a text area."""
    page.goto(f"/agents/{agent.slug}/draft/edit/{path}")
    page.locator(".editor").first.wait_for()


def held(agent: Agent, path: str) -> bytes:
    return content.contents(agent, Agent.objects.get(pk=agent.pk).draft.manifest)[path]


def test_a_function_of_5000_lines_is_edited_by_keyboard_and_nothing_else_of_it_changes(
    site: Site, visitor: Callable[..., Page]
) -> None:
    person, agent = site.told(a_desk)
    before = site.told(held, agent, CODE)
    page = visitor(person)
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    opened(page, agent, CODE)
    code = page.get_by_role("textbox", name="Function definition")

    code.focus()
    page.keyboard.press("Control+f")
    page.keyboard.type("passenger 4321")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    page.keyboard.type("  # the captain")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(code).to_be_focused()
    page.get_by_role("button", name="Save in the draft").last.click()
    page.get_by_text("find_cabin is saved in the draft.").wait_for()

    assert site.told(held, agent, CODE) == before.replace(b"'passenger 4321'", b"'passenger 4321'  # the captain")
    assert problems == []


def test_what_a_prompt_may_name_is_completed(site: Site, visitor: Callable[..., Page]) -> None:
    person, agent = site.told(a_desk)
    page = visitor(person)
    opened(page, agent, TOPIC)

    page.get_by_role("textbox", name="Actions").press("Control+End")
    page.keyboard.type(" Call {{fn:find")
    page.get_by_role("option", name="{{fn:find_cabin}}").wait_for()
    page.wait_for_timeout(200)  # an Enter that was meant for the text is not taken by a list that just appeared
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save in the draft").last.click()
    page.get_by_text("Luggage limits is saved in the draft.").wait_for()

    assert b"Call {{fn:find_cabin}}\n" in site.told(held, agent, TOPIC)


def test_short_answers_stand_beside_each_other_each_under_its_label(site: Site, visitor: Callable[..., Page]) -> None:
    person, agent = site.told(a_desk)
    page = visitor(person)
    opened(page, agent, CODE)

    # Of the delays of a function: how long before, and how long after each.
    fields = page.locator("fieldset.section > .field:has(> label + input)")
    places = [(each.locator("label").bounding_box(), each.locator("input").bounding_box()) for each in fields.all()]

    assert len(places) >= 2
    for label, answer in places:
        assert label is not None
        assert answer is not None
        assert label["y"] + label["height"] <= answer["y"]


def test_who_types_before_the_editor_is_there_goes_on_typing_in_it(site: Site, visitor: Callable[..., Page]) -> None:
    person, agent = site.told(a_desk)
    page = visitor(person)
    late: list[Route] = []
    bundle = "**/cm6-python*.js"
    page.route(bundle, lambda route: late.append(route))
    page.goto(f"/agents/{agent.slug}/draft/edit/{TOPIC}", wait_until="domcontentloaded")
    actions = page.get_by_role("textbox", name="Actions")
    actions.press("Control+End")
    page.keyboard.type(" Be")
    page.wait_for_function("() => document.activeElement.tagName === 'TEXTAREA'")

    for route in late:
        route.continue_()
    page.locator(".editor").first.wait_for()
    page.keyboard.type(" kind.")
    page.get_by_role("button", name="Save in the draft").last.click()
    page.get_by_text("Luggage limits is saved in the draft.").wait_for()

    assert b"Be kind.\n" in site.told(held, agent, TOPIC)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_while_somebody_looks_for_something(
    scheme: str, site: Site, visitor: Callable[..., Page], axe: Callable[[Page], list[str]]
) -> None:
    person, agent = site.told(a_desk)
    page = visitor(person, color_scheme=scheme)
    opened(page, agent, CODE)
    page.get_by_role("textbox", name="Function definition").press("Control+f")
    page.get_by_role("textbox", name="Find").fill("cabin")

    assert axe(page) == []


def test_a_problem_leads_to_its_line_and_yaml_has_its_colours(site: Site, visitor: Callable[..., Page]) -> None:
    def broken() -> tuple[Person, Agent]:
        agent = an_agent()
        edited(agent, {"topics/tides.yaml": b"# When\nname: Tides\ncontent: [Twice\nenabled: true\n"})
        return a_person(Role.EDITOR, agent.workspace), agent

    person, agent = site.told(broken)
    page = visitor(person)
    page.goto(f"/agents/{agent.slug}/draft/")

    page.locator("#problems").get_by_role("link").first.click()
    text = page.get_by_role("textbox", name="The whole file")
    expect(text).to_be_focused()
    line = int(page.url.partition("line=")[2])
    colour = "getComputedStyle(document.querySelector('.editor').shadowRoot.querySelector('.cm-line span')).color"
    assert page.evaluate(colour) != page.evaluate("getComputedStyle(document.body).color")
    page.keyboard.type("#")

    expect(page.locator("textarea[name=text]")).to_have_value(re.compile(f"^(.*\n){{{line - 1}}}#"))
    page.get_by_role("button", name=f"Line {line}").click()
    expect(text).to_be_focused()
