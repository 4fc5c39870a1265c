"""What was typed and not saved is kept in the browser: for the same person, until it is saved or they sign out."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from deployments.models import Agent, Person, Role, Session
from tests.browser.conftest import Site
from tests.vocabulary import a_person, an_agent, live

TOPIC = "topics/luggage_limits.yaml"
KEPT = "Object.keys(localStorage).filter((name) => name.startsWith('typed ')).length"


def a_desk() -> tuple[Person, Agent]:
    agent = an_agent()
    live(agent)
    return a_person(Role.EDITOR, agent.workspace), agent


def opened(page: Page, agent: Agent) -> None:
    page.goto(f"/agents/{agent.slug}/draft/edit/{TOPIC}")
    page.locator(".editor").first.wait_for()


def save(page: Page) -> None:
    page.get_by_role("button", name="Save in the draft").last.click()


def test_after_the_session_ended_it_is_offered_rows_and_all_until_it_is_saved(
    site: Site, visitor: Callable[..., Page]
) -> None:
    person, agent = site.told(a_desk)
    page = visitor(person)
    opened(page, agent)
    page.get_by_role("button", name="Add entry to Sample questions").click()
    page.get_by_label("Sample questions 3").last.fill("May I bring skis?")

    site.told(lambda: Session.objects.all().delete())
    save(page)
    page.get_by_label("Password").wait_for()
    cookie = {"name": "sessionid", "value": site.session_of(person), "url": site.address}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    opened(page, agent)

    # The first key after reopening writes over nothing.
    page.get_by_label("Content").press("x")
    page.reload()
    page.get_by_role("button", name="Throw it away").click()
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("Sample questions 3").last).to_have_value("May I bring skis?")

    save(page)
    page.get_by_text("Luggage limits is saved in the draft.").wait_for()
    opened(page, agent)
    expect(page.get_by_label("Sample questions 3").last).to_have_value("May I bring skis?")
    expect(page.get_by_text("and did not save it")).to_be_hidden()
    assert page.evaluate(KEPT) == 0


def test_after_a_renaming_it_is_offered_under_the_new_name_and_among_the_resources(
    site: Site, visitor: Callable[..., Page]
) -> None:
    person, agent = site.told(a_desk)
    page = visitor(person)
    opened(page, agent)
    page.get_by_label("Content").fill("Three bags.")
    page.goto(f"/agents/{agent.slug}/resources/")
    kept = page.get_by_role("region", name="Typed in this browser and not saved")
    expect(kept.get_by_text("Luggage limits").first).to_be_visible()

    page.goto(f"/agents/{agent.slug}/draft/rename/{TOPIC}")
    page.get_by_label("New name").fill("Bags")
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("Content")).to_have_text("Three bags.")
    save(page)
    page.get_by_text("since you opened it").wait_for()
    save(page)
    page.get_by_text("Bags is saved in the draft.").wait_for()
    page.goto(f"/agents/{agent.slug}/resources/")

    expect(kept).to_be_hidden()
    assert page.evaluate(KEPT) == 0


def test_what_is_saved_is_forgotten_and_signing_out_forgets_all_of_that_person(
    site: Site, visitor: Callable[..., Page]
) -> None:
    person, agent = site.told(a_desk)
    page = visitor(person)
    opened(page, agent)
    page.get_by_label("Content").fill("Three bags.")
    save(page)
    page.get_by_text("Luggage limits is saved in the draft.").wait_for()
    assert page.evaluate(KEPT) == 0

    opened(page, agent)
    page.get_by_label("Content").fill("Four bags.")
    page.evaluate(
        "localStorage.setItem('typed 0 0 other', JSON.stringify([{id: 'a', turn: 1, at: Date.now(), fields: []}]))"
    )
    opened(page, agent)
    assert page.evaluate(KEPT) == 2
    page.get_by_role("button", name=person.name).click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Password").wait_for()

    assert page.evaluate(KEPT) == 1
