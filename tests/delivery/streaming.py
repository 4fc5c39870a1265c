"""Reading a stream while somebody elsewhere acts."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from django.db import connections

from deployments.delivery.door import Door
from deployments.delivery.memory import MEMORY


class Line:
    """One stream, as its reader sees it."""

    def __init__(self, door: Door, agent: str, key: str, last: str | None = None, environment: str = "live") -> None:
        self.door = door
        headers = [(b"x-api-key", key.encode())] + ([(b"last-event-id", last.encode())] if last else [])
        path = f"/delivery/v1/agents/{agent}/{environment}/stream"
        self.scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.takes = asyncio.Event()
        self.takes.set()
        self.left = asyncio.Event()

    async def __aenter__(self) -> Line:
        self.task = asyncio.ensure_future(self.door.answers(self.scope, self._receive, self._send))
        return self

    async def __aexit__(self, *exception: object) -> None:
        self.left.set()
        await asyncio.wait_for(self.task, 5)

    async def message(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.sent.get(), 10)

    async def told(self) -> dict[str, Any]:
        """What the next event says; comments are passed over."""
        while True:
            body = (await self.message()).get("body", b"").decode()
            if body.startswith("event: deployment\n"):
                lines = dict(line.split(": ", 1) for line in body.strip().split("\n"))
                said: dict[str, Any] = json.loads(lines["data"])
                assert lines["id"] == (said["deployment"] or "none")
                return said

    async def told_of_config(self) -> dict[str, Any]:
        while True:
            body = (await self.message()).get("body", b"").decode()
            if body.startswith("event: config\ndata: "):
                values: dict[str, Any] = json.loads(body.partition("data: ")[2])["values"]
                return values

    async def opened(self) -> None:
        assert (await self.message())["status"] == 200

    async def ended(self) -> None:
        await asyncio.wait_for(asyncio.shield(self.task), 10)

    async def _receive(self) -> dict[str, Any]:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self.takes.wait()
        self.sent.put_nowait(dict(message))


def does(story: Callable[..., Any], *about: Any, **named: Any) -> Awaitable[Any]:
    """Somebody elsewhere does it, over a connection of their own."""

    def act() -> Any:
        try:
            return story(*about, **named)
        finally:
            connections.close_all()

    return asyncio.to_thread(act)


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[Door]:
    door = Door()
    async with door.living():
        while not MEMORY.is_listening:
            await asyncio.sleep(0.01)
        yield door
        door.close()


def plays(story: Callable[[Door], Awaitable[None]]) -> None:
    async def play() -> None:
        async with listening() as door:
            await story(door)

    asyncio.run(play())
