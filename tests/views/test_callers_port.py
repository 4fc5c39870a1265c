"""Callers' turns on the port itself: what is no turn is refused before anything is asked of the database."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync

from deployments.views.calling.port import answer_caller

HELD = f"/talk/{'t' * 32}/{uuid4()}/turns/"
FORM = b"application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("method", "path", "host", "body", "status"),
    [
        ("GET", HELD, b"localhost", b"", 405),
        ("POST", HELD, b"elsewhere.example", b"said=Hello&number=1", 400),
        ("POST", HELD, b"localhost", b"said=" + b"a" * 200_000, 413),
        ("POST", "/talk/token/no-conversation/turns/", b"localhost", b"said=Hello&number=1", 404),
        ("POST", f"/talk/a\0b/{uuid4()}/turns/", b"localhost", b"said=Hello&number=1", 404),
    ],
    ids=["not a form", "another host", "too long", "no conversation", "no token"],
)
def test_what_is_no_turn_is_refused_in_its_own_status(
    method: str, path: str, host: bytes, body: bytes, status: int
) -> None:
    sent = answered(method, path, host, body)

    assert sent[0]["status"] == status
    assert (b"x-content-type-options", b"nosniff") in sent[0]["headers"]
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert not sent[1].get("more_body")


@async_to_sync
async def answered(method: str, path: str, host: bytes, body: bytes) -> list[MutableMapping[str, Any]]:
    headers = [(b"host", host), (b"content-type", FORM), (b"content-length", str(len(body)).encode())]
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": headers, "client": ("192.0.2.1", 1), "server": ("localhost", 80), "scheme": "http",
    }  # fmt: skip
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await answer_caller(scope, receive, send)
    return sent
