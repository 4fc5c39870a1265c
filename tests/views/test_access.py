"""What holds for every address: nobody from elsewhere, nobody signed out, no write by GET, no traceback."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from config import urls as site
from deployments import urls
from deployments.models import Role
from deployments.pipeline import send_test
from tests.vocabulary import a_person, a_webhook, a_workspace, an_actor, an_agent, live

pytestmark = pytest.mark.django_db

PUBLIC = {"sign-in", "join", "reset", "healthz", "readyz"}
POST_ONLY = {"agent-restoration", "comparison-viewed", "presence", "webhook-switch", "webhook-test", "redelivery"}
OWN = {"sign-out", "account", "sign-out-everywhere", "agents"}
PATTERNS = [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]
SCOPED = [pattern for pattern in PATTERNS if pattern.name not in PUBLIC | OWN]


def address(pattern: URLPattern) -> str:
    """This pattern's address for an agent with everything in it, that belongs to other people."""
    agent = an_agent()
    placed = live(agent)
    webhook, _ = a_webhook(agent.workspace)
    words = {
        "slug": agent.slug if str(pattern.pattern).startswith("agents/") else agent.workspace.slug,
        "environment": "live",
        "to": "live",
        "deployment": placed.pk,
        "digits": 442079460018,
        "ref": placed.version.short,
        "left": "live",
        "right": "sandbox",
        "event": agent.events.latest("pk").pk,
        "member": agent.workspace.memberships.get().pk,
        "agent_id": agent.pk,
        "path": "agent_settings/rules.txt",
        "kept": 1,
        "change": 1,
        "key": 1,
        "webhook": webhook.pk,
        "delivery": send_test(webhook, by=an_actor(agent)).pk,
        "item": "none",
    }
    converters = pattern.pattern.converters
    return reverse(pattern.name, kwargs={name: words[name] for name in converters})


@pytest.mark.parametrize("pattern", SCOPED, ids=lambda pattern: pattern.name)
def test_what_belongs_to_others_is_a_404_as_if_it_did_not_exist(pattern: URLPattern) -> None:
    elsewhere = address(pattern)
    client = Client()
    client.force_login(a_person(Role.ADMIN, a_workspace()))

    assert client.post(elsewhere).status_code in {404, 405}
    if pattern.name not in POST_ONLY:
        assert client.get(elsewhere).status_code == 404


@pytest.mark.parametrize("pattern", SCOPED, ids=lambda pattern: pattern.name)
def test_signed_out_every_page_leads_to_the_door(pattern: URLPattern) -> None:
    answer = Client().get(address(pattern))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("name", ["publication", "discard", "draft-import", "agent-settings", "agent-deletion"])
def test_a_write_without_its_token_is_refused_in_words(name: str) -> None:
    agent = an_agent()
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_person(Role.ADMIN, agent.workspace))

    answer = client.post(reverse(name, args=[agent.slug]))

    assert answer.status_code == 403
    assert "too old" in answer.text


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
