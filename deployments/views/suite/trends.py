"""How cases fare from version to version: what came of each last, and with which version it began to fail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from deployments.models import Agent, CaseRun, Run, Version
from deployments.pipeline import verdict_of_case
from deployments.views.suite.finding import comparison_of, known
from deployments.views.suite.progress import FAILED, WAITING

# How far back a list looks. Older runs are in the history of each case.
RECENT = 200


@dataclass(frozen=True)
class Outcome:
    """What a case came to in a run."""

    run: Run
    status: str
    passed: int
    times: int

    @property
    def label(self) -> str:
        return CaseRun.Status(self.status).label

    @property
    def failed(self) -> bool:
        return self.status in FAILED


@dataclass(frozen=True)
class Trend:
    """`here`: the newest outcome on the content that is looked at, `last` the newest on any.

    Where the case fails now, `began` is the first run on the content with which it began to, and `before` the last
    version on which it passed; None where it was never seen to pass.
    """

    here: Outcome | None = None
    last: Outcome | None = None
    began: Outcome | None = None
    before: Version | None = None

    def comparison(self, agent: Agent) -> str:
        """The address of what changed when it began to fail; nothing where one side is no more."""
        if self.began is None or self.before is None:
            return ""
        return comparison_of(agent, self.before, self.began.run.version)


def trends_of(agent: Agent, paths: Collection[str], digest: str) -> Mapping[str, Trend]:
    """Of each of these cases. `digest`: of the content that is looked at. Two queries, however many there are."""
    recent = Run.objects.filter(agent=agent).with_details().newest_first()[:RECENT]
    return {path: trend_of(held, digest) for path, held in outcomes_of(agent, recent, paths).items()}


def outcomes_of(agent: Agent, runs: QuerySet[Run] | Iterable[Run], paths: Collection[str]) -> dict[str, list[Outcome]]:
    """What each case came to in these runs, in the runs' order; those that wait or were called off are left out."""
    held = {run.pk: run for run in runs}
    known(agent, held.values())
    tries = CaseRun.objects.filter(run__in=list(held), path__in=list(paths)).tries()
    found: dict[str, list[Outcome]] = {path: [] for path in paths}
    for key, run in held.items():
        for path in paths:
            if each := tries.get((key, path)):
                status = verdict_of_case(each.counts, run.needed)
                if status not in WAITING and status != "cancelled":
                    found[path].append(Outcome(run, status, each.counts["passed"], each.counts.total()))
    return found


def trend_of(outcomes: Collection[Outcome], digest: str) -> Trend:
    """`outcomes`: of one case, newest first."""
    here = next((each for each in outcomes if each.run.manifest_digest == digest), None)
    last = next(iter(outcomes), None)
    newest: dict[int, Outcome] = {}
    for each in outcomes:
        if each.run.version is not None:
            newest.setdefault(each.run.version.number, each)
    line = [newest[number] for number in sorted(newest, reverse=True)]
    if here is not None and here.run.version is None:
        line.insert(0, here)
    began, before = _began(line)
    return Trend(here, last, began, before)


def _began(line: Collection[Outcome]) -> tuple[Outcome | None, Version | None]:
    """From the newest content back: the oldest that fails without one between that passes, and the one that passed."""
    began: Outcome | None = None
    for each in line:
        if each.failed:
            began = each
        elif each.status == "passed":
            return began, each.run.version if began else None
    return began, None
