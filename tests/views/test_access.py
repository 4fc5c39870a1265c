"""What holds for every address: nobody from elsewhere, nobody signed out, no write by GET, no traceback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from config import urls as site
from deployments import pipeline
from deployments.models import Agent, Event, Membership, Role
from tests.addresses import FORMS, Desk, a_desk, routes
from tests.signing_in import a_client
from tests.vocabulary import a_person, a_workspace, admin_of, an_actor, an_agent, live

pytestmark = pytest.mark.django_db

PUBLIC = {
    "sign-in", "join", "reset", "healthz", "readyz", "metrics", "talk", "talked", "talk-said", "talk-turns",
    "talk-embed",
}  # fmt: skip
POST_ONLY = {
    "agent-restoration", "comparison-viewed", "conversation-note", "presence", "redelivery", "turn-marks",
    "webhook-switch", "webhook-test", "test-say", "test-turns", "test-end", "test-again",
    "run-cancellation", "run-again", "gates", "conversation-case", "conversation-cases",
    "conversation-views", "conversation-view-opens", "conversation-view-deletion",
}  # fmt: skip
OWN = {"sign-out", "account", "sign-out-everywhere", "agents"}
SCOPED = [route for route in routes() if not route.for_programs and route.name not in PUBLIC | OWN]


@pytest.fixture(scope="module")
def desk(told_once: Callable[..., Any]) -> Desk:
    made: Desk = told_once(a_desk)
    return made


@pytest.fixture(scope="module")
def neighbour(told_once: Callable[..., Any]) -> Desk:
    made: Desk = told_once(a_desk)
    return made


def test_what_belongs_to_others_is_a_404_as_if_it_did_not_exist(desk: Desk) -> None:
    client = a_client(a_person(Role.ADMIN, a_workspace()))
    before = Event.objects.count()

    found = {
        f"{method} {route}": client.generic(method, desk.address(route)).status_code
        for route in SCOPED
        for method in ("GET", "POST")
    }

    open_to_others = {asked: status for asked, status in found.items() if status not in {404, 405}}
    assert open_to_others == {}
    not_asked = [route.name for route in SCOPED if found[f"GET {route}"] == 405 and route.name not in POST_ONLY]
    assert not_asked == []
    assert Event.objects.count() == before


def test_what_belongs_to_another_agent_is_nothing_under_ones_own_even_to_who_may_see_both(
    desk: Desk, neighbour: Desk
) -> None:
    person = admin_of(desk.agent.workspace)
    Membership.objects.create(person=person, workspace=neighbour.agent.workspace, role=Role.VIEWER)
    client = a_client(person)
    before = Event.objects.count()

    found = {
        f"{method} {address}": client.generic(method, address).status_code
        for route in SCOPED
        for address in desk.with_words_of(neighbour, route)
        for method in ("GET", "POST")
    }

    assert len(found) > 100
    assert {asked: status for asked, status in found.items() if status not in {404, 405}} == {}
    assert Event.objects.count() == before


def test_each_of_those_addresses_is_there_for_whom_it_belongs_to(desk: Desk) -> None:
    client = a_client(admin_of(desk.agent.workspace))

    missing = set()
    for route in SCOPED:
        answer = client.get(desk.address(route))
        if answer.streaming:
            answer.getvalue()  # which closes it
        missing |= {route.name} if answer.status_code == 404 else set()

    assert missing == set()


@pytest.mark.parametrize("name", sorted(POST_ONLY))
def test_what_is_only_acted_on_is_there_too(name: str, desk: Desk) -> None:
    if name == "agent-restoration":
        pipeline.delete_agent(Agent.objects.get(pk=desk.agent.pk), typed=desk.agent.slug, by=an_actor(desk.agent))
    [route] = [route for route in SCOPED if route.name == name]

    form = {name: text.format_map(desk.words) for name, text in FORMS.get(name, {}).items()}

    answer = a_client(admin_of(desk.agent.workspace)).post(desk.address(route), form)

    assert answer.status_code not in {404, 405}


def test_signed_out_every_page_leads_to_the_door(desk: Desk) -> None:
    client = Client()

    elsewhere = {
        str(route): answer.status_code
        for route in SCOPED
        if (answer := client.get(desk.address(route))).status_code != 302
        or not answer["Location"].startswith(reverse("sign-in"))
    }

    assert elsewhere == {}


@pytest.mark.parametrize("name", ["publication", "discard", "draft-import", "agent-settings", "agent-deletion"])
def test_a_write_without_its_token_is_refused_in_words(name: str) -> None:
    agent = an_agent()
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_person(Role.ADMIN, agent.workspace))

    answer = client.post(reverse(name, args=[agent.slug]))

    assert answer.status_code == 403
    assert "too old" in answer.text


def test_a_form_sent_after_the_session_ended_is_told_at_the_door_that_it_was_not_done() -> None:
    address = reverse("publication", args=[an_agent().slug])

    at_the_door = Client().post(address, {"description": "Fares"}, follow=True)

    assert "Your session had ended, so nothing was changed." in at_the_door.text
    assert at_the_door.context["next"] == address


def test_pages_say_what_a_browser_may_do_with_them() -> None:
    agent = an_agent()
    client = Client()
    client.force_login(a_person(Role.VIEWER, agent.workspace))

    answer = client.get(reverse("history", args=[agent.slug]))

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert "no-store" in answer["Cache-Control"]
    assert all(cookie["httponly"] and cookie["samesite"] == "Lax" for cookie in client.cookies.values())


def test_a_page_that_is_not_there_says_so_in_the_look_of_the_others(client: Client) -> None:
    client.force_login(a_person())

    answer = client.get("/agents/no-such-agent/history/")

    assert answer.status_code == 404
    assert "Nothing here" in answer.text
    assert "Agent matches" not in answer.text
    assert answer["Cache-Control"] == "private, no-store"


def test_alive_asks_nothing_of_the_database_and_ready_does(client: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert client.get("/healthz").status_code == 200

    assert client.get("/readyz").status_code == 200


def test_an_unknown_deployment_is_a_404() -> None:
    agent = an_agent()
    client = Client()
    client.force_login(a_person(Role.ADMIN, agent.workspace))

    assert client.get(reverse("rollback", args=[agent.slug, "live", uuid4()])).status_code == 404


def test_failures_have_pages_of_ours() -> None:
    assert all(callable(getattr(site, f"handler{status}")) for status in (400, 403, 404, 500))


def test_no_address_with_a_nul_reaches_the_database() -> None:
    agent = an_agent()
    live(agent)
    client = Client()
    client.force_login(a_person(Role.ADMIN, agent.workspace))
    under = f"/agents/{agent.slug}"

    for address in (
        "/talk/a%00b/", "/join/a%00/", f"{under}/resources/a%00b", f"{under}/tests/cases/a%00b",
        f"{under}/draft/edit/a%00b", f"{under}/compare/?left=abcdefabc%00", f"{under}/compare/?right=No/version",
    ):  # fmt: skip
        assert client.get(address).status_code == 404, address
    assert client.get(f"{under}/test/?ref=abcdefabc%00").status_code == 200


@pytest.mark.parametrize("there", ["//elsewhere.example/", "/\\elsewhere.example/"])
def test_a_comparison_leads_back_into_this_site_alone(there: str) -> None:
    agent = an_agent()
    live(agent)
    address = reverse("comparison", args=[agent.slug, "sandbox", "live"])

    page = a_client(a_person(Role.VIEWER, agent.workspace)).get(address, {"from": f"http://testserver{there}"})

    assert page.context["leave"] == reverse("environment", args=[agent.slug, "live"])
