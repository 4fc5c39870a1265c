"""Cases of a run, handed to whoever holds them: each to one worker at a time, each recorded once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from deployments.models import CaseRun, Run
from deployments.pipeline.conversations.storable import storable
from deployments.pipeline.suite.enqueuing import enqueue_holding
from deployments.pipeline.suite.finishing import finish_if_done

# A case may take minutes; its worker says every few seconds that it is alive.
CLAIMED_FOR = timedelta(seconds=30)


def claim_cases(run_id: UUID, most: int, at: datetime) -> list[CaseRun]:
    """The next cases of this run that nobody holds, claimed. Empty: nothing is left to take, or the run is over."""
    free = Q(claim=None) | Q(claimed_until__lte=at)
    with transaction.atomic():
        rows = CaseRun.objects.unfinished().filter(free, run=run_id, run__finished_at=None).order_by("pk")
        taken = list(rows.select_for_update(skip_locked=True, of=["self"]).defer("record")[:most])
        for row in taken:
            row.claim, row.claimed_until = uuid4(), at + CLAIMED_FOR
            row.status, row.started_at = CaseRun.Status.RUNNING, at
        CaseRun.objects.bulk_update(taken, ["claim", "claimed_until", "status", "started_at"])
        if taken:
            Run.objects.filter(pk=run_id, status=Run.Status.QUEUED).update(status=Run.Status.RUNNING)
    return taken


def keep_case(row: CaseRun, at: datetime) -> bool:
    """It is still being held; False when the run was cancelled, or somebody else has taken it over."""
    return bool(CaseRun.objects.filter(pk=row.pk, claim=row.claim).update(claimed_until=at + CLAIMED_FOR))


def release_case(row: CaseRun) -> None:
    """Nothing came of it: the next who asks may have it."""
    CaseRun.objects.filter(pk=row.pk, claim=row.claim).update(
        claim=None, claimed_until=None, status=CaseRun.Status.QUEUED, started_at=None
    )


def record_case(row: CaseRun, *, status: str, reason: str, seconds: float, told: dict[str, Any], at: datetime) -> bool:
    """Its result, once: False where the run was cancelled, or somebody else has taken it over, and nothing is kept."""
    mine = CaseRun.objects.filter(pk=row.pk, claim=row.claim)
    kept = mine.update(
        status=status,
        reason=storable(reason),
        seconds=seconds,
        record=storable(told),
        finished_at=at,
        claim=None,
        claimed_until=None,
    )
    if kept:
        finish_if_done(row.run_id, at)
    return bool(kept)


def take_up_runs(at: datetime) -> int:
    """Give workers to runs that stand still, because those who were at them are no more. How many there were."""
    held = CaseRun.objects.unfinished().filter(run=OuterRef("pk"), claimed_until__gt=at)
    standing = Run.objects.unfinished().filter(~Exists(held), began_at__lt=at - CLAIMED_FOR, case_count__isnull=False)
    found = list(standing.values_list("pk", flat=True))
    for run_id in found:
        if not finish_if_done(run_id, at):
            enqueue_holding(run_id, 1)
    return len(found)
