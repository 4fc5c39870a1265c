"""What came of a case: each expectation with its reason, what was said, and the same case on the version before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from deployments.forms.numerals import whole
from deployments.models import Agent, CaseRun, Role
from deployments.suite.results import Result, Verdict
from deployments.views.conversations.drawers import Addresses, fixes_of
from deployments.views.http import Request, agent_or_404
from deployments.views.suite.finding import comparison_of, known, run_or_404, suite_page
from deployments.views.suite.progress import FAILED
from deployments.views.suite.transcripts import drawer_at, result_of, side_by_side, transcript_of

JUDGED = (*FAILED, "passed", "incomplete")
KINDS = {"expectation": "Expectations", "call": "Function calls", "assertion": "Meaning"}


@dataclass(frozen=True)
class Judged:
    """An expectation, and how it stood where the case was held before; empty where it was not asked there."""

    verdict: Verdict
    before: str


@require_safe
def result(request: Request, slug: str, run: UUID, result: int) -> HttpResponse:
    agent = agent_or_404(request, slug)
    held = run_or_404(agent, run)
    row = get_object_or_404(held.case_runs.select_related("taken_from__run"), pk=result)
    row.run = held
    found = result_of(row)
    before = _before(agent, row)
    was = result_of(before) if before else None
    turn = whole(request.GET.get("turn", ""))
    drawer = drawer_at(agent, row, found, turn, request.role) if found and turn is not None else None
    context = {
        "run": held,
        "row": row,
        "result": found,
        "expected": _groups(found, was) if found else [],
        "transcript": transcript_of(agent, row, found, request.role) if found else [],
        "drawer": drawer,
        "fixes": fixes_of(agent, drawer) if drawer else [],
        "attempts": _attempts(row),
        "before": before,
        "beside": side_by_side(agent, before, row, request.role) if before else [],
        "case": _case(row.snapshot),
        "comparison": comparison_of(agent, before.run.version, row.run.version) if before else "",
        "resource": Addresses(agent, held.version, request.role.holds(Role.EDITOR)).of(row.path),
    }
    return suite_page(request, "result", agent, context, tab="runs", title=row.name)


def _before(agent: Agent, row: CaseRun) -> CaseRun | None:
    """The newest of this case on the version before, of those that were tested; for the draft on the newest."""
    others = CaseRun.objects.filter(agent=agent, path=row.path, status__in=JUDGED, run__version__isnull=False)
    others = others.exclude(run__manifest_digest=row.run.manifest_digest)
    if row.run.version is not None:
        others = others.filter(run__version__number__lt=row.run.version.number)
    others = others.order_by("-run__version__number", "-pk").select_related("run__version", "run__environment")
    found = others.defer("run__manifest", "run__version__manifest").first()
    if found is not None:
        known(agent, [found.run])
    return found


def _groups(found: Result, was: Result | None) -> list[tuple[str, Sequence[Judged]]]:
    """What was expected, by kind."""
    then: Mapping[tuple[str, str], str] = {(each.kind, each.told): each.status for each in was.verdicts} if was else {}
    rows = [Judged(each, then.get((each.kind, each.told), "")) for each in found.verdicts]
    groups = [(label, [row for row in rows if row.verdict.kind == kind]) for kind, label in KINDS.items()]
    return [(label, held) for label, held in groups if held]


def _attempts(row: CaseRun) -> Sequence[Mapping[str, Any]]:
    """The same case within the run, where it was held more than once."""
    if row.run.repeats < 2:
        return ()
    held = CaseRun.objects.filter(run=row.run_id, path=row.path).order_by("attempt")
    return list(held.values("pk", "attempt", "status"))


def _case(snapshot: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the case asked for, as it was: in words, without what it left out."""
    told = [
        ("Scenario", snapshot.get("scenario")),
        ("Channel", {"webchat": "Chat", "voice": "Voice"}.get(str(snapshot.get("channel")), "")),
        ("Language", snapshot.get("language")),
        ("Variant", snapshot.get("variant")),
        ("Caller", snapshot.get("caller_number")),
        ("Clock stands at", snapshot.get("simulated_at")),
        ("Severity", snapshot.get("severity")),
        ("Tags", ", ".join(map(str, snapshot.get("tags") or ()))),
        ("Mocked functions", ", ".join(snapshot.get("function_results") or ())),
        ("Mocked integrations", ", ".join(snapshot.get("api_mocks") or ())),
    ]
    return [(label, str(value)) for label, value in told if value]
