"""Begin, answer and end for whoever waits on an event loop: views that stream, and programs' requests.

A turn that was begun is made and recorded to its end, though whoever asked for it has gone away meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar
from uuid import UUID

from deployments import pipeline
from deployments.conversing.home import HOME
from deployments.conversing.preparing import (
    CLOSED,
    FAILED,
    Answered,
    Ready,
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


def _unheard(piece: str) -> None:
    """For who waits for the whole answer."""


async def begin(agent: Agent, held_with: pipeline.With, *, say: Say = _unheard, **about: Any) -> Answered:
    """A new conversation, and what the agent says first.

    `held_with`: an Environment (what stands there now), a Version, or the Draft. `about`: as `begin_conversation` of
    the verbs takes it, `channel`, `tested` and `by` above all. `say` is called on this loop with words as they come.
    Raises `Refused`: what `begin_conversation` refuses, and `turn_failed`.
    """
    return await _to_its_end(_begin(agent, held_with, say, about))


async def answer(conversation: UUID, heard: str, *, say: Say = _unheard, number: int | None = None) -> Answered:
    """The agent's answer to these words; `""` is a silence.

    `number`: the turn these words are to make (`conversation.turn_count` as it was shown). Sent a second time they are
    answered as the first time, and nothing happens twice. Raises `Refused`: `turn_in_progress`, `conversation_ended`,
    `conversation_gone`, `turn_moved`, `turn_failed`, `text_too_long`, `text_unusable`.
    """
    return await _to_its_end(_answer(conversation, heard, say, number))


async def end(conversation: UUID, *, ended: turns.Ended = CLOSED) -> bool:
    """It is over; its end function runs. False where it was over before. Raises `Refused`: `turn_in_progress`."""
    ready = await in_thread(ready_to_end, conversation)
    if ready is None:
        return False
    await _to_its_end(_end(ready, ended))
    return True


async def _begin(agent: Agent, held_with: pipeline.With, say: Say, about: dict[str, Any]) -> Answered:
    ready = await in_thread(ready_to_begin, agent, held_with, **about)
    here = _here(say)
    return await _settled(ready, lambda engine: engine.begin(ready.playbook, ready.claim.setting, ready.outside, here))


async def _answer(conversation: UUID, heard: str, say: Say, number: int | None) -> Answered:
    ready = await in_thread(ready_to_answer, conversation, heard, number)
    if isinstance(ready, Answered):
        return ready
    here = _here(say)
    return await _settled(
        ready,
        lambda engine: engine.answer(ready.playbook, ready.claim.setting, ready.standing, heard, ready.outside, here),
    )


async def _settled(
    ready: Ready, question: Callable[[Engine], Coroutine[Any, Any, tuple[turns.Standing, turns.Turn]]]
) -> Answered:
    standing, made = await _made(ready, question)
    settled = await in_thread(settle, ready, standing, made)
    if settled.to_close is not None and standing.ended is not None:
        # In the background: nobody waits for an end function.
        _kept(_end(settled.to_close, standing.ended))
    return settled.answered


async def _end(ready: Ready, ended: turns.Ended) -> None:
    if ready.claim.standing is None:  # nothing was ever said in it
        await in_thread(settle_end, ready, turns.Standing(language=""), None, ended)
        return
    standing, made = await _made(
        ready,
        lambda engine: engine.end(ready.playbook, ready.claim.setting, ready.standing, ready.outside, ended),
    )
    await in_thread(settle_end, ready, standing, made, ended)


async def _made(ready: Ready, question: Callable[[Engine], Coroutine[Any, Any, Made]]) -> Made:
    """What the engine makes of it. Meanwhile others are told that somebody is at it."""
    waiting = asyncio.wrap_future(HOME.ask(question))
    try:
        while not (await asyncio.wait([waiting], timeout=STILL_ALIVE))[0]:
            await in_thread(pipeline.keep_claim, ready.claim)
        return waiting.result()
    except Exception as error:
        await in_thread(give_up, ready, error)
        raise Refused(FAILED) from error


def _here(say: Say) -> Say:
    """Called on the engine's loop, it says it on this one."""
    loop = asyncio.get_running_loop()

    def said(piece: str) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(say, piece)

    return said


_underway: set[asyncio.Task[Any]] = set()


def _kept(work: Coroutine[Any, Any, Made]) -> asyncio.Task[Made]:
    task = asyncio.ensure_future(work)
    _underway.add(task)
    task.add_done_callback(_underway.discard)
    return task


async def _to_its_end(work: Coroutine[Any, Any, Made]) -> Made:
    return await asyncio.shield(_kept(work))
