"""Conversations go when they are older than their workspace keeps them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from deployments.models import Conversation, Thread, Turn, Workspace

_AT_ONCE = 1000


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
