"""A runtime says which version it serves: by whom it may, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deployments.models import Runtime
from tests.api.asking import refused
from tests.delivery.asking import Asking, a_runtime
from tests.vocabulary import an_agent, live

pytestmark = pytest.mark.django_db


def says(asking: Asking, agent: str, version: str, runtime: str = "voice-1", environment: str = "live") -> Any:
    body = json.dumps({"runtime": runtime, "version": version})
    return asking.send("POST", f"/agents/{agent}/{environment}/acknowledgements", body)


def test_what_a_runtime_serves_is_written_down_and_once() -> None:
    agent = an_agent()
    placed = live(agent)
    asking = a_runtime(agent)

    first = says(asking, agent.slug, placed.version.hash)
    again = says(asking, agent.slug, placed.version.hash)

    said = first.json()
    assert (said["runtime"], said["version"], said["environment"]) == ("voice-1", placed.version.hash, "live")
    assert again.json() == said
    assert Runtime.objects.get().version == placed.version


@pytest.mark.parametrize(
    "body",
    [
        *("", "no", "[]", "{}", '"a"', "[" * 100_000, '{"runtime": "a"}', '{"runtime": 1, "version": "a"}'),
        *('{"runtime": "\\ud800"}', '{"runtime": "a", "version": "\\ud800"}', '{"runtime": "a", "version": "\\u0000"}'),
    ],
)
def test_what_is_no_acknowledgement_is_refused_in_words(body: str) -> None:
    agent = an_agent()
    live(agent)

    response = a_runtime(agent).send("POST", f"/agents/{agent.slug}/live/acknowledgements", body)

    refused(response, 400, "SCHEMA_VALIDATION_FAILED")
    assert not Runtime.objects.exists()


def test_what_is_not_there_cannot_be_served() -> None:
    agent, other = an_agent(), an_agent()
    placed, theirs = live(agent), live(other)
    asking = a_runtime(agent)

    refused(says(asking, agent.slug, theirs.version.hash), 404, "VERSION_NOT_FOUND")
    refused(says(asking, other.slug, theirs.version.hash), 404, "PROJECT_NOT_FOUND")
    refused(says(asking, agent.slug, placed.version.hash, environment="night"), 404, "ENVIRONMENT_NOT_FOUND")
    refused(says(asking, agent.slug, placed.version.hash, runtime=""), 400, "SCHEMA_VALIDATION_FAILED")
    assert not Runtime.objects.exists()


def test_only_a_key_that_reads_what_is_delivered_speaks_for_a_runtime() -> None:
    agent = an_agent()
    placed = live(agent)

    refused(says(Asking(None), agent.slug, placed.version.hash), 401, "AUTH_USER_UNAUTHORISED")
    barred = a_runtime(agent, permissions=["content:write"])
    refused(says(barred, agent.slug, placed.version.hash), 403, "USER_ACCESS_FORBIDDEN")
    elsewhere = a_runtime(agent, agents=[an_agent(agent.workspace)])
    refused(says(elsewhere, agent.slug, placed.version.hash), 403, "USER_ACCESS_FORBIDDEN")
