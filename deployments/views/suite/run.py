"""A run: how far it is, and its cases, what failed first. While it goes on the page asks for its middle again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from deployments import pipeline
from deployments.models import Agent, CaseRun, Environment, Role, Run
from deployments.views.http import Request, actor, agent_or_404
from deployments.views.pages import fragment
from deployments.views.paging import cut
from deployments.views.suite.finding import comparison_of, run_or_404, suite_page
from deployments.views.suite.progress import FAILED, WAITING, CaseState, progress_of, states_of

SIZE, FOLDED = 50, 20
SHOWN = (
    ("failed", "Failed", FAILED),
    ("incomplete", "Incomplete", frozenset({"incomplete"})),
    ("waiting", "Waiting", WAITING),
    ("cancelled", "Cancelled", frozenset({"cancelled"})),
    ("passed", "Passed", frozenset({"passed"})),
)


@dataclass(frozen=True)
class Line:
    """A case of the list, with its attempts in their order."""

    state: CaseState
    attempts: Sequence[dict[str, Any]] = field(default=())

    @property
    def first(self) -> dict[str, Any] | None:
        """The attempt that says most: the first that did not pass, else the first."""
        return next((each for each in self.attempts if each["status"] != "passed"), next(iter(self.attempts), None))

    @property
    def seconds(self) -> float:
        return sum((float(each["seconds"]) for each in self.attempts), 0.0)


@require_safe
def run(request: Request, slug: str, run: UUID) -> HttpResponse:
    agent = agent_or_404(request, slug)
    found = run_or_404(agent, run)
    return suite_page(request, "run", agent, _shown(request, agent, found), tab="runs", title=f"Test run {found}")


@require_safe
def progress(request: Request, slug: str, run: UUID) -> HttpResponse:
    """The middle of the page alone."""
    agent = agent_or_404(request, slug)
    context = {"agent": agent, "may_test": request.role.holds(Role.EDITOR), "asked_again": True}
    return fragment(
        request, "deployments/suite/progress.html", context | _shown(request, agent, run_or_404(agent, run))
    )


@require_safe
def fold(request: Request, slug: str, run: UUID) -> HttpResponse:
    """Its cases, to be unfolded in a list of runs."""
    agent = agent_or_404(request, slug)
    found = run_or_404(agent, run)
    states = states_of(found)
    context = {"agent": agent, "run": found, "lines": _lines(found, states[:FOLDED]), "more": len(states) - FOLDED}
    return fragment(request, "deployments/suite/run_fold.html", context)


def _shown(request: Request, agent: Agent, found: Run) -> dict[str, Any]:
    states = states_of(found)
    counts = Counter(key for each in states for key, _, among in SHOWN if each.status in among)
    asked = request.GET.get("show", "")
    here = [each for each in states if any(key == asked and each.status in among for key, _, among in SHOWN)]
    lines = here if counts[asked] else states
    pages = cut(request, lines, SIZE)
    refusal = None if found.is_finished else pipeline.refusal_to_test(agent, by=actor(request))
    return {
        "run": found,
        "progress": progress_of(found, (each.status for each in states)),
        "choices": [(key, label, counts[key]) for key, label, _ in SHOWN if counts[key]],
        "show": asked if counts[asked] else "",
        "pages": pages,
        "lines": _lines(found, pages.rows),
        "cases": len(states),
        "may_cancel": refusal is None,
        "again": _again(agent, found),
        "onward": _onward(request, agent, found),
        "lasted": found.finished_at - found.began_at if found.finished_at else None,
        **_compared(agent, found),
        "failures": counts["failed"] + counts["incomplete"] + counts["cancelled"],
    }


def _again(agent: Agent, found: Run) -> str:
    """The dialog that starts the same again, on what stands there now."""
    asked = {"against": found.ref, "set": found.case_set_id or "", "case": found.chosen}
    return f"{reverse('run-start', args=[agent.slug])}?{urlencode(asked, doseq=True)}"


def _onward(request: Request, agent: Agent, found: Run) -> Environment | None:
    """Where the version goes next, when this was the run that its gate waited for."""
    version, by = found.version, actor(request)
    if version is None or found.status != Run.Status.PASSED:
        return None
    version.agent = agent
    for before, step in pairwise(agent.ladder):
        if step.gate_id is None or step.gate_id != found.case_set_id:
            continue
        standing = pipeline.Standing.of(agent, [version], by=by, role=request.role)
        gate = standing.gate(version, step)
        refusal = pipeline.refusal_to_promote(version, to=step, by=by, standing=standing)
        if standing.runs(before, version) and gate and gate.is_open and refusal is None:
            return step
    return None


def _compared(agent: Agent, found: Run) -> dict[str, str]:
    """The comparison with what callers reach now, where that is something else."""
    last = agent.ladder[-1]
    standing = last.active
    if standing is None or standing.version.manifest_digest == found.manifest_digest:
        return {}
    return {"comparison": comparison_of(agent, standing.version, found.version), "compared_with": last.label}


def _lines(found: Run, rows: Sequence[CaseState]) -> list[Line]:
    held = found.case_runs.filter(path__in=[each.path for each in rows]).order_by("attempt")
    attempts: dict[str, list[dict[str, Any]]] = {}
    for each in held.values(
        "pk", "path", "attempt", "status", "reason", "seconds", "taken_from_id", "snapshot__severity"
    ):
        attempts.setdefault(each["path"], []).append(each | {"label": CaseRun.Status(each["status"]).label})
    return [Line(each, attempts.get(each.path, ())) for each in rows]
