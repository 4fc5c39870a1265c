"""What has run out goes: the one place where rows are ever deleted for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet

from deployments.models import (
    Agent,
    Allowance,
    Answer,
    ApiKey,
    Blob,
    CaseRun,
    CaseSet,
    Conversation,
    ConversationView,
    Delivery,
    Deployment,
    Draft,
    DraftChange,
    Environment,
    Event,
    Invitation,
    KeptDraft,
    Number,
    Path,
    Presence,
    RealTimeConfig,
    ResetLink,
    Run,
    Runtime,
    Session,
    TalkLink,
    Thread,
    Touch,
    Turn,
    Version,
    Viewed,
)
from deployments.models.api_key import ANSWERS_KEPT_FOR
from deployments.models.presence import GONE_AFTER
from deployments.models.runtime import KEPT_FOR as RUNTIME_KEPT_FOR
from deployments.pipeline.agents import KEPT_DAYS
from deployments.pipeline.conversations.clearing import clear_old_conversations
from deployments.pipeline.placing import lock_agent
from deployments.pipeline.suite.clearing import clear_old_runs
from deployments.pipeline.viewing import KEPT_FOR as VIEWED_KEPT_FOR

DELIVERIES_KEPT_DAYS = 30


def clear_expired(now: datetime) -> dict[str, int]:
    """How many of each went.

    Each agent in a transaction of its own: a large one, or one that cannot go, holds up no other.
    """
    counts = {
        "kept_drafts": KeptDraft.objects.filter(expires_at__lte=now).delete()[1].get("deployments.KeptDraft", 0),
        "sessions": Session.objects.filter(expire_date__lte=now).delete()[0],
        "invitations": Invitation.objects.filter(expires_at__lte=now).delete()[0],
        "reset_links": ResetLink.objects.filter(expires_at__lte=now).delete()[0],
        "answers": Answer.objects.filter(begun_at__lte=now - ANSWERS_KEPT_FOR).delete()[0],
        "viewed": Viewed.objects.filter(at__lte=now - VIEWED_KEPT_FOR).delete()[0],
        "presences": Presence.objects.filter(at__lte=now - GONE_AFTER).delete()[0],
        "webhook_deliveries": _old_deliveries(now).delete()[0],
        "runtimes": Runtime.objects.filter(heard_at__lte=now - RUNTIME_KEPT_FOR).delete()[0],
        "allowances": Allowance.objects.filter(restored_at__lte=now).delete()[0],
        "conversations": clear_old_conversations(now),
        "test_runs": clear_old_runs(now),
        "agents": 0,
    }
    limit, failed = now - timedelta(days=KEPT_DAYS), []
    for agent in Agent.objects.filter(deleted_at__lte=limit):
        try:
            counts["agents"] += _clear_agent(agent, limit)
        except DatabaseError as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup("Of the deleted agents some could not go.", failed)
    return counts


def _old_deliveries(now: datetime) -> QuerySet[Delivery]:
    old = Delivery.objects.filter(made_at__lte=now - timedelta(days=DELIVERIES_KEPT_DAYS))
    return old.exclude(state=Delivery.State.WAITING)


def _clear_agent(agent: Agent, limit: datetime) -> int:
    with transaction.atomic():
        lock_agent(agent.pk)
        if not Agent.objects.filter(pk=agent.pk, deleted_at__lte=limit).exists():
            return 0  # restored meanwhile
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('slipway.purging', 'on', true)")
        # The workspace's history still says who made and who deleted it.
        Event.objects.filter(agent=agent, kind__in=Event.WORKSPACE_KINDS).update(agent=None)
        # Without collecting them first: an agent holds far more than fits in memory.
        for each in everything_of(agent):
            each._raw_delete(each.db)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('slipway.purging', 'off', true)")
        return 1


def everything_of(agent: Agent) -> list[QuerySet[Any]]:
    """All its rows, what refers to others before what it refers to."""
    return [
        DraftChange.objects.filter(Q(draft__agent=agent) | Q(kept__agent=agent)),
        Draft.objects.filter(agent=agent),
        KeptDraft.objects.filter(agent=agent),
        Delivery.objects.filter(event__agent=agent),
        Event.objects.filter(agent=agent),
        Runtime.objects.filter(environment__agent=agent),
        RealTimeConfig.objects.filter(environment__agent=agent),
        TalkLink.objects.filter(environment__agent=agent),
        Turn.objects.filter(conversation__agent=agent),
        Thread.objects.filter(conversation__agent=agent),
        Conversation.objects.filter(agent=agent),
        CaseRun.objects.filter(agent=agent),
        Run.objects.filter(agent=agent),
        Deployment.objects.filter(agent=agent),
        Touch.objects.filter(version__agent=agent),
        Version.objects.filter(agent=agent),
        Number.objects.filter(agent=agent),
        Environment.objects.filter(agent=agent),
        CaseSet.objects.filter(agent=agent),
        Presence.objects.filter(agent=agent),
        Viewed.objects.filter(agent=agent),
        ConversationView.objects.filter(agent=agent),
        ApiKey.agents.through.objects.filter(agent=agent),
        Path.objects.filter(agent=agent),
        Blob.objects.filter(agent=agent),
        Agent.objects.filter(pk=agent.pk),
    ]
