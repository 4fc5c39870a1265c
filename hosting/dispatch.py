"""Sends each request on one port to the handler that suits it, with the address of the client it really came from."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, TypeAlias

from a2wsgi import WSGIMiddleware

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

CUT_OFF = "slipway.cut_off"
_THREADS = 4
_SILENCE = 30.0


class Dispatcher:
    def __init__(
        self,
        *,
        pages: Callable[..., Iterable[bytes]],
        waiting: Any,
        waiting_addresses: Iterable[re.Pattern[str]],
        trusted_proxies: int,
    ) -> None:
        # Few threads: they fight for the interpreter lock.
        self._pages: Any = WSGIMiddleware(pages, workers=_THREADS)
        self._waiting: Application = waiting
        self._waiting_addresses = tuple(waiting_addresses)
        self._trusted_proxies = trusted_proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif any(address.fullmatch(scope["path"]) for address in self._waiting_addresses):
            await self._waiting(as_sent(scope, self._trusted_proxies), receive, send)
        else:
            sent = as_sent(scope, self._trusted_proxies)
            await self._pages(sent, patient(receive, sent), send)


def as_sent(scope: Scope, trusted_proxies: int) -> Scope:
    """The request as its client sent it, seen past that many proxies of ours."""
    # WSGI cannot tell `x_forwarded_proto` from `x-forwarded-proto`, and a proxy overwrites only the latter.
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    scope = {**scope, "headers": headers}
    if trusted_proxies:
        told = b",".join(value for name, value in headers if name == b"x-forwarded-for").decode("latin1").split(",")
        # Each proxy adds, at the end, whom it was called by; what stands before our own anybody may have written.
        if len(told) >= trusted_proxies and told[-trusted_proxies].strip():
            scope["client"] = (told[-trusted_proxies].strip(), 0)
    return scope


def patient(receive: Receive, scope: Scope) -> Receive:
    """Gives up on a client that stops sending in the middle of a body, so that it does not hold a thread for ever.

    WSGI cannot tell a body that was cut off from one that is whole, so the scope says it.
    """

    async def receive_soon() -> Message:
        try:
            message = await asyncio.wait_for(receive(), _SILENCE)
        except TimeoutError:
            message = {"type": "http.disconnect"}
        if message["type"] == "http.disconnect":
            scope[CUT_OFF] = True
        return message

    return receive_soon


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
