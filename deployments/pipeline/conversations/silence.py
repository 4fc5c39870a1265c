"""Which conversations have fallen silent, and which have lost their end."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from deployments.models import Conversation, Thread

IDLE_AFTER = timedelta(minutes=30)
_LOST_FOR = timedelta(days=1)
# Of those there are at a moment; the next minute asks again.
_AT_ONCE = 200


def idle_conversations(now: datetime) -> list[UUID]:
    """Those in which nobody has said anything for half an hour, the longest silent first."""
    silent = Conversation.objects.in_progress().filter(agent__deleted_at=None, last_turn_at__lte=now - IDLE_AFTER)
    return list(silent.order_by("last_turn_at").values_list("pk", flat=True)[:_AT_ONCE])


def unclosed_conversations(now: datetime) -> list[UUID]:
    """Those that ended, and whose process ended before their end function did."""
    lost = Thread.objects.filter(Q(claim=None) | Q(claimed_until__lte=now), to_close=True)
    recent = lost.filter(conversation__ended_at__gt=now - _LOST_FOR, conversation__agent__deleted_at=None)
    return list(recent.order_by("conversation__ended_at").values_list("pk", flat=True)[:_AT_ONCE])
