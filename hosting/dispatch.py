"""Sends each request on one port to the handler that suits it, with the address of the client it really came from."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeAlias

from a2wsgi import WSGIMiddleware

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

# Sent to a process that serves just before it is asked to stop, so that what would never end by itself ends.
LAST_CALL = signal.SIGUSR1
CUT_OFF = "slipway.cut_off"
_THREADS = 4
# Some proxies write the port too: `192.0.2.7:4711`, `[2001:db8::7]:4711`.
_WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|([\d.]+):\d+")
_SILENCE = 30.0


class Beside(Protocol):
    """Answers some requests on the loop itself, without a thread."""

    def living(self) -> AbstractAsyncContextManager[None]:
        """For as long as this process serves."""

    def close(self) -> None:
        """What it holds open ends now."""

    async def answers(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Whether it did; otherwise it has sent nothing, and the pages answer."""


class Dispatcher:
    def __init__(
        self,
        *,
        pages: Callable[..., Iterable[bytes]],
        waiting: Any,
        waiting_addresses: Iterable[re.Pattern[str]],
        trusted_proxies: int,
        beside: Beside | None = None,
    ) -> None:
        # Few threads: they fight for the interpreter lock.
        self._pages: Any = WSGIMiddleware(pages, workers=_THREADS)
        self._waiting: Application = waiting
        self._waiting_addresses = tuple(waiting_addresses)
        self._trusted_proxies = trusted_proxies
        self._beside = beside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif any(address.fullmatch(scope["path"]) for address in self._waiting_addresses):
            await self._waiting(as_sent(scope, self._trusted_proxies), receive, send)
        else:
            sent = as_sent(scope, self._trusted_proxies)
            if self._beside is None or not await self._beside.answers(sent, receive, send):
                await self._pages(sent, patient(receive, sent), send)

    async def _live(self, receive: Receive, send: Send) -> None:
        async with _living(self._beside):
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


@contextlib.asynccontextmanager
async def _living(beside: Beside | None) -> AsyncIterator[None]:
    if beside is None:
        yield
        return
    async with beside.living():
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(LAST_CALL, beside.close)
        try:
            yield
        finally:
            loop.remove_signal_handler(LAST_CALL)


def as_sent(scope: Scope, trusted_proxies: int) -> Scope:
    """The request as its client sent it, seen past that many proxies of ours."""
    # WSGI cannot tell `x_forwarded_proto` from `x-forwarded-proto`, and a proxy overwrites only the latter.
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    scope = {**scope, "headers": headers}
    if trusted_proxies:
        told = b",".join(value for name, value in headers if name == b"x-forwarded-for").decode("latin1").split(",")
        # Each proxy adds, at the end, whom it was called by; what stands before our own anybody may have written.
        if len(told) >= trusted_proxies and (address := told[-trusted_proxies].strip()):
            found = _WITH_PORT.fullmatch(address)
            scope["client"] = (found[1] or found[2] if found else address, 0)
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
