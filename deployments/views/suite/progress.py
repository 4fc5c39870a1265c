"""How far runs are, and what came of each of their cases: counted by the database, never row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from deployments.models import CaseRun, Run
from deployments.pipeline import verdict_of_case

# The worst first: what a person opens a run for.
ORDER = ("error", "failed", "timed_out", "incomplete", "running", "queued", "cancelled", "passed")
FAILED = frozenset({"failed", "error", "timed_out"})
WAITING = frozenset({"queued", "running"})


@dataclass(frozen=True)
class CaseState:
    """A case within a run. `tries`: how many of its attempts came to what."""

    path: str
    name: str
    status: str
    tries: Counter[str] = field(default_factory=Counter)

    @property
    def label(self) -> str:
        return CaseRun.Status(self.status).label

    @property
    def times(self) -> int:
        return sum(self.tries.values())

    @property
    def passed(self) -> int:
        return self.tries["passed"]


@dataclass(frozen=True)
class Progress:
    """Cases of a run, each counted once. `total` is None until they were looked up."""

    passed: int = 0
    failed: int = 0
    incomplete: int = 0
    waiting: int = 0
    total: int | None = None

    @property
    def done(self) -> int:
        return (self.total or 0) - self.waiting


def states_of(run: Run) -> list[CaseState]:
    """Every case of a run, the worst first, then by name."""
    found = [
        CaseState(path, each.name, verdict_of_case(each.counts, run.needed), each.counts)
        for (_, path), each in run.case_runs.tries().items()
    ]
    return sorted(found, key=lambda each: (ORDER.index(each.status), each.name.casefold(), each.path))


def progress_of(run: Run, statuses: Iterable[str]) -> Progress:
    """`statuses`: of each of its cases."""
    found = Counter(statuses)
    return Progress(
        passed=found["passed"],
        failed=sum(found[status] for status in FAILED),
        incomplete=found["incomplete"],
        waiting=sum(found[status] for status in WAITING),
        total=run.case_count,
    )


def progress_in(runs: Collection[Run]) -> Mapping[UUID, Progress]:
    """Of each run: what it has come to, or how far it is. One query for all that are unfinished, none without any."""
    going = [run for run in runs if not run.is_finished]
    needed = {run.pk: run.needed for run in going}
    statuses: dict[UUID, list[str]] = {run.pk: [] for run in going}
    for (key, _), each in CaseRun.objects.filter(run__in=going).tries().items() if going else ():
        statuses[key].append(verdict_of_case(each.counts, needed[key]))
    return {run.pk: progress_of(run, statuses[run.pk]) if run.pk in statuses else _final(run) for run in runs}


def _final(run: Run) -> Progress:
    return Progress(
        passed=run.passed_count,
        failed=run.failed_count + run.error_count,
        incomplete=run.incomplete_count,
        total=run.case_count or 0,
    )


def told(runs: Collection[Run]) -> list[dict[str, Any]]:
    """Rows for a template: each run with how far it is."""
    far = progress_in(runs)
    return [{"run": run, "progress": far[run.pk]} for run in runs]
