from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import pytest

from hosting import dispatch
from hosting.dispatch import Dispatcher, as_sent

Sent = list[dict[str, Any]]


def scope(path: str = "/", **headers: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "client": ("10.0.0.1", 4000),
        "server": ("127.0.0.1", 8000),
        "headers": [(name.replace("__", "-").encode(), value.encode()) for name, value in headers.items()],
    }


def ask(application: Any, request: dict[str, Any], *messages: dict[str, Any]) -> Sent:
    sent: Sent = []
    left = list(messages)

    async def receive() -> dict[str, Any]:
        if left:
            return left.pop(0)
        await asyncio.sleep(60)
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(application(request, receive, send))
    return sent


def says(text: bytes) -> Callable[..., Iterable[bytes]]:
    def pages(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("content-type", "text/plain")])
        return [text, environ["REMOTE_ADDR"].encode()]

    return pages


async def streams(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.body", "body": b"streamed"})


def dispatcher(pages: Callable[..., Iterable[bytes]], proxies: int = 0) -> Dispatcher:
    stream = re.compile(r"/delivery/v1/agents/[^/]+/[^/]+/stream")
    return Dispatcher(pages=pages, waiting=streams, waiting_addresses=[stream], trusted_proxies=proxies)


def body(sent: Sent) -> bytes:
    return b"".join(message.get("body", b"") for message in sent)


def test_a_page_is_answered_in_a_thread_and_a_view_that_waits_is_not() -> None:
    both = dispatcher(says(b"page for "))

    assert body(ask(both, scope("/agents/"), {"type": "http.request", "body": b""})) == b"page for 10.0.0.1"
    assert body(ask(both, scope("/delivery/v1/agents/a/live/stream"))) == b"streamed"
    assert (
        body(ask(both, scope("/delivery/v1/agents/a/live/stream/x"), {"type": "http.request"})) == b"page for 10.0.0.1"
    )


def test_a_body_is_read_piece_by_piece() -> None:
    seen: list[int] = []

    def pages(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        while piece := environ["wsgi.input"].read(4):
            seen.append(len(environ["wsgi.input"].buffer))
            assert len(piece) == 4
        start_response("204 No Content", [])
        return []

    pieces = [{"type": "http.request", "body": b"1234", "more_body": True} for _ in range(9)]
    ask(dispatcher(pages), scope(), *pieces, {"type": "http.request", "body": b"1234"})

    assert seen == [0] * 10


def test_a_client_that_falls_silent_in_a_body_is_given_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "_SILENCE", 0.05)
    read: list[bytes] = []

    def pages(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        read.append(environ["wsgi.input"].read(100))
        start_response("400 Bad Request", [])
        return []

    sent = ask(dispatcher(pages), scope(), {"type": "http.request", "body": b"half", "more_body": True})

    assert read == [b"half"]
    assert sent[0]["status"] == 400


def test_it_starts_and_stops_with_the_server() -> None:
    sent = ask(dispatcher(says(b"")), {"type": "lifespan"}, {"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})

    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


@pytest.mark.parametrize(
    ("proxies", "told", "client"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 192.0.2.7", "192.0.2.7"),
        (2, "6.6.6.6, 192.0.2.7, 10.0.0.9", "192.0.2.7"),
        (2, "192.0.2.7", "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "192.0.2.7:4711", "192.0.2.7"),
        (1, "[2001:db8::7]:4711", "2001:db8::7"),
        (1, "2001:db8::7", "2001:db8::7"),
    ],
)
def test_a_client_is_seen_past_our_own_proxies_and_no_further(proxies: int, told: str, client: str) -> None:
    assert as_sent(scope(x__forwarded__for=told), proxies)["client"][0] == client


def test_a_header_that_imitates_one_of_a_proxy_is_dropped() -> None:
    request = as_sent(scope(x_forwarded_proto="https", x__forwarded__proto="http"), 1)

    assert request["headers"] == [(b"x-forwarded-proto", b"http")]


class Beside:
    """Answers one address, and writes down how it lived."""

    def __init__(self) -> None:
        self.lived: list[str] = []

    @contextlib.asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        self.lived.append("begins")
        yield
        self.lived.append("ends")

    def close(self) -> None:
        self.lived.append("closes")

    async def answers(self, scope: Any, receive: Any, send: Any) -> bool:
        if scope["path"] != "/beside":
            return False
        await streams(scope, receive, send)
        return True


@pytest.mark.parametrize(("path", "first"), [("/beside", b"streamed"), ("/", b"page")])
def test_what_is_not_answered_beside_the_pages_is_theirs(path: str, first: bytes) -> None:
    application = Dispatcher(
        pages=says(b"page"), waiting=streams, waiting_addresses=[], trusted_proxies=0, beside=Beside()
    )

    sent = ask(application, scope(path), {"type": "http.request", "body": b""})

    assert next(message["body"] for message in sent if message.get("body")) == first


def test_what_is_held_open_ends_at_the_last_call_before_the_server_stops() -> None:
    beside = Beside()
    application = Dispatcher(
        pages=says(b"page"), waiting=streams, waiting_addresses=[], trusted_proxies=0, beside=beside
    )

    async def live() -> None:
        messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        said: asyncio.Queue[Any] = asyncio.Queue()
        living = asyncio.ensure_future(application({"type": "lifespan"}, messages.get, said.put))
        messages.put_nowait({"type": "lifespan.startup"})
        assert await said.get() == {"type": "lifespan.startup.complete"}
        os.kill(os.getpid(), dispatch.LAST_CALL)
        await asyncio.sleep(0.05)
        assert beside.lived == ["begins", "closes"]
        messages.put_nowait({"type": "lifespan.shutdown"})
        await living

    asyncio.run(live())

    assert beside.lived == ["begins", "closes", "ends"]
