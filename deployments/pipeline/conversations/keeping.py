"""How long conversations are kept, and which have fallen silent."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from deployments.models import Conversation, Thread, Turn, Workspace

IDLE_AFTER = timedelta(minutes=30)
_LOST_FOR = timedelta(days=1)
_AT_ONCE = 1000


def idle_conversations(now: datetime, most: int = 200) -> list[UUID]:
    """Those in which nobody has said anything for half an hour, the longest silent first."""
    silent = Conversation.objects.in_progress().filter(agent__deleted_at=None, last_turn_at__lte=now - IDLE_AFTER)
    return list(silent.order_by("last_turn_at").values_list("pk", flat=True)[:most])


def unclosed_conversations(now: datetime, most: int = 200) -> list[UUID]:
    """Those that ended, and whose process ended before their end function did."""
    lost = Thread.objects.filter(Q(claim=None) | Q(claimed_until__lte=now), to_close=True)
    recent = lost.filter(conversation__ended_at__gt=now - _LOST_FOR, conversation__agent__deleted_at=None)
    return list(recent.order_by("conversation__ended_at").values_list("pk", flat=True)[:most])


def clear_old_conversations(now: datetime) -> int:
    """Those older than their workspace keeps them go with all their turns; how many went."""
    went = 0
    for workspace in Workspace.objects.all():
        limit = now - timedelta(days=workspace.conversations_kept_days)
        for agent in workspace.agents.values_list("pk", flat=True):
            for in_production in (True, False):
                went += _clear(agent, in_production, limit)
    return went


def _clear(agent: int, in_production: bool, limit: datetime) -> int:
    """Some at a time, each lot in a transaction of its own, so that nothing is held up by many."""
    went = 0
    # As the index of the list stands.
    old = Conversation.objects.filter(agent=agent, in_production=in_production, began_at__lte=limit)
    while some := list(old.order_by("began_at", "pk").values_list("pk", flat=True)[:_AT_ONCE]):
        with transaction.atomic():
            for rows in (
                Turn.objects.filter(conversation__in=some),
                Thread.objects.filter(pk__in=some),
                Conversation.objects.filter(pk__in=some),
            ):
                rows._raw_delete(rows.db)
        went += len(some)
    return went
