"""When the last case of a run has its result, the run has one; and a run that is called off."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from deployments.models import CaseRun, Run
from deployments.pipeline.actor import Actor
from deployments.pipeline.refusal import unless
from deployments.pipeline.suite.sets import refusal_to_test

_FAILED: Final = frozenset({CaseRun.Status.FAILED, CaseRun.Status.ERROR, CaseRun.Status.TIMED_OUT})


def finish_if_done(run_id: UUID, at: datetime) -> bool:
    """Whether the run is finished now. Needs no lock of the caller's; of two that ask at once, one finishes it."""
    if CaseRun.objects.unfinished().filter(run=run_id).exists():
        return False
    with transaction.atomic():
        run = Run.objects.select_for_update().defer("manifest").get(pk=run_id)
        if run.is_finished or run.case_count is None:
            return run.is_finished
        _finish(run, *verdict_of(run), at)
    return True


def verdict_of(run: Run) -> tuple[Run.Status, Counter[str]]:
    """How a run stands by its cases so far, and how many cases have come to what."""
    counts = Counter(verdict_of_case(each.counts, run.needed) for each in run.case_runs.tries().values())
    if any(counts[status] for status in _FAILED):
        return Run.Status.FAILED, counts
    if (counts[CaseRun.Status.INCOMPLETE] and not run.incomplete_passes) or not counts:
        return Run.Status.INCOMPLETE, counts
    return Run.Status.PASSED, counts


def verdict_of_case(tries: Counter[str], needed: int) -> str:
    """What a case that was held some times has come to: passed when enough of them passed, else its worst."""
    total = sum(tries.values())
    for waiting in (CaseRun.Status.RUNNING, CaseRun.Status.QUEUED, CaseRun.Status.CANCELLED):
        if tries[waiting]:
            return waiting.value
    if 100 * tries[CaseRun.Status.PASSED] >= needed * total:
        return CaseRun.Status.PASSED.value
    if not any(tries[status] for status in _FAILED):
        return CaseRun.Status.INCOMPLETE.value
    worst = (CaseRun.Status.FAILED, CaseRun.Status.TIMED_OUT, CaseRun.Status.ERROR)
    return next(status.value for status in worst if tries[status])


def cancel_run(run: Run, *, by: Actor) -> Run:
    """What has a result keeps it; what is held at this moment is not recorded. Quiet where it has finished already."""
    at = timezone.now()
    unless(refusal_to_test(run.agent, by=by))
    with transaction.atomic():
        held = Run.objects.select_for_update().defer("manifest").get(pk=run.pk)
        if not held.is_finished:
            held.case_runs.unfinished().update(
                status=CaseRun.Status.CANCELLED, claim=None, claimed_until=None, finished_at=at
            )
            _finish(held, Run.Status.CANCELLED, verdict_of(held)[1], at)
    return held


def _finish(run: Run, status: Run.Status, counts: Counter[str], at: datetime) -> None:
    """What is kept of a finished run: a case that timed out counts among the failed."""
    run.status, run.finished_at = status, at
    run.passed_count, run.incomplete_count = counts[CaseRun.Status.PASSED], counts[CaseRun.Status.INCOMPLETE]
    run.failed_count = counts[CaseRun.Status.FAILED] + counts[CaseRun.Status.TIMED_OUT]
    run.error_count = counts[CaseRun.Status.ERROR]
    run.save(update_fields=["status", "finished_at", "passed_count", "failed_count", "error_count", "incomplete_count"])
