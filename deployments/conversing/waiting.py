"""Begin, answer and end for a thread that may be held: a form sent without JavaScript, a command, a test.

The database is asked by the thread itself, in whatever transaction it has open.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync

from deployments import pipeline
from deployments.conversing import steps
from deployments.conversing.preparing import Answered, Settled
from deployments.models import Agent
from deployments.runtime import turns
from deployments.runtime.scene import unheard


def begin_now(agent: Agent, held_with: pipeline.With, **about: Any) -> Answered:
    """As `begin`."""
    return _all_of(lambda: steps.begun(agent, held_with, unheard, about))


def answer_now(conversation: UUID, heard: str, *, number: int | None = None, at: datetime | None = None) -> Answered:
    """As `answer`. `at`: when it happens, where that is not now."""
    return _all_of(lambda: steps.answered(conversation, heard, unheard, number, at))


def end_now(conversation: UUID, *, ended: turns.Ended = turns.CLOSED, at: datetime | None = None) -> bool:
    """As `end`."""
    return async_to_sync(steps.ended)(conversation, ended, at)


def _all_of(work: Callable[[], Coroutine[Any, Any, Settled]]) -> Answered:
    """With the end function: nothing goes on in a thread that has other work now."""

    async def to_its_end() -> Answered:
        settled = await work()
        if settled.to_close is not None:
            await steps.closed(settled.to_close)
        return settled.answered

    return async_to_sync(to_its_end)()
