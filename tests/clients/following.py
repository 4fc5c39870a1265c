"""A server of our own that is followed, and what is said of a follower."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker
from slipway_client import Follower, follower

from deployments.models import Agent
from tests.api.asking import a_key
from tests.hosting.processes import eventually
from tests.serving import Serving, serving_beside
from tests.vocabulary import an_agent, live


@pytest.fixture(scope="package")
def serving(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server of our own, since it is killed."""
    with serving_beside(f"clients_{os.getpid()}", tmp_path_factory.mktemp("site"), django_db_blocker) as serving:
        yield serving


@pytest.fixture
def agent(serving: Serving) -> Agent:
    agent = serving.site.told(an_agent)
    serving.site.told(live, agent)
    return agent


@pytest.fixture
def follows(
    serving: Serving, agent: Agent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Follower]]:
    monkeypatch.setattr(follower, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(follower, "POLLED_EVERY", 0.3)
    key = serving.site.told(a_key, agent, permissions=["delivery:read"])[1]
    started: list[Follower] = []

    def follow(runtime: str = "voice-1", **about: Any) -> Follower:
        made = Follower(
            serving.site.address,
            agent=agent.slug,
            environment="live",
            key=key,
            folder=tmp_path / "kept",
            runtime=runtime,
            **about,
        )
        started.append(made)
        return made.start()

    yield follow

    for each in started:
        each.stop()


def serves(follower: Follower, version: str) -> bool:
    return eventually(lambda: follower.current.version == version, 30)
