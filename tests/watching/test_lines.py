"""The log as programs read it: one object a line, and whoever reads it learns no secret and no name."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from deployments.pipeline.passwords import make_reset_link
from deployments.pipeline.talk_links import change_talk_link
from deployments.views.calling import talking
from deployments.watching.lines import AsJson, Tidied, configuration
from tests.vocabulary import a_person, admin_of, an_actor, an_agent, environment, live

pytestmark = pytest.mark.django_db

PASSWORD = "seven tall ships"


@pytest.fixture
def written() -> Iterator[StringIO]:
    """All that anything of the process says, as the console would have it."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(AsJson())
    handler.addFilter(Tidied())
    names = [None, "slipway", "django.request", "django"]
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in names]
    for logger, _ in before:
        logger.setLevel(logging.INFO)
    before[0][0].addHandler(handler)
    yield text
    before[0][0].removeHandler(handler)
    for logger, level in before:
        logger.setLevel(level)


def lines(written: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_no_secret_and_no_name_is_in_the_log(written: StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = an_agent()
    live(agent)
    workspace, person = agent.workspace, a_person(name="Wilhelmina Ziegler", password=PASSWORD)
    workspace.memberships.create(person=person, role="admin")
    client = Client(raise_request_exception=False)
    secrets = [PASSWORD, person.email, person.name, agent.slug, agent.name]

    signed_in = client.post(reverse("sign-in"), {"email": person.email, "password": PASSWORD})
    wrong = Client().post(reverse("sign-in"), {"email": person.email, "password": PASSWORD[::-1]})
    secrets += [PASSWORD[::-1], client.cookies["sessionid"].value]
    every = {"may": "all", "where": "all"}
    key = shown(client, reverse("new-key", args=[workspace.slug]), "key", name="CI", **every)
    Client().get(f"/v1/agents/{agent.slug}/deployments?token=in-the-query", headers={"x-api-key": key})
    hook = {"address": "https://ci.example/hook/of-mine", "tells": ["promoted"]}
    secret = shown(client, reverse("new-webhook", args=[workspace.slug]), "secret", **hook)
    token = change_talk_link(
        environment(agent, "live"), is_on=True, sites=(), turns_a_day=5, by=an_actor(agent, person)
    ).token
    talked = client.get(reverse("talk", args=[token]))
    reset = make_reset_link(admin_of(workspace), by=None)
    client.get(reverse("reset", args=[reset]))
    monkeypatch.setattr(talking, "_page", lambda *about, **more: 1 / 0)
    failed = client.get(reverse("talk", args=[token]))
    secrets += [key, "in-the-query", secret, "of-mine", token, reset]

    assert (signed_in.status_code, wrong.status_code) == (302, 422)
    assert (talked.status_code, failed.status_code) == (200, 500)
    assert [secret for secret in secrets if secret in written.getvalue()] == []
    told = lines(written)
    known = {line["message"] for line in told}
    assert {"GET talk/<token:token>/ 200", "GET talk/<token:token>/ 500", "GET reset/<token:token>/ 200"} <= known
    [page] = [line for line in told if line["message"].startswith("POST") and "keys" in line["message"]]
    assert page["person"] == person.pk
    assert {"at", "level", "logger", "request_id", "milliseconds", "status"} <= page.keys()
    assert [line["key"] for line in told if line.get("key")]
    [cause] = [line for line in told if "traceback" in line]
    assert "ZeroDivisionError" in cause["traceback"]
    assert cause["request_id"] in failed.text


def shown(client: Client, form: str, field: str, **typed: Any) -> str:
    """The secret that a page shows once after this was sent."""
    page = client.get(form).text
    expires = re.search(r'name="expires_on"[^>]*value="([^"]+)"', page)
    answer = client.post(form, typed | ({"expires_on": expires[1]} if expires else {}))
    found = re.search(rf'id="{field}" value="([^"]+)"', answer.text)
    assert found, answer.text
    return found[1]


def test_a_database_that_is_away_is_one_line_without_a_traceback(written: StringIO) -> None:
    try:
        raise OperationalError("connection failed: Connection refused")
    except OperationalError:
        logging.getLogger("django.request").exception("GET none failed")

    [line] = lines(written)
    assert line["message"] == "GET none failed: connection failed: Connection refused"
    assert "traceback" not in line


def test_a_request_refused_for_its_shape_is_one_line_without_a_traceback(written: StringIO) -> None:
    assert Client(HTTP_HOST="elsewhere.example").get("/sign-in/").status_code == 400

    refused = [line for line in lines(written) if line["logger"] == "django.security.DisallowedHost"]
    assert refused
    assert "elsewhere.example" in refused[0]["message"]
    assert not any("traceback" in line for line in lines(written))


@pytest.mark.parametrize(("as_json", "level"), [(True, "INFO"), (False, "WARNING")])
def test_as_json_each_request_has_its_line(as_json: bool, level: str) -> None:
    made = configuration(as_json=as_json)

    assert made["loggers"]["slipway"]["level"] == level
    assert made["handlers"]["console"]["filters"] == ["addresses"]
