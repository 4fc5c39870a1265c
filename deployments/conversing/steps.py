"""The steps of a beginning, a turn and an end, told once: ready, asked of the engine, recorded.

Whoever takes them waits on an event loop; `talking` and `waiting` say for whom, and what becomes of the end function
that is still to run when a turn is recorded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from deployments import pipeline
from deployments.conversing.home import HOME
from deployments.conversing.preparing import (
    FAILED,
    Answered,
    Ready,
    Settled,
    give_up,
    ready_to_answer,
    ready_to_begin,
    ready_to_end,
    settle,
    settle_end,
)
from deployments.conversing.threads import in_thread
from deployments.models import Agent
from deployments.pipeline import Refused
from deployments.runtime import turns
from deployments.runtime.engine import Engine
from deployments.runtime.scene import Say

STILL_ALIVE = 5.0
Made = TypeVar("Made")


async def begun(agent: Agent, held_with: pipeline.With, say: Say, about: dict[str, Any]) -> Settled:
    ready = await in_thread(ready_to_begin, agent, held_with, **about)
    here = _here(say)
    return await _settled(ready, lambda engine: engine.begin(ready.playbook, ready.claim.setting, ready.outside, here))


async def answered(conversation: UUID, heard: str, say: Say, number: int | None, at: datetime | None) -> Settled:
    ready = await in_thread(ready_to_answer, conversation, heard, number, at)
    if isinstance(ready, Answered):
        return Settled(ready)
    here = _here(say)
    return await _settled(
        ready,
        lambda engine: engine.answer(ready.playbook, ready.claim.setting, ready.standing, heard, ready.outside, here),
    )


async def ended(conversation: UUID, how: turns.Ended, at: datetime | None) -> bool:
    """Also where it was over, and only its end function was lost. False where nothing is left to do."""
    ready = await in_thread(ready_to_end, conversation, at)
    if ready is None:
        return False
    await closed(ready, how)
    return True


async def closed(ready: Ready, how: turns.Ended = turns.CLOSED) -> None:
    """The end function runs. What had ended it before stays what ended it."""
    if ready.claim.standing is None:  # nothing was ever said in it
        await in_thread(settle_end, ready, turns.Standing(language=""), None, how)
        return
    how = ready.standing.ended or how
    standing, made = await _made(
        ready,
        lambda engine: engine.end(ready.playbook, ready.claim.setting, ready.standing, ready.outside, how),
    )
    await in_thread(settle_end, ready, standing, made, how)


async def _settled(
    ready: Ready, question: Callable[[Engine], Coroutine[Any, Any, tuple[turns.Standing, turns.Turn]]]
) -> Settled:
    standing, made = await _made(ready, question)
    return await in_thread(settle, ready, standing, made)


async def _made(ready: Ready, question: Callable[[Engine], Coroutine[Any, Any, Made]]) -> Made:
    """What the engine makes of it. Meanwhile others are told that somebody is at it."""
    waiting = asyncio.wrap_future(HOME.ask(question))
    try:
        while not (await asyncio.wait([waiting], timeout=STILL_ALIVE))[0]:
            await in_thread(pipeline.keep_claim, ready.claim)
        return waiting.result()
    except (Exception, asyncio.CancelledError) as error:
        if not waiting.done():  # it is this loop that ends
            raise
        await in_thread(give_up, ready, error)
        raise Refused(FAILED) from error


def _here(say: Say) -> Say:
    """Called on the engine's loop, it says it on this one."""
    loop = asyncio.get_running_loop()

    def said(piece: str) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(say, piece)

    return said
