"""Turns a second of the offline engine at 50 conversations at once. Run: python benchmarks/turns.py

The engine alone, nothing stored: each turn has its topics, its prompt, its decision and the functions that it calls,
run in their sandbox.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from pydantic import JsonValue

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deployments.runtime.engine import Engine
from deployments.runtime.models import models_from
from deployments.runtime.playbook import Playbook
from deployments.runtime.sandbox.running import Json, Sandbox
from deployments.runtime.turns import Setting

PROMISE = 50
CONVERSATIONS, ROUNDS = 50, 1
ASKED = [
    "How much luggage may I bring?", "Can I bring my bike?", "yes", "Skarra", "two", "none",
    "I want to book a ferry to Skarra tomorrow", "for two people", "the quarter past nine", "on foot",
]  # fmt: skip
NOON = datetime(2026, 10, 13, 10, 0, tzinfo=UTC)
AGENT = Path(__file__).resolve().parent.parent / "deployments" / "story" / "agents" / "ferry-desk"


class Nowhere:
    def call_api(
        self, integration: str, operation: str, arguments: list[Json], named: dict[str, Json]
    ) -> dict[str, Json]:
        return {"status": 503, "text": "not sent", "headers": {}, "url": ""}

    def get_secret(self, name: str) -> str:
        raise KeyError(name)

    def real_time_config(self) -> Mapping[str, JsonValue]:
        return {}


async def talk(engine: Engine, book: Playbook, setting: Setting) -> int:
    standing, _ = await engine.begin(book, setting, Nowhere(), lambda piece: None)
    for text in ASKED:
        standing, turn = await engine.answer(book, setting, standing, text, Nowhere(), lambda piece: None)
        assert turn.said, text
    return len(ASKED)


async def many(engine: Engine, book: Playbook) -> float:
    setting = Setting(
        id="c", account_id="a", project_id="p", env="sandbox", channel="webchat", channel_type="webchat.polyai",
        began=NOON, frozen=True, seed="s",
    )  # fmt: skip
    await talk(engine, book, setting)
    began, turns = perf_counter(), 0
    for number in range(ROUNDS):
        each = [talk(engine, book, replace(setting, id=f"{number}-{one}")) for one in range(CONVERSATIONS)]
        turns += sum(await asyncio.gather(*each))
    return turns / (perf_counter() - began)


def main() -> None:
    book = Playbook.of({str(path.relative_to(AGENT)): path.read_bytes() for path in AGENT.rglob("*") if path.is_file()})
    with Sandbox(os.cpu_count() or 1) as sandbox:
        speed = asyncio.run(many(Engine(sandbox, models_from("")), book))
    print(f"{speed:.0f} turns a second, {CONVERSATIONS} conversations at once, {os.cpu_count()} processors")
    print(f"promise {PROMISE}{'' if speed >= PROMISE else ', MISSED'}")


if __name__ == "__main__":
    main()
