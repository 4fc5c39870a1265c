from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from deployments.models import Agent
from tests.pipeline.suite.vocabulary import with_cases


@pytest.fixture(scope="module")
def told(told_once: Callable[..., Any]) -> Agent:
    made: Agent = told_once(with_cases)
    return made


@pytest.fixture
def agent(told: Agent) -> Agent:
    """The module's; what one test has read of it is not there for the next."""
    return Agent.objects.get(pk=told.pk)
