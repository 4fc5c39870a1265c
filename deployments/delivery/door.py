"""What no thread is needed for: streams, and what is active as long as it is remembered. The rest is the pages'."""

from __future__ import annotations

import asyncio
import contextlib
import re
import uuid
from collections.abc import AsyncIterator
from io import BytesIO
from typing import Final

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse

from deployments.api.errors import ApiError, answer_to, envelope
from deployments.api.keys import HEADER
from deployments.api.limits import count_failure, tell_limits
from deployments.converters import AgentConverter, EnvironmentConverter
from deployments.delivery.answering import REVALIDATED, state_of
from deployments.delivery.listening import listen
from deployments.delivery.passes import remembered_pass
from deployments.delivery.places import must_open
from deployments.delivery.streams import Reader, Streams
from deployments.ports import answer_with, start_of
from deployments.watching import figures
from deployments.watching.correlation import HEADER as CORRELATION
from deployments.watching.correlation import correlation_id
from hosting.dispatch import Receive, Scope, Send

_PLACE: Final = re.compile(
    rf"/delivery/v1/agents/(?P<agent>{AgentConverter.regex})/(?P<environment>{EnvironmentConverter.regex})"
    r"(?P<stream>/stream)?"
)
_ROUTE: Final = "delivery/v1/agents/<agent:agent>/<environment:environment>"
_AWAY: Final = "The database cannot be reached at this moment. Go on with what you have, and ask again soon."


class Door:
    """Beside the pages on the same port. `living` is entered by the process that serves."""

    def __init__(self) -> None:
        self.streams = Streams()

    @contextlib.asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        self.streams = Streams()
        listening = asyncio.create_task(listen(self.streams.hear, self.streams.wake_all))
        try:
            yield
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
            await self.streams.shut()

    def close(self) -> None:
        """The server is about to stop."""
        self.streams.close()

    async def answers(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Whether it was answered here."""
        found = _PLACE.fullmatch(scope["path"])
        if found is None or scope["method"] != "GET":
            return False
        if found["stream"]:
            await self._follow(ASGIRequest(scope, BytesIO()), found["agent"], found["environment"], receive, send)
            return True
        return await self._from_memory(scope, found["agent"], found["environment"], send)

    async def _follow(self, request: ASGIRequest, agent: str, environment: str, receive: Receive, send: Send) -> None:
        reader = Reader(request.headers.get(HEADER), agent, environment, request.headers.get("Last-Event-ID"))

        is_open = contextlib.ExitStack()

        async def opened() -> None:
            is_open.enter_context(figures.a_stream())
            # Proxies that gather what they pass on would hold back a word for minutes.
            headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", CORRELATION: correlation_id(request)}
            await send(start_of(HttpResponse(content_type="text/event-stream", headers=headers)))

        async def say(words: bytes) -> None:
            await send({"type": "http.response.body", "body": words, "more_body": True})

        following = asyncio.ensure_future(self.streams.follow(reader, opened, say))
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait({following, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                return
            following.result()
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            return  # let go: it took nothing of what it was sent
        except ApiError as refused:
            if refused.status == 401:
                refused = await self._counted(request, refused)
            said = answer_to(request, refused)
            if refused.status == 429:
                said["Retry-After"] = "30"
            tell_limits(request, said)
            await answer_with(said, send)
        except (OperationalError, InterfaceError):
            away = envelope(request, 503, "SERVICE_UNAVAILABLE", _AWAY)
            away["Retry-After"] = "5"
            await answer_with(away, send)
        finally:
            is_open.close()
            leaving.cancel()
            following.cancel()
            await asyncio.gather(leaving, following, return_exceptions=True)

    async def _from_memory(self, scope: Scope, agent: str, environment: str, send: Send) -> bool:
        """For who is known already. A placement makes all runtimes ask at once: what stands there is then read once."""
        headers = dict(scope["headers"])
        asking = remembered_pass(headers.get(HEADER.encode(), b"").decode("latin-1"))
        if asking is None or CORRELATION.lower().encode() in headers or self.streams.is_closing:
            return False
        try:
            place = await self.streams.place(agent, environment)
            if place is None:
                return False
            must_open(asking, place.workspace, place.agent)
            answer = state_of(place, headers.get(b"if-none-match", b"").decode("latin-1"))
        except (ApiError, DatabaseError, InterfaceError):
            return False  # said by the pages
        told = [
            (b"content-type", b"application/json"),
            (b"etag", answer.etag.encode()),
            (b"cache-control", REVALIDATED.encode()),
            (b"x-content-type-options", b"nosniff"),
            (CORRELATION.lower().encode(), str(uuid.uuid4()).encode()),
            (b"content-length", str(len(answer.body)).encode()),
        ]
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": told if answer.body else told[1:-1]}
        )
        await send({"type": "http.response.body", "body": answer.body})
        if settings.METRICS_KEY:
            figures.count_request("GET", _ROUTE, answer.status)
        return True

    async def _counted(self, request: ASGIRequest, refused: ApiError) -> ApiError:
        """What is said to an address from which a key came that opens nothing."""
        try:
            await self.streams.off_loop(count_failure, request)
        except ApiError as too_many:
            return too_many
        return refused


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


DOOR = Door()
