"""One turn at a time: whoever makes the next one holds a claim on it, which runs out when they are no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db.models import Q
from django.utils import timezone

from deployments.models import Conversation, Deployment, Thread, Version, content
from deployments.pipeline.refusal import LONGEST_TEXT, Refusal, Refused, refusal_of_text, unless
from deployments.runtime import turns

# A turn takes longer than this at times; its worker says every few seconds that it is alive.
CLAIMED_FOR = timedelta(seconds=15)
LONGEST_HEARD = LONGEST_TEXT

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
    # What answers: not the conversation's own where its environment moves conversations, and has moved.
    version: Version | None
    deployment: Deployment | None = field(default=None)

    @property
    def digest(self) -> str:
        """Names what the version or the draft holds, for ever."""
        return self.version.manifest_digest if self.version else self.thread.manifest_digest

    @property
    def manifest(self) -> content.Manifest:
        return self.version.manifest if self.version else self.thread.manifest

    @property
    def has_moved(self) -> bool:
        return self.version is not None and self.version.pk != self.conversation.version_id


def fresh_claim(conversation: Conversation, thread: Thread, setting: turns.Setting, at: datetime) -> Claim:
    """On the first turn of a conversation that nobody knows yet; its rows are to be saved with it."""
    thread.claim, thread.claimed_until = uuid4(), at + CLAIMED_FOR
    return Claim(thread.claim, conversation, thread, 0, setting, None, conversation.version, conversation.deployment)


def claim_turn(
    conversation: UUID, *, heard: str | None = None, to_end: bool = False, at: datetime | None = None
) -> Claim:
    """The next turn of a conversation. `to_end`: also of one that has ended, but whose end function was lost.

    Raises `Refused`: `turn_in_progress`, `conversation_ended`, `conversation_gone`, `text_too_long`, `text_unusable`.
    """
    at = at or timezone.now()
    unless(refusal_of_text(heard or "", "message"))
    ours = uuid4()
    free = Thread.objects.filter(Q(claim=None) | Q(claimed_until__lte=at), pk=conversation)
    if not free.update(claim=ours, claimed_until=at + CLAIMED_FOR):
        known = Conversation.objects.filter(pk=conversation).values_list("ended_at", flat=True)
        # Ended already: it is its end function that still runs.
        raise Refused(GONE if not known else ENDED if known[0] else IN_PROGRESS)
    # Only now: what was read before might be followed by another's turn.
    rows = Conversation.objects.with_details().select_related("agent__workspace", "thread")
    held = rows.defer("version__manifest", "thread__manifest", "thread__words").get(pk=conversation)
    thread = held.thread
    is_over = held.ended_at is not None and not (to_end and thread.to_close)
    if is_over or held.agent.deleted_at is not None:
        release(conversation, ours)
        raise Refused(ENDED)
    deployment = _moved_to(held)
    return Claim(
        ours,
        held,
        thread,
        held.turn_count,
        turns.read(turns.Setting, thread.setting),
        turns.read(turns.Standing, thread.standing) if thread.standing else None,
        deployment.version if deployment else held.version,
        deployment or held.deployment,
    )


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
