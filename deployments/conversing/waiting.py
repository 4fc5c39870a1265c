"""Begin, answer and end for a thread that may be held: a form sent without JavaScript, a command, a test."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from concurrent.futures import TimeoutError as Late
from datetime import datetime
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
from deployments.conversing.talking import STILL_ALIVE
from deployments.models import Agent
from deployments.pipeline import Refused
from deployments.runtime import turns
from deployments.runtime.engine import Engine

Made = TypeVar("Made")


def begin_now(agent: Agent, held_with: pipeline.With, **about: Any) -> Answered:
    """As `begin`."""
    ready = ready_to_begin(agent, held_with, **about)
    return _settled(ready, lambda engine: engine.begin(ready.playbook, ready.claim.setting, ready.outside, _unheard))


def answer_now(conversation: UUID, heard: str, *, number: int | None = None, at: datetime | None = None) -> Answered:
    """As `answer`. `at`: when it happens, where that is not now."""
    ready = ready_to_answer(conversation, heard, number, at)
    if isinstance(ready, Answered):
        return ready
    return _settled(
        ready,
        lambda engine: engine.answer(
            ready.playbook, ready.claim.setting, ready.standing, heard, ready.outside, _unheard
        ),
    )


def end_now(conversation: UUID, *, ended: turns.Ended = CLOSED, at: datetime | None = None) -> bool:
    """As `end`."""
    ready = ready_to_end(conversation, at)
    if ready is None:
        return False
    _end(ready, ended)
    return True


def _unheard(piece: str) -> None: ...


def _settled(
    ready: Ready, question: Callable[[Engine], Coroutine[Any, Any, tuple[turns.Standing, turns.Turn]]]
) -> Answered:
    standing, made = _made(ready, question)
    settled = settle(ready, standing, made)
    if settled.to_close is not None and standing.ended is not None:
        _end(settled.to_close, standing.ended)
    return settled.answered


def _end(ready: Ready, ended: turns.Ended) -> None:
    if ready.claim.standing is None:  # nothing was ever said in it
        settle_end(ready, turns.Standing(language=""), None, ended)
        return
    standing, made = _made(
        ready,
        lambda engine: engine.end(ready.playbook, ready.claim.setting, ready.standing, ready.outside, ended),
    )
    settle_end(ready, standing, made, ended)


def _made(ready: Ready, question: Callable[[Engine], Coroutine[Any, Any, Made]]) -> Made:
    waiting = HOME.ask(question)
    try:
        while True:
            try:
                return waiting.result(STILL_ALIVE)
            except Late:
                if waiting.done():
                    raise
                pipeline.keep_claim(ready.claim)
    except Exception as error:
        give_up(ready, error)
        raise Refused(FAILED) from error
