from __future__ import annotations

import re

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client
from pytest_django import Settings

from tests.vocabulary import an_agent, live

pytestmark = pytest.mark.django_db
KEY = "for-figures-0123456789"


def figure(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, text
    return float(found[1])


def test_without_a_key_in_the_settings_there_are_no_figures(client: Client) -> None:
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("sent", [{}, {"authorization": "Bearer wrong"}, {"authorization": KEY}])
def test_another_key_opens_nothing(client: Client, settings: Settings, sent: dict[str, str]) -> None:
    settings.METRICS_KEY = KEY

    answer = client.get("/metrics", headers=sent)

    assert (answer.status_code, "slipway_" in answer.text) == (401, False)


def test_figures_tell_of_requests_and_of_the_installation(client: Client, settings: Settings) -> None:
    settings.METRICS_KEY = KEY
    agent = an_agent()
    live(agent)
    asked = {"authorization": f"Bearer {KEY}"}
    client.get("/healthz")
    before = client.get("/metrics", headers=asked).text

    client.get("/healthz")
    async_to_sync(AsyncClient().get)("/healthz")  # as what waits on the event loop is asked
    client.get(f"/agents/{agent.slug}/no-such-page/")
    after = client.get("/metrics", headers=asked).text

    alive = 'slipway_requests_total{method="GET",route="healthz",status="200"}'
    assert figure(after, alive) == figure(before, alive) + 2
    assert 'slipway_requests_total{method="GET",route="none",status="404"}' in after
    assert figure(after, 'slipway_request_seconds_count{route="healthz"}') >= 2
    assert agent.slug not in after
    assert figure(after, "slipway_database_up") == 1
    assert figure(after, "slipway_workers") == 0
    assert figure(after, 'slipway_database_connections{state="active"}') >= 1
    assert {"slipway_placements_total", "slipway_turns_total", "slipway_streams"} <= {
        line.split("{")[0].split(" ")[0] for line in after.splitlines()
    }
