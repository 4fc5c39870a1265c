"""What happens while an act is on its way, when nobody answers it, and when the session had ended."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from deployments.models import Agent, Person, Role, Session
from tests.serving import Site
from tests.vocabulary import a_person, an_agent, live, published

Visitor = Callable[..., Page]
PASSWORD = "ferry at nine"


def at_the_rollback(site: Site, visitor: Visitor) -> tuple[Page, Agent, Person]:
    """Somebody who has the dialog open that returns Live to what it ran before."""
    agent = site.told(an_agent)
    site.told(lambda: (live(agent), live(agent)))
    maya = site.told(a_person, Role.RELEASER, agent.workspace, password=PASSWORD)
    page = visitor(maya)
    page.goto(f"/agents/{agent.slug}/deployments/live/")
    page.get_by_role("link", name="Roll back to").first.click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Rollback")).to_be_visible()
    return page, agent, maya


def held_back(page: Page, address: str) -> list[Route]:
    """What is posted there waits until somebody lets it go on."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    return held


def test_a_rollback_that_nobody_answers_says_so_in_its_dialog(site: Site, visitor: Visitor) -> None:
    page, *_ = at_the_rollback(site, visitor)
    page.route("**/rollback/", lambda route: route.abort())

    page.get_by_role("dialog").get_by_role("button", name="Rollback").click()

    alert = page.get_by_role("dialog").get_by_role("alert")
    expect(alert).to_contain_text("Slipway did not answer")
    assert alert.evaluate("alert => alert.offsetHeight") < 80
    page.context.set_offline(True)
    page.get_by_role("dialog").get_by_role("button", name="Rollback").click()
    expect(alert).to_contain_text("This device is offline, so nobody knows yet whether this was done.")
    expect(alert.get_by_role("link")).to_have_count(0)
    page.context.set_offline(False)
    page.get_by_role("dialog").get_by_role("button", name="Rollback").click()
    expect(alert).to_contain_text("Slipway did not answer")
    page.unroute("**/rollback/")
    page.get_by_role("dialog").get_by_role("button", name="Rollback").click()
    expect(page.get_by_role("status").first).to_contain_text("Live runs")


def test_what_only_looks_and_is_not_answered_is_tried_once_more(site: Site, visitor: Visitor) -> None:
    page, agent, _ = at_the_rollback(site, visitor)
    site.told(live, agent)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.route("**/rollback/", lambda route: route.abort())

    page.get_by_role("dialog").get_by_role("button", name="Show what is there now").click()

    said = page.get_by_role("dialog").get_by_role("alert").filter(has_text="did not answer")
    expect(said).to_have_text("Slipway did not answer. Try once more.")


def test_what_nobody_answered_is_looked_up_by_loading_the_page_again(site: Site, visitor: Visitor) -> None:
    page, agent, _ = at_the_rollback(site, visitor)
    page.route("**/rollback/", lambda route: route.abort())
    page.get_by_role("dialog").get_by_role("button", name="Rollback").click()

    with page.expect_navigation():
        page.get_by_role("dialog").get_by_role("link", name="Load the page again").click()

    expect(page).to_have_url(f"{site.address}/agents/{agent.slug}/deployments/live/")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "words"), [(502, "Slipway did not answer"), (403, "Something in front of Slipway refused this (403)")]
)
def test_an_answer_of_a_proxy_is_not_taken_for_ours(site: Site, visitor: Visitor, status: int, words: str) -> None:
    page, *_ = at_the_rollback(site, visitor)
    page.route("**/rollback/", lambda route: route.fulfill(status=status, body="<h1>A page of a proxy</h1>"))

    page.get_by_role("dialog").get_by_role("button", name="Rollback").click()

    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text(words)
    expect(page.get_by_text("A page of a proxy")).to_have_count(0)


