"""While the database is away every address answers, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import InternalError, OperationalError, connections
from django.http import HttpResponse
from django.test import AsyncClient, Client
from psycopg.errors import IdleInTransactionSessionTimeout
from pytest_django import DjangoDbBlocker, Settings

from deployments import conversing
from deployments.views.streams import answering
from deployments.watching.away import why_away
from tests.copies import connect_to


@pytest.fixture
def away(django_db_blocker: DjangoDbBlocker) -> Iterator[ThreadPoolExecutor]:
    """A thread whose database is not there."""
    with ThreadPoolExecutor(1, initializer=connect_to, initargs=("no_such_database",)) as beside:
        with django_db_blocker.unblock():
            yield beside
        beside.submit(connections.close_all).result()


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/", 503, "The database cannot be reached at this moment"),
        ("/talk/abcdefghijklmnop/", 503, "The database cannot be reached at this moment"),
        ("/v1/agents/ferry/versions", 503, "The database cannot be reached at this moment"),
        ("/delivery/v1/agents/ferry/live", 503, "The database cannot be reached at this moment"),
        ("/adk/v1/accounts/1/projects/ferry/deployments", 503, "The database cannot be reached at this moment"),
        ("/readyz", 503, "The database cannot be reached."),
        ("/healthz", 200, "alive"),
        ("/metrics", 200, "slipway_database_up 0.0"),
        ("/sign-in/", 200, "Password"),
    ],
)
def test_every_address_answers(path: str, status: int, said: str, away: ThreadPoolExecutor, settings: Settings) -> None:
    settings.METRICS_KEY = "for-figures-0123456789"
    headers = {"authorization": f"Bearer {settings.METRICS_KEY}", "x-api-key": "slp_" + "x" * 40}
    client = Client(raise_request_exception=False, headers=headers)
    client.cookies["sessionid"] = "a" * 32 if path == "/" else ""

    answer: HttpResponse = away.submit(client.get, path).result()  # type: ignore[assignment]

    assert (answer.status_code, said in answer.text) == (status, True)
    assert "Traceback" not in answer.text
    if status == 503 and path != "/readyz":
        assert answer["Retry-After"] == "5"


def test_what_waits_on_the_event_loop_answers_too(away: ThreadPoolExecutor) -> None:
    path = "/talk/abcdefghijklmnop/9a3c2f6e-6d0e-4f6e-9d0f-2f1f0a1b2c3d/turns/"
    client = AsyncClient(raise_request_exception=False)

    answer = away.submit(lambda: async_to_sync(client.post)(path, {"said": "Hello", "number": "1"})).result()

    assert answer.status_code == 503
    assert "Look first whether what you did is there already." in answer.content.decode()


def test_who_was_let_go_for_standing_still_says_so() -> None:
    error = InternalError()
    error.__cause__ = IdleInTransactionSessionTimeout()

    assert why_away(error, safe=True) == "The server stood still in the midst of this. Try again in a few seconds."
    assert why_away(InternalError(), safe=True) == ""


def test_what_was_sent_may_be_there_already() -> None:
    assert why_away(OperationalError(), safe=False).endswith("Look first whether what you did is there already.")
    assert why_away(ValueError(), safe=True) == ""


def test_an_answer_that_is_cut_short_says_so_in_its_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    async def lost(*about: object, **more: object) -> None:
        raise OperationalError("the connection is lost")

    async def told() -> bytes:
        return b"".join([event async for event in answering(uuid4(), "Hello", 1, told=lost, words_of=str)])  # type: ignore[arg-type]

    monkeypatch.setattr(conversing, "answer", lost)

    assert b"event: refused" in async_to_sync(told)()
