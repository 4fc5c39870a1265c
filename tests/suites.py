"""What is told of the test suite: cases, sets and runs, and an agent that has some."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from deployments import pipeline
from deployments.models import Agent, CaseSet, Run
from deployments.pipeline.suite.claiming import claim_cases, record_case
from deployments.suite.results import Result, as_json
from tests.vocabulary import FILES, a_turn, an_actor, an_agent, environment, live


def a_case(name: str, *turns: str, **fields: Any) -> dict[str, bytes]:
    """The file of a test case: these words of a caller, and `fields` of its file beside them."""
    told = {"name": name, "scenario": f"Ask: {name}", "channel": "webchat", "language": "en-GB"} | fields
    told["slipway"] = {"turns": list(turns)} | told.get("slipway", {})
    return {f"test_suite/{name.lower().replace(' ', '_')}.yaml": json.dumps(told, indent=1).encode()}


def a_set(agent: Agent, name: str = "Smoke", *cases: str, **options: Any) -> CaseSet:
    """A test set of the cases of these names; without any, of every case."""
    paths = [path for case in cases for path in a_case(case)]
    said = pipeline.SetOptions(name=name, cases=paths, everything=not cases, **options)
    return pipeline.create_set(agent, said, by=an_actor(agent))


def a_result(status: str, *said: tuple[str | None, str], **about: Any) -> dict[str, Any]:
    """What is kept of a case that was held: what the caller said each time (None: nothing yet) and the answer."""
    turns = [a_turn(heard, reply) for heard, reply in said]
    return as_json(Result(status=status, turns=turns, engine="offline", **about))  # type: ignore[arg-type]


def ran(
    run: Run, *, at: datetime | None = None, told: Mapping[str, dict[str, Any]] | None = None, **results: str
) -> Run:
    """The run with these results of its cases, by name with _ for a space; those not named passed.

    `told`: what is kept of a case, by its name.
    """
    at = at or timezone.now()
    while taken := claim_cases(run.pk, 10, at):
        for row in taken:
            status = results.get(row.name.replace(" ", "_"), "passed")
            kept = (told or {}).get(row.name, {})
            reason = str(kept.get("reason", ""))
            record_case(row, status=status, reason=reason, seconds=0.1, told=kept, at=at)
    return Run.objects.get(pk=run.pk)


NAMES = ("Bags", "Pier", "Skis")
CASES = {path: text for name in NAMES for path, text in a_case(name, f"{name}?").items()}


def with_cases(**more: bytes) -> Agent:
    """An agent with three test cases, live."""
    agent = an_agent(files={**FILES, **CASES, **more})
    live(agent)
    return agent


def started(agent: Agent, where: Any = "sandbox", **chosen: Any) -> Run:
    against = environment(agent, where) if isinstance(where, str) else where
    return pipeline.start_run(agent, against, pipeline.Chosen(**chosen), by=an_actor(agent))


def told_in_a_module(make: Callable[[], Agent]) -> tuple[Any, Any]:
    """The fixtures `told` and `agent`: made once for a module's tests, and what one of them has read of it is not there
    for the next.
    """

    @pytest.fixture(scope="module")
    def told(told_once: Callable[..., Any]) -> Agent:
        made: Agent = told_once(make)
        return made

    @pytest.fixture
    def agent(told: Agent) -> Agent:
        return Agent.objects.get(pk=told.pk)

    return told, agent


told, agent = told_in_a_module(with_cases)
