"""What stands before a turn and after it: the claim with all that the engine needs, and the record of what came of it.

Everything here asks the database, and nothing waits.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from deployments import pipeline
from deployments.conversing.outside import Outside, outside_of
from deployments.conversing.playbooks import playbook_of
from deployments.models import Agent, Conversation, Turn
from deployments.pipeline import Claim, Refusal, Refused
from deployments.runtime import turns
from deployments.runtime.playbook import Playbook

log = logging.getLogger(__name__)

FAILED = Refusal("turn_failed", "Something failed here, and nothing of this turn was kept. It is in the server's log.")
MOVED = Refusal("turn_moved", "This conversation went on meanwhile. Read it anew, then say it again.")
IDLE = turns.Ended(by="idle", outcome="idle")


@dataclass(frozen=True)
class Answered:
    """A conversation after a turn. `turn` is its row, and `made` the same as the runtime tells it."""

    conversation: Conversation
    turn: Turn
    made: turns.Turn


@dataclass(frozen=True)
class Ready:
    """A turn that may be made now."""

    claim: Claim
    playbook: Playbook
    outside: Outside
    # When it happens; None: now.
    at: datetime | None = None

    @property
    def standing(self) -> turns.Standing:
        assert self.claim.standing is not None
        return self.claim.standing


@dataclass(frozen=True)
class Settled:
    """What was recorded, and the end function that is still to run, if there is one."""

    answered: Answered
    to_close: Ready | None = None


def ready_to_begin(agent: Agent, held_with: pipeline.With, *, at: datetime | None = None, **about: Any) -> Ready:
    return _ready(pipeline.begin_conversation(agent, held_with, at=at, **about), at)


def ready_to_answer(
    conversation: UUID, heard: str, number: int | None = None, at: datetime | None = None
) -> Ready | Answered:
    """`number`: the turn these words are to make. Made already by the same words, it is handed back as it was."""
    try:
        claim = pipeline.claim_turn(conversation, heard=heard, at=at)
    except Refused:
        if number is not None and (known := _recorded(conversation, heard, number)):
            return known
        raise
    if number is not None and claim.number != number:
        pipeline.release(conversation, claim.id)
        if known := _recorded(conversation, heard, number):
            return known
        raise Refused(MOVED)
    return _ready(claim, at)


def ready_to_end(conversation: UUID, at: datetime | None = None) -> Ready | None:
    """None where it has ended, its end function too, or is no longer kept."""
    try:
        return _ready(pipeline.claim_turn(conversation, at=at, to_end=True), at)
    except Refused as refused:
        if refused.code in {"conversation_ended", "conversation_gone"}:
            return None
        raise


def settle(ready: Ready, standing: turns.Standing, made: turns.Turn) -> Settled:
    """Record a turn. Where it ended the conversation, the claim is kept for the end function."""
    over = standing.ended is not None and not standing.closed
    row = pipeline.record_turn(ready.claim, made, standing, hold=over, at=ready.at)
    assert row is not None
    answered = Answered(ready.claim.conversation, row, made)
    if not over:
        return Settled(answered)
    claim = replace(ready.claim, standing=standing, number=ready.claim.number + 1)
    return Settled(answered, replace(ready, claim=claim))


def settle_end(ready: Ready, standing: turns.Standing, made: turns.Turn | None, ended: turns.Ended) -> None:
    pipeline.record_turn(ready.claim, made, standing, ended=ended, at=ready.at)


def give_up(ready: Ready, error: BaseException) -> None:
    """Nothing came of it; the same words may be sent again."""
    pipeline.release(ready.claim.conversation.pk, ready.claim.id)
    log.error("A turn of conversation %s failed.", ready.claim.conversation.pk, exc_info=error)


def _ready(claim: Claim, at: datetime | None) -> Ready:
    try:
        return Ready(claim, playbook_of(claim), outside_of(claim), at)
    except BaseException:
        pipeline.release(claim.conversation.pk, claim.id)
        raise


def _recorded(conversation: UUID, heard: str, number: int) -> Answered | None:
    row = Turn.objects.filter(conversation=conversation, number=number).first()
    if row is None:
        return None
    if row.heard != heard:
        raise Refused(MOVED)
    held = Conversation.objects.with_details().select_related("agent__workspace").get(pk=conversation)
    return Answered(held, row, turns.read(turns.Turn, row.record))
