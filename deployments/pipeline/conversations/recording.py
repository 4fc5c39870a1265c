"""Recording a turn: exactly once, by whoever holds the claim on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.expressions import RawSQL
from django.utils import timezone

from deployments.models import Conversation, Thread, Turn
from deployments.models.conversation import SEARCHED_AS
from deployments.pipeline.conversations.claiming import Claim
from deployments.pipeline.conversations.storable import storable, text
from deployments.pipeline.refusal import Refusal, Refused
from deployments.runtime import turns

LOST = Refusal("claim_lost", "Somebody else answered this conversation meanwhile. Nothing of this turn was kept.")
# Beyond, a transcript is no longer searched: the database holds no more words of one row.
_SEARCHED_BYTES = 200_000
_SEARCHED_CHARACTERS = 20_000
_WITH_WORDS = f"""
    CASE WHEN pg_column_size(words) < {_SEARCHED_BYTES} THEN words || to_tsvector('{SEARCHED_AS}', %s) ELSE words END
"""


def record_turn(
    claim: Claim,
    turn: turns.Turn | None,
    standing: turns.Standing,
    *,
    ended: turns.Ended | None = None,
    hold: bool = False,
    at: datetime | None = None,
) -> Turn | None:
    """Keep what happened, and where the conversation stands now. `ended`: it is over, whether or not the turn says so.

    Without a turn only its end is kept. `hold`: the claim stays, for the end function that follows at once. Raises
    `Refused` (`claim_lost`) when the claim ran out and somebody took it.
    """
    at = max(at or timezone.now(), claim.conversation.began_at)
    ended = ended or standing.ended or (turn.ended if turn else None)
    with transaction.atomic():
        ours = Thread.objects.filter(pk=claim.conversation.pk, claim=claim.id)
        kept = {} if hold else {"claim": None, "claimed_until": None}
        if not ours.update(**_thread(turn, standing), **kept, to_close=hold):
            raise Refused(LOST)
        row = _row(claim, turn, at) if turn else None
        changed = _changed(claim.conversation, row, turn, standing, ended, at)
        if claim.has_moved:
            changed |= {"version": claim.version, "deployment": claim.deployment}
        Conversation.objects.filter(pk=claim.conversation.pk).update(**changed)
    for name, value in changed.items():
        setattr(claim.conversation, name, value)
    return row


def _thread(turn: turns.Turn | None, standing: turns.Standing) -> dict[str, Any]:
    changed: dict[str, Any] = {"standing": storable(turns.as_json(standing))}
    if turn and (words := text(f"{turn.heard or ''}\n{turn.said}").strip()):
        changed["words"] = RawSQL(_WITH_WORDS, [words[:_SEARCHED_CHARACTERS]])
    return changed


def _row(claim: Claim, turn: turns.Turn, at: datetime) -> Turn:
    return Turn.objects.create(
        conversation=claim.conversation,
        number=claim.number,
        version=claim.version,
        at=at,
        heard=None if turn.heard is None else text(turn.heard),
        said=text(turn.said),
        seconds=turn.seconds,
        errors=went_wrong(turn),
        record=storable(turns.as_json(turn)),
    )


def went_wrong(turn: turns.Turn) -> bool:
    """Whether a function was stopped, a model failed, or the runtime noted an error."""
    noted = [*turn.notes, *(note for run in turn.functions for note in run.log)]
    return (
        any(run.error for run in turn.functions)
        or any(request.error for request in turn.requests)
        or any(note.level == "error" for note in noted)
    )


def _changed(
    held: Conversation,
    row: Turn | None,
    turn: turns.Turn | None,
    standing: turns.Standing,
    ended: turns.Ended | None,
    at: datetime,
) -> dict[str, Any]:
    """The columns of a conversation that this turn changes; a row that keeps its indexed ones is cheap to write."""
    changed: dict[str, Any] = {}
    if row and turn:
        changed |= {"turn_count": row.number + 1, "last_turn_at": at}
        changed |= {"errors": True} if row.errors and not held.errors else {}
        named = [run.name[:200] for run in turn.functions]
        if new := [name for name in dict.fromkeys(named) if name not in held.functions]:
            changed["functions"] = [*held.functions, *new]
        if row.heard and not held.summary:
            changed["summary"] = " ".join(row.heard.split())[:200]
    spoken = {"variant": standing.variant or "", "language": standing.language[:35]}
    changed |= {name: said for name, said in spoken.items() if text(said)[:200] != getattr(held, name)}
    if ended and held.ended_at is None:
        changed |= {"ended_at": at, "ended_by": ended.by, "outcome": ended.outcome}
    if handoff := ended.handoff if ended else None:
        changed["handed_off"] = True
        changed["handoff_destination"] = text(handoff.destination)[:200]
        changed["handoff_reason"] = text(handoff.reason)
    return changed
