"""An agent, and a key that may read what is delivered of it."""

from __future__ import annotations

import pytest

from deployments.models import Agent
from tests.api.asking import a_key
from tests.vocabulary import an_agent


@pytest.fixture
def agent() -> Agent:
    return an_agent()


@pytest.fixture
def key(agent: Agent) -> str:
    return a_key(agent, permissions=["delivery:read"])[1]
