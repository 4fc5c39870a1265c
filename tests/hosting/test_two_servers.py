"""Several web servers on one PostgreSQL, as on several machines: what happens through one is so at the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pytest_django import DjangoDbBlocker

from deployments.models import Agent, Deployment, Role
from tests.api.asking import a_key
from tests.hosting.processes import eventually
from tests.ports import a_free_port
from tests.serving import Serving, Site, serving_beside
from tests.vocabulary import an_agent, live, published

FIGURES = "for-figures-0123456789"


@pytest.fixture
def two(
    django_db_blocker: DjangoDbBlocker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Site, Site]]:
    monkeypatch.setenv("SLIPWAY_METRICS_KEY", FIGURES)
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    with serving_beside("two_servers", first, django_db_blocker) as one:
        other = Site(f"http://127.0.0.1:{a_free_port()}", one.site.beside, django_db_blocker)
        with Serving(other, "two_servers", second, workers=2):
            yield one.site, other


def a_promotable() -> tuple[Agent, Deployment, str]:
    agent = an_agent()
    live(agent)
    allowed = ["delivery:read", "deployments:read", "deployments:write"]
    return agent, published(agent), a_key(agent, Role.ADMIN, permissions=allowed)[1]


def test_a_promotion_through_one_server_is_told_at_once_by_the_other(two: tuple[Site, Site]) -> None:
    one, other = two
    agent, placed, key = one.told(a_promotable)
    headers = {"x-api-key": key}
    state = f"{other.address}/delivery/v1/agents/{agent.slug}/pre-release"

    with httpx.stream("GET", f"{state}/stream", headers=headers, timeout=30) as stream:
        told = (line.removeprefix("id: ") for line in stream.iter_lines() if line.startswith("id: "))
        before = next(told)
        # Asked as often as both workers of it surely remember what stands there.
        remembered = {httpx.get(state, headers=headers).json()["deployment"] for _ in range(8)}
        promoted = httpx.post(
            f"{one.address}/v1/agents/{agent.slug}/deployments/{placed.pk}/promote",
            headers=headers,
            json={"targetEnvironment": "pre-release", "deploymentMessage": "Through the other"},
        )
        after = next(told)
        figures = figures_of(other)

    assert promoted.status_code == 200, promoted.text
    assert remembered == {before}
    assert after != before
    # The stream's own worker knows; the other one of it hears as soon.
    assert eventually(lambda: {httpx.get(state, headers=headers).json()["deployment"] for _ in range(8)} == {after}, 5)
    assert httpx.get(state, headers=headers).json()["version"] == placed.version.hash
    assert figures["slipway_streams"] == 1
    # Both of its workers count together.
    answered = 'slipway_requests_total{method="GET",route="healthz",status="200"}'
    began = figures_of(other)[answered]
    for _ in range(20):
        httpx.get(f"{other.address}/healthz")
    assert figures_of(other)[answered] == began + 20


def figures_of(site: Site) -> dict[str, float]:
    text = httpx.get(f"{site.address}/metrics", headers={"authorization": f"Bearer {FIGURES}"}).text
    return {name: float(value) for name, value in re.findall(r"^(slipway_\S+) (\S+)$", text, re.MULTILINE)}
