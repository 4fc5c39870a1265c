"""Runs, results and cases of the test suite as the shapes of `api.suite` tell them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from deployments.api.suite import (
    CallFailure,
    CaseRunShape,
    CaseShape,
    CaseStatus,
    PromptResult,
    RawCall,
    RawConversation,
    RawTurn,
    Results,
    RunStatus,
    id_of,
)
from deployments.models import CaseRun, Run
from deployments.suite import Case, Result, Verdict, read

_RUNS: Final[Mapping[str, RunStatus]] = {
    Run.Status.QUEUED: "pending",
    Run.Status.RUNNING: "running",
    Run.Status.CANCELLED: "cancelled",
}


# Readers take what is neither failed nor an error for passed.
_CASES: Final[Mapping[str, CaseStatus]] = {
    CaseRun.Status.QUEUED: "pending",
    CaseRun.Status.INCOMPLETE: "error",
    CaseRun.Status.CANCELLED: "error",
}


def run_told(run: Run, counts: Mapping[str, int] | None = None) -> dict[str, Any]:
    """`counts`: cases by their status so far, where the run goes on."""
    failed = (CaseRun.Status.FAILED, CaseRun.Status.TIMED_OUT)
    now = counts or {}
    incomplete = run.incomplete_count or now.get(CaseRun.Status.INCOMPLETE, 0)
    return {
        "id": run.pk,
        "name": run.name or run.set_name,
        "status": _RUNS.get(run.status, "completed"),
        "verdict": run.status if run.status in {"passed", "failed", "incomplete"} else None,
        "test_case_count": run.case_count or 0,
        "passed_count": run.passed_count or now.get(CaseRun.Status.PASSED, 0),
        "failed_count": run.failed_count or sum(now.get(status, 0) for status in failed),
        "error_count": (run.error_count or now.get(CaseRun.Status.ERROR, 0)) + incomplete,
        "incomplete_count": incomplete,
        "started_at": run.began_at,
        "finished_at": run.finished_at,
        "started_by": run.person.email if run.person else "",
        "trigger": run.trigger,
        "environment": run.environment.slug if run.environment else None if run.version else "draft",
        "version": run.version.hash if run.version else None,
        "deployment_id": run.deployment_id,
        "test_set_id": str(run.case_set_id) if run.case_set_id else None,
        "test_set_name": run.set_name,
        "engine": run.engine,
        "repeats": run.repeats,
    }


def case_run_shape(row: CaseRun) -> CaseRunShape:
    result = read(row.record) if row.record else None
    return CaseRunShape(
        id=str(row.pk),
        test_run_id=row.run_id,
        test_case_id=id_of(row.path),
        test_case_snapshot={"name": row.name, "path": row.path, **row.snapshot},
        attempt=row.attempt,
        status=_CASES.get(row.status, row.status),  # type: ignore[arg-type]
        outcome=row.status if row.finished_at else None,  # type: ignore[arg-type]
        reason=row.reason,
        seconds=row.seconds,
        started_at=row.started_at,
        finished_at=row.finished_at,
        results=_results(result) if result else None,
        raw_conversation=_conversation(row, result),
    )


def _results(result: Result) -> Results:
    return Results(
        prompt_assertion_results=[_judged(each) for each in result.verdicts if each.kind != "call"],
        function_call_failures=[
            CallFailure(name=each.name, arguments=dict(each.arguments), failure_reason=each.reason or each.told)
            for each in result.verdicts
            if each.kind == "call" and each.status == "failed"
        ],
    )


def _judged(verdict: Verdict) -> PromptResult:
    return PromptResult(
        prompt=verdict.told,
        is_pass=verdict.status == "passed",
        is_judged=verdict.status != "not judged",
        reason=verdict.reason,
        turn=verdict.turn,
    )


def _conversation(row: CaseRun, result: Result | None) -> RawConversation:
    """Never null: its readers look into it."""
    return RawConversation(
        id=str(row.pk),
        turns=[
            RawTurn(
                user_input=turn.heard or "",
                agent_response=turn.said,
                function_calls=[RawCall(name=run.name, arguments=dict(run.arguments)) for run in turn.functions],
            )
            for turn in (result.turns if result else ())
        ],
    )


def case_shape(case: Case) -> CaseShape:
    return CaseShape(
        id=id_of(case.path),
        name=case.name,
        path=case.path,
        scenario=case.scenario,
        channel=case.channel,
        language=case.language,
        variant=case.variant,
        tags=list(case.tags),
        severity=case.severity,
        turns=list(case.turns),
    )