def test_a_link_that_nobody_answers_says_so_on_its_page(site: Site, visitor: Visitor) -> None:
    agent = site.told(an_agent)
    page = visitor(site.told(a_person, Role.RELEASER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/live/")
    page.route("**/deployments/sandbox/", lambda route: route.abort())

    page.get_by_role("navigation", name="Environment").get_by_role("link", name="Sandbox").click()

    expect(page.get_by_role("alert")).to_have_text("Slipway did not answer. Try once more.")


@pytest.mark.parametrize("pressed", ["Live", "Promote to Pre-release"])
def test_a_page_that_comes_late_is_not_put_over_what_was_pressed_after_it(
    site: Site, visitor: Visitor, pressed: str
) -> None:
    agent = site.told(an_agent)
    site.told(lambda: (live(agent), published(agent)))
    page = visitor(site.told(a_person, Role.RELEASER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/sandbox/")
    held: list[Route] = []
    page.route("**/deployments/pre-release/", lambda route: held.append(route))

    page.get_by_role("navigation", name="Environment").get_by_role("link", name="Pre-release").click()
    page.locator("#main").get_by_role("link", name=pressed, exact=True).first.click()
    shown = page.get_by_role("dialog") if pressed != "Live" else page.locator("#tab-live[aria-current=page]")
    expect(shown).to_be_visible()
    [late] = held
    late.fulfill(response=late.fetch())
    page.evaluate("fetch('/healthz').then(() => new Promise(requestAnimationFrame))")

    expect(shown).to_be_visible()
    expect(page).to_have_url(re.compile("/live/$" if pressed == "Live" else "/sandbox/$"))


def test_a_dialog_that_comes_late_is_not_put_over_the_one_that_was_asked_for_after_it(
    site: Site, visitor: Visitor
) -> None:
    agent = site.told(an_agent)
    site.told(lambda: (published(agent), published(agent)))
    page = visitor(site.told(a_person, Role.RELEASER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/deployments/sandbox/")
    held: list[Route] = []
    page.route("**/promote/**", lambda route: held.append(route))

    page.get_by_role("link", name="Promote to Pre-release").first.click()
    page.get_by_role("link", name="Roll back to").first.click()
    expect(page.get_by_role("dialog", name="Rollback sandbox version")).to_be_visible()
    [late] = held
    late.fulfill(response=late.fetch())
    page.evaluate("fetch('/healthz').then(() => new Promise(requestAnimationFrame))")

    expect(page.get_by_role("dialog")).to_have_accessible_name("Rollback sandbox version")


@pytest.mark.parametrize("pressed", ["Sandbox", "Compare"])
def test_what_an_act_answers_is_waited_for_before_anything_else_is_shown(
    site: Site, visitor: Visitor, pressed: str
) -> None:
    page, agent, _ = at_the_rollback(site, visitor)
    page.get_by_role("dialog").get_by_role("button", name="Rollback").click()
    held = held_back(page, "**/rollback/")
    page.get_by_role("button", name="Undo").click()

    page.locator("#main").get_by_role("link", name=pressed, exact=True).first.click()
    expect(page.get_by_text("Waiting for Slipway…")).to_be_visible()
    [undo] = held
    undo.continue_()

    expect(page.get_by_role("status").first).to_contain_text("Undone.")
    expect(page).to_have_url(f"{site.address}/agents/{agent.slug}/deployments/live/")
    page.locator("#main").get_by_role("link", name=pressed, exact=True).first.click()
    expect(page).not_to_have_url(f"{site.address}/agents/{agent.slug}/deployments/live/")


def test_of_two_that_are_waited_for_one_word_is_said_and_none_is_left(site: Site, visitor: Visitor) -> None:
    agent = site.told(an_agent)
    site.told(lambda: (live(agent), published(agent)))
    page = visitor(site.told(a_person, Role.RELEASER, agent.workspace))
    page.goto(f"/agents/{agent.slug}/compare/live...sandbox/")
    waiting, held = page.get_by_text("Waiting for Slipway…"), list[Route]()
    page.route(re.compile("/deployments/|q=a"), lambda route: held.append(route))

    page.locator("#main a[href*='/deployments/']").first.click()
    expect(waiting).to_have_count(1)
    page.evaluate("document.getElementById('left').showPopover()")
    with page.expect_request(lambda request: "q=a" in request.url):
        page.locator("#left-words").fill("a")
    page.evaluate("new Promise(done => setTimeout(done, 700))")

    expect(waiting).to_have_count(1)
    for route in held:
        route.continue_()
    expect(waiting).to_have_count(0)


def test_while_a_rollback_is_on_its_way_it_is_said_sent_once_and_kept_open(site: Site, visitor: Visitor) -> None:
    page, agent, _ = at_the_rollback(site, visitor)
    held = held_back(page, "**/rollback/")
    dialog = page.get_by_role("dialog")

    dialog.get_by_role("button", name="Rollback").dblclick()
    expect(dialog.get_by_text("Waiting for Slipway…")).to_be_visible()
    dialog.get_by_role("link", name="Cancel").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    [only] = held
    only.continue_()

    expect(page.get_by_role("status").first).to_contain_text("Live runs")
    expect(page.get_by_text("Waiting for Slipway…")).to_have_count(0)
    back = site.told(lambda: agent.versions.get(number=1).short)
    expect(page.locator("#live-now")).to_contain_text(back)
    assert len(held) == 1


def sign_in(page: Page, person: Person) -> None:
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_a_session_that_ended_under_a_dialog_leads_to_the_door_and_back_to_what_was_typed(
    site: Site, visitor: Visitor
) -> None:
    page, agent, maya = at_the_rollback(site, visitor)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Message").fill("The fare is wrong.")
    site.told(lambda: Session.objects.all().delete())

    dialog.get_by_role("button", name="Rollback").click()

    expect(page.get_by_text("Your session had ended, so nothing was changed.")).to_be_visible()
    sign_in(page, maya)
    expect(page).to_have_url(f"{site.address}/agents/{agent.slug}/deployments/live/")
    expect(page.get_by_role("navigation", name=agent.name)).to_have_count(1)
    expect(dialog.get_by_role("status")).to_contain_text("What you typed is here.")
    expect(dialog.get_by_label("Message")).to_have_value("The fare is wrong.")
    dialog.get_by_role("button", name="Rollback").click()
    expect(page.get_by_role("status").first).to_contain_text("Live runs")
    expect(page.get_by_role("heading", name="The fare is wrong.")).to_be_visible()


def test_what_was_typed_is_not_shown_to_another_who_signs_in_in_that_window(site: Site, visitor: Visitor) -> None:
    page, agent, _ = at_the_rollback(site, visitor)
    other = site.told(a_person, Role.RELEASER, agent.workspace, password=PASSWORD)
    page.get_by_role("dialog").get_by_label("Message").fill("The fare is wrong.")
    site.told(lambda: Session.objects.all().delete())

    page.get_by_role("dialog").get_by_role("button", name="Rollback").click()
    page.wait_for_url("**/sign-in/**")
    with page.expect_navigation(wait_until="load"):
        sign_in(page, other)

    expect(page).to_have_url(f"{site.address}/agents/{agent.slug}/deployments/live/")
    assert page.evaluate("sessionStorage.getItem('slipway.typed')") is None
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_signed_in_again_in_another_window_they_go_on_with_what_was_typed(site: Site, visitor: Visitor) -> None:
    page, agent, maya = at_the_rollback(site, visitor)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Message").fill("The fare is wrong.")
    site.told(lambda: Session.objects.all().delete())
    other = page.context.new_page()
    other.goto(f"{site.address}/agents/{agent.slug}/deployments/live/")
    sign_in(other, maya)
    expect(other.get_by_role("navigation", name=agent.name)).to_have_count(1)

    dialog.get_by_role("button", name="Rollback").click()

    expect(page.get_by_text("You signed in again since this was opened, so nothing was changed.")).to_be_attached()
    expect(dialog.get_by_label("Message")).to_have_value("The fare is wrong.")


def test_what_a_person_or_a_browser_styled_is_swapped_without_a_word_of_the_policy(
    site: Site, looking: Callable[[Person, str], Page]
) -> None:
    agent = site.told(an_agent)
    site.told(lambda: (live(agent), live(agent)))
    page = looking(site.told(a_person, Role.VIEWER, agent.workspace), f"/agents/{agent.slug}/deployments/live/")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.locator("#q").evaluate("control => { control.style.width = '300px'; }")

    page.get_by_role("navigation", name="Environment").get_by_role("link", name="Sandbox").click()

    expect(page).to_have_url(f"{site.address}/agents/{agent.slug}/deployments/sandbox/")
    assert said == []
