"""Recording a turn: exactly once, by whoever holds the claim on it."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.utils import timezone

from deployments.models import Conversation, Turn
from deployments.models.conversation import SEARCHED_AS
from deployments.pipeline.conversations.claiming import Claim
from deployments.pipeline.conversations.storable import text, written
from deployments.pipeline.refusal import Refusal, Refused
from deployments.runtime import turns

LOST = Refusal("claim_lost", "Somebody else answered this conversation meanwhile. Nothing of this turn was kept.")
# Beyond, a transcript is no longer searched: the database holds no more words of one row.
_SEARCHED_BYTES = 200_000
_SEARCHED_CHARACTERS = 20_000
LONGEST_SUMMARY = 200
# A part of a caller's number would not be known for one where it is to be hidden.
_CUT_NUMBER = re.compile(r"\s*[+(]*[0-9][0-9\s()./\-]*\Z")
# One statement: all of it is kept, or nothing where somebody else holds the claim.
_RECORD = f"""
WITH held AS (
    UPDATE deployments_thread
    SET standing = %(standing)s::jsonb,
        words = CASE WHEN %(words)s = '' OR pg_column_size(words) >= {_SEARCHED_BYTES} THEN words
                     ELSE words || to_tsvector('{SEARCHED_AS}', %(words)s) END,
        claim = CASE WHEN %(hold)s THEN claim END,
        claimed_until = CASE WHEN %(hold)s THEN claimed_until END,
        to_close = %(hold)s,
        manifest_digest = %(digest)s
    WHERE conversation_id = %(conversation)s AND claim = %(claim)s
    RETURNING conversation_id
), told AS ({{told}}), changed AS ({{changed}})
SELECT told.id FROM held LEFT JOIN told ON true
"""
_TOLD = """
    INSERT INTO deployments_turn
        (conversation_id, number, version_id, at, heard, said, seconds, errors, record, annotations)
    SELECT conversation_id, %(number)s, %(version)s, %(at)s, %(heard)s, %(said)s, %(seconds)s, %(errors)s,
        %(record)s::jsonb, '{}'
    FROM held RETURNING id
"""
_NOTHING_TOLD = "SELECT NULL::bigint AS id"
_CHANGED = "UPDATE deployments_conversation SET {columns} FROM held WHERE id = held.conversation_id"
_NOTHING_CHANGED = "SELECT"


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
    row = _row(claim, turn, at) if turn else None
    changed = _changed(claim.conversation, row, turn, standing, ended, at)
    if claim.moved_to:
        changed |= {"version_id": claim.version_id, "deployment_id": claim.moved_to.pk}
    columns = ", ".join(f"{name} = %(c_{name})s" for name in changed)
    statement = _RECORD.format(
        told=_TOLD if row else _NOTHING_TOLD, changed=_CHANGED.format(columns=columns) if changed else _NOTHING_CHANGED
    )
    words = text(f"{turn.heard or ''}\n{turn.said}").strip() if turn else ""
    told = {
        "standing": written(standing),
        "words": words[:_SEARCHED_CHARACTERS],
        "hold": hold,
        "digest": claim.digest,
        "conversation": claim.conversation.pk,
        "claim": claim.id,
        **(_told(row, written(turn)) if row and turn else {}),
        **{f"c_{name}": value for name, value in changed.items()},
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        kept = cursor.fetchone()
    if kept is None:
        raise Refused(LOST)
    if claim.moved_to:
        claim.conversation.version, claim.conversation.deployment = claim.version, claim.moved_to
    for name, value in changed.items():
        setattr(claim.conversation, name, value)
    if row:
        row.pk, row.record = kept[0], json.loads(told["record"])
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return row


def _row(claim: Claim, turn: turns.Turn, at: datetime) -> Turn:
    return Turn(
        conversation=claim.conversation,
        number=claim.number,
        version_id=claim.version_id,
        at=at,
        heard=None if turn.heard is None else text(turn.heard),
        said=text(turn.said),
        seconds=turn.seconds,
        errors=went_wrong(turn),
    )


def _told(row: Turn, record: str) -> dict[str, Any]:
    names = ("number", "at", "heard", "said", "seconds", "errors")
    return {name: getattr(row, name) for name in names} | {"version": row.version_id, "record": record}


def went_wrong(turn: turns.Turn) -> bool:
    """Whether a function was stopped, a model failed, or the runtime noted an error."""
    noted = [*turn.notes, *(note for run in turn.functions for note in run.log)]
    return (
        any(run.error for run in turn.functions)
        or any(request.error for request in turn.requests)
        or any(note.level == "error" for note in noted)
    )


def _summary_of(heard: str) -> str:
    return heard if len(heard) <= LONGEST_SUMMARY else _CUT_NUMBER.sub("", heard[:LONGEST_SUMMARY])


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
        named = [text(run.name)[:200] for run in turn.functions]
        if new := [name for name in dict.fromkeys(named) if name not in held.functions]:
            changed["functions"] = [*held.functions, *new]
        if row.heard and not held.summary:
            changed["summary"] = _summary_of(" ".join(row.heard.split()))
    spoken = {"variant": text(standing.variant or "")[:200], "language": text(standing.language)[:35]}
    changed |= {name: said for name, said in spoken.items() if said != getattr(held, name)}
    if ended and held.ended_at is None:
        changed |= {"ended_at": at, "ended_by": ended.by, "outcome": ended.outcome}
    if handoff := ended.handoff if ended else None:
        changed["handed_off"] = True
        changed["handoff_destination"] = text(handoff.destination)[:200]
        changed["handoff_reason"] = text(handoff.reason)
    return changed
