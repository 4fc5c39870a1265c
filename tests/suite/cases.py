"""Cases written as their files, and held: with the offline engine, or with a model that says what a test tells it."""

from __future__ import annotations

import asyncio
import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from deployments.runtime.engine import Engine
from deployments.runtime.models import models_from
from deployments.runtime.playbook import Playbook
from deployments.runtime.sandbox.running import Sandbox
from deployments.runtime.scene import Asker
from deployments.suite import Case, Identity, Result, Verdict, as_json, cases_in, hold, read
from tests.runtime.agents import PIER, playbook

BEGAN = datetime(2026, 1, 15, 22, 30, tzinfo=UTC)
IDENTITY = Identity(env="sandbox", account_id="a-1", project_id="p-1", version="abc")
CABIN_STEP = {
    "agent_settings/rules.txt": """
        To begin boarding, call {{fn:board}}. To end, call {{fn:leave_pier}}.
        For lost skis, call {{fn:desk}}. To tell whether it is wet, call {{fn:weather}}.
        """,
    "functions/board.py": """
        @func_description("Take a passenger on board.")
        def board(conv: Conversation):
            conv.goto_flow("Board ship")
        """,
    "functions/desk.py": """
        @func_description("Gives lost skis to the people at the pier.")
        def desk(conv: Conversation):
            conv.functions.note_lost("skis", pairs=2)
            conv.call_handoff("front_desk", reason="skis")
            return {"utterance": "I put you through."}
        """,
    "functions/weather.py": """
        @func_description("Tells whether it is wet at the pier.")
        def weather(conv: Conversation):
            conv.functions.ask_pier(wet=True)
            return {"utterance": "It is wet."}
        """,
    "functions/ask_pier.py": """
        @func_description("Asks the pier.")
        @func_parameter("wet", "Whether it is wet")
        def ask_pier(conv: Conversation, wet: bool):
            return "Wet."
        """,
    "functions/note_lost.py": """
        @func_description("Notes what was lost.")
        @func_parameter("what", "What it is")
        @func_parameter("pairs", "How many pairs")
        def note_lost(conv: Conversation, what: str, pairs: int):
            conv.state.lost = what
            return "Noted."
        """,
    "functions/leave_pier.py": """
        @func_description("The passenger says goodbye.")
        def leave_pier(conv: Conversation):
            conv.state.bags = 2
            return {"utterance": "Fair winds!", "hangup": True}
        """,
}


def pier(**functions: str) -> Playbook:
    """The smallest agent: luggage, a hand-off, a flow that finds a cabin, a goodbye."""
    return playbook({**PIER, **CABIN_STEP}, **functions)


def case(text: str = "", **ours: Any) -> Case:
    """Of a file with these keys beside the usual ones; `ours` stand under `slipway`, written as JSON."""
    usual = {"name": "Skis", "scenario": "You bring skis.", "channel": "webchat", "language": "en-US"}
    given = textwrap.dedent(text).strip("\n")
    lines = [f"{key}: {value}" for key, value in usual.items() if f"\n{key}:" not in f"\n{given}"]
    lines.append(given)
    if ours:
        lines.append("slipway: " + json.dumps(ours))
    (read_case,) = cases_in({"test_suite/skis.yaml": "\n".join(lines).encode() + b"\n"})
    return read_case


def held(sandbox: Sandbox, book: Playbook, one: Case, model: Asker | None = None, **more: Any) -> Result:
    """Through JSON, as a result is kept."""
    engine = Engine(sandbox, model or models_from(""))
    return read(as_json(asyncio.run(hold(engine, book, one, **{"identity": IDENTITY, "began": BEGAN, **more}))))


def expects(check: str, **more: Any) -> Mapping[str, Any]:
    return {"check": check, **more}


def only(result: Result) -> Verdict:
    (verdict,) = result.verdicts
    return verdict


def without_times(result: Result) -> Result:
    turns = [
        replace(
            turn,
            began=BEGAN,
            seconds=0.0,
            functions=[replace(run, seconds=0.0) for run in turn.functions],
            requests=[replace(request, seconds=0.0) for request in turn.requests],
        )
        for turn in result.turns
    ]
    return replace(result, seconds=0.0, turns=turns)


def said(result: Result) -> Sequence[str]:
    return [turn.said for turn in result.turns]


def heard(result: Result) -> Sequence[str | None]:
    return [turn.heard for turn in result.turns[1:]]
