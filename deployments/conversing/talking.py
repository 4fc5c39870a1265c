"""Begin, answer and end for whoever waits on an event loop: views that stream, and programs' requests.

A turn that was begun is made and recorded to its end, though whoever asked for it has gone away meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

from deployments import pipeline
from deployments.conversing import steps
from deployments.conversing.preparing import Answered, Settled
from deployments.models import Agent
from deployments.runtime import turns
from deployments.runtime.scene import Say, unheard

Made = TypeVar("Made")


async def begin(agent: Agent, held_with: pipeline.With, *, say: Say = unheard, **about: Any) -> Answered:
    """A new conversation, and what the agent says first.

    `held_with`: an Environment (what stands there now), a Version, or the Draft. `about`: as `begin_conversation` of
    the verbs takes it, `channel`, `tested` and `by` above all. `say` is called on this loop with words as they come.
    Raises `Refused`: what `begin_conversation` refuses, and `turn_failed`.
    """
    return await _to_its_end(_first(steps.begun(agent, held_with, say, about)))


async def answer(conversation: UUID, heard: str, *, say: Say = unheard, number: int | None = None) -> Answered:
    """The agent's answer to these words; `""` is a silence.

    `number`: the turn these words are to make (`conversation.turn_count` as it was shown). Sent a second time they are
    answered as the first time, and nothing happens twice. Raises `Refused`: `turn_in_progress`, `conversation_ended`,
    `conversation_gone`, `turn_moved`, `turn_failed`, `text_too_long`, `text_unusable`.
    """
    return await _to_its_end(_first(steps.answered(conversation, heard, say, number, None)))


async def end(conversation: UUID) -> bool:
    """It is over; its end function runs. False where it was over before. Raises `Refused`: `turn_in_progress`."""
    return await _to_its_end(steps.ended(conversation, turns.CLOSED, None))


async def _first(work: Coroutine[Any, Any, Settled]) -> Answered:
    """The answer; nobody waits for an end function."""
    settled = await work
    if settled.to_close is not None:
        _kept(steps.closed(settled.to_close))
    return settled.answered


_underway: set[asyncio.Task[Any]] = set()


def _kept(work: Coroutine[Any, Any, Made]) -> asyncio.Task[Made]:
    task = asyncio.ensure_future(work)
    _underway.add(task)
    task.add_done_callback(_underway.discard)
    return task


async def _to_its_end(work: Coroutine[Any, Any, Made]) -> Made:
    return await asyncio.shield(_kept(work))
