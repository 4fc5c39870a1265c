"""Server-sent events of a turn, for scripts of ours.

`piece` {text}: words as they come; then `turn` with what its view tells of it, or `refused` {text}.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError
from django.http import StreamingHttpResponse

from deployments import conversing
from deployments.conversing import Answered
from deployments.pipeline import Refused
from deployments.watching.away import why_away

Told = dict[str, Any]


async def answering(
    conversation: UUID,
    said: str,
    number: int,
    *,
    told: Callable[[Answered], Awaitable[Told]],
    words_of: Callable[[Refused], str],
) -> AsyncIterator[bytes]:
    """The events of one turn: `told` makes what is sent of its answer, `words_of` says why there is none."""
    pieces: asyncio.Queue[str | None] = asyncio.Queue()
    answer = asyncio.ensure_future(conversing.answer(conversation, said, say=pieces.put_nowait, number=number))
    answer.add_done_callback(lambda _: pieces.put_nowait(None))
    while (piece := await pieces.get()) is not None:
        yield _event("piece", {"text": piece})
    try:
        answered = await answer
    except Refused as refused:
        yield _event("refused", {"text": words_of(refused)})
    except (DatabaseError, InterfaceError) as error:
        # In the middle of an answer there is no status left to say it with.
        if not (why := why_away(error, safe=False)):
            raise
        yield _event("refused", {"text": why})
    else:
        yield _event("turn", await told(answered))


async def refusing(sentence: str) -> AsyncIterator[bytes]:
    yield _event("refused", {"text": sentence})


def _event(name: str, told: Told) -> bytes:
    return f"event: {name}\ndata: {json.dumps(told)}\n\n".encode()


def stream(events: AsyncIterator[bytes]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(events, content_type="text/event-stream")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response
