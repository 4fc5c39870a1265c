"""What is active is answered from memory, and read once after a placement."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from deployments.delivery import streams
from deployments.delivery.door import Door
from deployments.delivery.places import remember_place, remembered_place
from deployments.models import Agent
from tests.delivery.streaming import Line, does, plays
from tests.vocabulary import live

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_active_is_answered_from_memory_until_something_is_placed(agent: Agent, key: str) -> None:
    first = live(agent)

    async def story(door: Door) -> None:
        async def asked(known: str = "", text: str = key) -> list[dict[str, Any]] | None:
            sent: list[dict[str, Any]] = []
            headers = [(b"x-api-key", text.encode()), (b"if-none-match", known.encode())]
            path = f"/delivery/v1/agents/{agent.slug}/live"
            scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}

            async def send(message: Any) -> None:
                sent.append(dict(message))

            return sent if await door.answers(scope, send, send) else None  # type: ignore[arg-type]

        assert await asked() is None
        async with Line(door, agent.slug, key) as line:
            await line.opened()
            await line.told()
            whole, same = await asked(), await asked(f'"{first.pk}"')
            assert whole
            assert json.loads(whole[1]["body"])["deployment"] == str(first.pk)
            assert same
            assert same[0]["status"] == 304
            assert await asked(text="slp_wrong") is None
            await does(live, agent)
            await line.told()
            again = await asked(f'"{first.pk}"')
            assert again
            assert again[0]["status"] == 200

    plays(story)


def test_what_all_ask_for_after_a_placement_is_read_once(
    agent: Agent, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(agent)
    reads = []

    def reading(*about: str) -> None:
        reads.append(about)
        remember_place(*about)

    async def story(door: Door) -> None:
        async def asked() -> dict[str, Any]:
            sent: list[dict[str, Any]] = []
            path = f"/delivery/v1/agents/{agent.slug}/live"
            scope = {"type": "http", "method": "GET", "path": path, "headers": [(b"x-api-key", key.encode())]}

            async def send(message: Any) -> None:
                sent.append(dict(message))

            assert await door.answers(scope, send, send)  # type: ignore[arg-type]
            said: dict[str, Any] = json.loads(sent[1]["body"])
            return said

        async with Line(door, agent.slug, key) as line:
            await line.opened()
        placed = await does(live, agent)
        while remembered_place(agent.slug, "live"):
            await asyncio.sleep(0.01)
        monkeypatch.setattr(streams, "remember_place", reading)
        told = await asyncio.gather(*(asked() for _ in range(20)))
        assert {each["deployment"] for each in told} == {str(placed.pk)}
        assert len(reads) == 1

    plays(story)
