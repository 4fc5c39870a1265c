"""Webhooks in a browser: each page as axe and a small screen see it, and a webhook made from the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from deployments.models import Delivery, Person
from deployments.pipeline.webhooks.calling import Outcome
from deployments.pipeline.webhooks.delivering import settle
from tests.serving import Site
from tests.vocabulary import a_webhook, a_workspace, admin_of, an_agent, live, rolled_back

Visitor = Callable[..., Page]
Looking = Callable[[Person, str], Page]
Desk = tuple[Person, dict[str, object]]

LONG = "https://ci.example/" + "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk" * 3
PAGES = {
    "webhooks": "/workspaces/{slug}/webhooks/",
    "no webhooks": "/workspaces/{empty}/webhooks/",
    "new webhook": "/workspaces/{slug}/webhooks/new/",
    "a webhook": "/workspaces/{slug}/webhooks/{webhook}/",
    "a webhook switched off": "/workspaces/{slug}/webhooks/{off}/",
    "rotate": "/workspaces/{slug}/webhooks/{webhook}/rotate/",
    "a delivery": "/workspaces/{slug}/webhooks/{webhook}/deliveries/{failed}/",
}


def a_desk() -> Desk:
    agent = an_agent(name="Night ferry")
    workspace, now = agent.workspace, timezone.now()
    webhook, _ = a_webhook(workspace, "https://ci.example/hooks/slipway")
    off, _ = a_webhook(workspace, LONG)
    live(agent)
    live(agent)
    rolled_back(agent, "live")
    sent = list(Delivery.objects.filter(webhook=webhook).order_by("pk"))
    for delivery in sent[:4]:
        settle(delivery.pk, 1, Outcome(204, 38), now)
    settle(sent[4].pk, 1, Outcome(500, 912, "<html>Internal server error</html>\n" * 30), now)
    settle(sent[5].pk, 1, Outcome(None, 10_000, problem="No answer within 10 seconds."), now)
    settle(Delivery.objects.filter(webhook=off)[0].pk, 1, Outcome(410, 40), now)
    empty = a_workspace()
    empty.memberships.create(person=admin_of(workspace), role="admin")
    words = {"slug": workspace.slug, "empty": empty.slug, "webhook": webhook.pk, "off": off.pk, "failed": sent[4].pk}
    return admin_of(workspace), words


@pytest.fixture(scope="module")
def desk(site: Site) -> Desk:
    return site.told(a_desk)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_wrong_and_nothing_scrolls_sideways(
    name: str, desk: Desk, looking: Looking, axe_in_both_schemes: Callable[[Page], list[str]]
) -> None:
    page = looking(desk[0], PAGES[name].format(**desk[1]))

    assert axe_in_both_schemes(page) == []
    for width in (320, 390, 768):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_webhook_is_made_from_the_keyboard_and_rotated_in_a_dialog(desk: Desk, visitor: Visitor) -> None:
    page = visitor(desk[0])
    page.goto(PAGES["no webhooks"].format(**desk[1]))

    page.get_by_role("link", name="New webhook").press("Enter")
    page.get_by_label("Address").fill("https://ci.example/hook")
    page.get_by_role("checkbox", name="Refused").press("Space")
    page.get_by_label("Address").press("Enter")
    first = page.get_by_label("Secret").input_value()
    page.get_by_role("link", name="Done").press("Enter")
    page.get_by_role("link", name="Rotate the secret").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Rotate").press("Enter")

    expect(page.get_by_role("heading", name="Secret of the webhook")).to_be_visible()
    assert first.startswith("whsec_")
    assert page.get_by_label("Secret").input_value() not in {"", first}
