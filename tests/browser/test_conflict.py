"""Two people in one resource, and a session that ends under somebody's hands: nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from deployments.models import Agent, Person, Role, Session
from tests.serving import Site
from tests.vocabulary import FILES, a_person, an_agent, live

NOTES = "notes/plan.txt"
TEXT = "Open at nine.\nAsk for the booking.\nName the pier.\nName the gate.\nSay goodbye.\n"


def a_desk(names: list[str]) -> tuple[list[Person], Agent]:
    agent = an_agent(files={**FILES, NOTES: TEXT.encode()})
    live(agent)
    return [a_person(Role.EDITOR, agent.workspace, name=name, password="ferry at nine") for name in names], agent


def test_two_people_change_one_text_and_both_changes_are_kept(
    site: Site, visitor: Callable[..., Page], axe_in_both_schemes: Callable[[Page], list[str]]
) -> None:
    (ana, ben), agent = site.told(a_desk, ["Ana Almeida", "Ben Birch"])
    hers, his = visitor(ana), visitor(ben)
    for page in (hers, his):
        page.goto(f"/agents/{agent.slug}/draft/edit/{NOTES}")
    hers.get_by_label("Text").fill(TEXT.replace("at nine", "at eight").replace("Say goodbye", "Wish a good trip"))
    hers.get_by_role("button", name="Save in the draft").last.click()
    hers.get_by_text("is saved in the draft.").wait_for()

    his.get_by_label("Text").fill(TEXT.replace("at nine", "at ten").replace("the pier", "the pier and its lights"))
    his.get_by_role("button", name="Save in the draft").last.click()

    expect(his.get_by_role("alert")).to_contain_text("Ana Almeida saved this since you opened it")
    both = his.get_by_role("region", name="both texts")
    expect(both).to_contain_text("Open at eight.")
    expect(both).to_contain_text("Open at ten.")
    assert axe_in_both_schemes(his) == []
    his.set_viewport_size({"width": 320, "height": 900})
    assert his.evaluate("document.documentElement.scrollWidth") <= 320
    his.get_by_role("button", name="Use theirs").press("Enter")
    his.get_by_text("holds their text").wait_for()
    his.get_by_role("button", name="Put both together").press("Enter")
    his.get_by_text("holds both texts put together").wait_for()
    expect(his.get_by_role("textbox", name="Text")).to_have_value(
        "Open at ten.\nAsk for the booking.\nName the pier and its lights.\nName the gate.\nWish a good trip.\n"
    )
    his.get_by_role("button", name="Save in the draft").last.click()
    expect(his.get_by_role("status")).to_contain_text("is saved in the draft.")


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in_again(
    site: Site, visitor: Callable[..., Page]
) -> None:
    (ben,), agent = site.told(a_desk, ["Ben Birch"])
    page = visitor(ben)
    where = f"/agents/{agent.slug}/draft/edit/{NOTES}"
    page.goto(where)
    page.get_by_label("Text").fill("Typed while nobody looked.\n")
    site.told(lambda: Session.objects.all().delete())
    page.get_by_role("button", name="Save in the draft").last.click()
    page.get_by_label("E-mail").fill(ben.email)
    page.get_by_label("Password").fill("ferry at nine")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)

    page.goto(where)
    page.get_by_role("button", name="Put it back").click()

    expect(page.get_by_label("Text")).to_have_value("Typed while nobody looked.\n")
    page.get_by_role("button", name="Save in the draft").last.click()
    expect(page.get_by_role("status")).to_contain_text("is saved in the draft.")
