"""What is told of an agent with test cases."""

from __future__ import annotations

from typing import Any

import pytest

from deployments import pipeline
from deployments.models import Agent, Run
from deployments.pipeline import Chosen, Refused
from tests.vocabulary import (
    FILES,
    a_case,
    an_actor,
    an_agent,
    environment,
    live,
)

CASES = {**a_case("Bags", "How many bags?"), **a_case("Pier", "Where is the pier?"), **a_case("Skis", "Skis?")}


def with_cases() -> Agent:
    """An agent with three test cases, live."""
    agent = an_agent(files={**FILES, **CASES})
    live(agent)
    return agent


def started(agent: Agent, against: Any = None, **chosen: Any) -> Run:
    return pipeline.start_run(agent, against or environment(agent, "sandbox"), Chosen(**chosen), by=an_actor(agent))


def refused(act: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as raised:
        act(*args, **kwargs)
    return raised.value.code
