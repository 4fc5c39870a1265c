"""What is told of an agent with test cases, and how its pages are read."""

from __future__ import annotations

import re
from typing import Any

from django.urls import reverse
from django.utils.html import strip_tags

from deployments import pipeline
from deployments.models import Agent, Role, Run
from deployments.pipeline import Chosen
from tests.signing_in import a_client
from tests.vocabulary import (
    FILES,
    a_case,
    an_actor,
    an_agent,
    environment,
    live,
)

NAMES = ("Bags", "Pier", "Skis")
CASES = {path: text for name in NAMES for path, text in a_case(name, f"{name}?").items()}
MOST = 15


def with_cases(**more: bytes) -> Agent:
    """An agent with three test cases, live."""
    agent = an_agent(files={**FILES, **CASES, **more})
    live(agent)
    return agent


def started(agent: Agent, where: Any = "sandbox", **chosen: Any) -> Run:
    against = environment(agent, where) if isinstance(where, str) else where
    return pipeline.start_run(agent, against, Chosen(**chosen), by=an_actor(agent))


def words(answer: Any) -> str:
    middle = re.sub(r"<head>.*?</head>|<nav class=.sidebar.*?</nav>", "", answer.text, flags=re.S)
    return " ".join(strip_tags(middle).split())


def seen(agent: Agent, name: str, *args: Any, role: Role = Role.ADMIN, **query: Any) -> str:
    answer = a_client(agent, role).get(reverse(name, args=[agent.slug, *args]), query)
    assert answer.status_code == 200
    return words(answer)
