"""One turn at a time: whoever makes the next one holds a claim on it, which runs out when they are no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connection
from django.utils import timezone

from deployments.models import Agent, Conversation, Deployment, Environment, Thread, Version, content
from deployments.models.columns import Columns
from deployments.pipeline.refusal import Refusal, Refused, refusal_of_text, unless
from deployments.runtime import turns

# A turn takes longer than this at times; its worker says every few seconds that it is alive.
CLAIMED_FOR = timedelta(seconds=15)

IN_PROGRESS = Refusal("turn_in_progress", "This conversation is being answered at this moment. Wait for the answer.")
ENDED = Refusal("conversation_ended", "This conversation has ended. Begin another one.")
GONE = Refusal("conversation_gone", "This conversation is no longer kept.")


@dataclass(frozen=True)
class Claim:
    """The right to make one turn, and all that the runtime needs for it. `number` is the turn's."""

    id: UUID
    conversation: Conversation
    thread: Thread
    number: int
    setting: turns.Setting
    standing: turns.Standing | None
    # What answers instead of the conversation's own version, where its environment moves conversations, and has moved.
    moved_to: Deployment | None = None

    @property
    def version(self) -> Version | None:
        return self.moved_to.version if self.moved_to else self.conversation.version

    @property
    def version_id(self) -> int | None:
        return self.moved_to.version_id if self.moved_to else self.conversation.version_id

    @property
    def digest(self) -> str:
        """Names what the version or the draft holds, for ever."""
        return self.moved_to.version.manifest_digest if self.moved_to else self.thread.manifest_digest

    @property
    def manifest(self) -> content.Manifest:
        return self.version.manifest if self.version else self.thread.manifest


def fresh_claim(conversation: Conversation, thread: Thread, setting: turns.Setting, at: datetime) -> Claim:
    """On the first turn of a conversation that nobody knows yet; its rows are to be saved with it."""
    thread.claim, thread.claimed_until = uuid4(), at + CLAIMED_FOR
    return Claim(thread.claim, conversation, thread, 0, setting, None)


_CLAIM = """
UPDATE deployments_thread SET claim = %(ours)s, claimed_until = %(until)s
WHERE conversation_id = %(held)s AND (claim IS NULL OR claimed_until <= %(at)s)
RETURNING manifest_digest, to_close, setting::text, standing::text
"""
_CONVERSATION, _AGENT = Columns(Conversation, "held"), Columns(Agent, "agent")
_ENVIRONMENT = Columns(Environment, "environment")
_READ = f"""
SELECT {_CONVERSATION.written}, {_AGENT.written}, {_ENVIRONMENT.written}
FROM deployments_conversation held
JOIN deployments_agent agent ON agent.id = held.agent_id
LEFT JOIN deployments_environment environment ON environment.id = held.environment_id
WHERE held.id = %s
"""


def claim_turn(
    conversation: UUID, *, heard: str | None = None, to_end: bool = False, at: datetime | None = None
) -> Claim:
    """The next turn of a conversation. `to_end`: also of one that has ended, but whose end function was lost.

    Raises `Refused`: `turn_in_progress`, `conversation_ended`, `conversation_gone`, `text_too_long`, `text_unusable`.
    """
    at = at or timezone.now()
    unless(refusal_of_text(heard or "", "message"))
    ours = uuid4()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"ours": ours, "until": at + CLAIMED_FOR, "held": conversation, "at": at})
        taken = cursor.fetchone()
    if taken is None:
        known = Conversation.objects.filter(pk=conversation).values_list("ended_at", flat=True)
        # Ended already: it is its end function that still runs.
        raise Refused(GONE if not known else ENDED if known[0] else IN_PROGRESS)
    digest, to_close, setting, standing = taken
    # Only now: what was read before might be followed by another's turn.
    held = _read(conversation)
    is_over = held.ended_at is not None and not (to_end and to_close)
    if is_over or held.agent.deleted_at is not None:
        release(conversation, ours)
        raise Refused(ENDED)
    names = ("conversation_id", "manifest_digest", "to_close")
    held.thread = thread = Thread.from_db(DEFAULT_DB_ALIAS, names, (conversation, digest, to_close))
    return Claim(
        ours,
        held,
        thread,
        held.turn_count,
        turns.read_text(turns.Setting, setting),
        turns.read_text(turns.Standing, standing) if standing else None,
        _moved_to(held),
    )


def _read(pk: UUID) -> Conversation:
    """With its agent and its environment."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [pk])
        values = cursor.fetchone()
    first, second = len(_CONVERSATION.names), len(_CONVERSATION.names) + len(_AGENT.names)
    held = _CONVERSATION.read(values[:first])
    held.agent = _AGENT.read(values[first:second])
    if held.environment_id is not None:
        held.environment = _ENVIRONMENT.read(values[second:])
        held.environment.agent = held.agent
    return held


def keep_claim(claim: Claim, *, at: datetime | None = None) -> bool:
    """The turn is still being made; False when somebody else has taken the conversation over."""
    until = (at or timezone.now()) + CLAIMED_FOR
    return bool(Thread.objects.filter(pk=claim.conversation.pk, claim=claim.id).update(claimed_until=until))


def release(conversation: UUID, claim: UUID) -> None:
    """No turn was made: the same words may be sent again at once."""
    Thread.objects.filter(pk=conversation, claim=claim).update(claim=None, claimed_until=None)


def _moved_to(held: Conversation) -> Deployment | None:
    """What stands where this conversation was begun, if it is to go on with that and something else stands there."""
    if held.ended_at is not None or held.environment is None or not held.environment.moves_conversations:
        return None
    standing = held.environment.active
    return standing if standing and standing.version_id != held.version_id else None
