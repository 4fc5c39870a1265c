"""The test suite: its sets, cases and runs, and starting a run."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Final, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from ninja import Query, Status

from deployments import pipeline
from deployments.api.chat import standing_of
from deployments.api.errors import NO_SET, ApiError
from deployments.api.finding import agent_for, side_of
from deployments.api.keys import Request
from deployments.api.routing import answers, next_page, router
from deployments.api.suite import (
    Cases,
    History,
    RunDetail,
    Runs,
    RunShape,
    Select,
    Sets,
    SetShape,
    Trigger,
    Triggered,
    id_of,
    path_of,
)
from deployments.api.suite_telling import case_run_shape, case_shape, run_told
from deployments.api.talks import Place
from deployments.models import Agent, CaseRun, CaseSet, Run
from deployments.pipeline import With
from deployments.pipeline.refusal import fits_a_line
from deployments.pipeline.suite.cases import cases_of, manifest_of
from deployments.pipeline.suite.sets import LONGEST_NAME
from deployments.suite import Case

routes = router("Testing")
TESTING: Final = "/agents/{agent_id}/testing"
RUNS: Final = f"{TESTING}/test-runs"
MAIN: Final = "main"
NO_CASES: Final = "NoTestCasesHttp"
MISSING_CASES: Final = "MissingTestCasesHttp"
NAMED = 5

Row = TypeVar("Row", bound=Model)
Limit = Annotated[int, Query(ge=1, le=1000)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]
Branch = Annotated[str, Query(alias="branchId", max_length=64, description="`main`: there is no other.")]


@routes.get(RUNS, response=answers(200, Runs), summary="List test runs")
def runs(
    request: Request,
    response: HttpResponse,
    agent_id: str,
    limit: Limit = 100,
    offset: Offset = 0,
    test_set: Annotated[str, Query(alias="testSetId", max_length=100, description="A set's id or name.")] = "",
    branch: Branch = MAIN,
) -> Runs:
    """Newest first. A `Link` header leads on to the next. Counts of a run that goes on are told where it is read."""
    agent = agent_for(request.auth, agent_id, "testing:read")
    _must_be_main(agent, branch)
    rows = agent.runs.with_details().newest_first()
    if test_set:
        rows = rows.filter(case_set=_set_of(agent, test_set))
    found = _sliced(request, response, rows, limit, offset)
    return Runs(test_runs=[RunShape(**run_told(run)) for run in found])


# Before the one that reads a run: "trigger" is no run's id.
@routes.post(f"{RUNS}/trigger", response=answers(201, Triggered, 409, 422), summary="Run test cases")
def trigger(request: Request, agent_id: str, body: Trigger) -> Status[Triggered]:
    """Workers hold the cases as they are at this instant in what they run against; read the run to follow it."""
    agent = agent_for(request.auth, agent_id, "testing:write")
    _must_be_main(agent, body.branch_id)
    against = _against(agent, body.environment, body.version)
    run = pipeline.start_run(agent, against, _chosen(agent, against, body), name=body.name or "", by=request.auth.actor)
    return Status(201, Triggered(**run_told(run, _counts(run)), count=run.case_count or 0))


@routes.get(f"{RUNS}/{{run_id}}", response=answers(200, RunDetail), summary="Read a test run")
def run(request: Request, agent_id: str, run_id: str) -> RunDetail:
    """With each case's conversation and what was expected of it."""
    agent = agent_for(request.auth, agent_id, "testing:read")
    held = _run_of(agent, run_id)
    rows = held.case_runs.order_by("pk")
    return RunDetail(**run_told(held, _counts(held)), test_history=[case_run_shape(row) for row in rows])


@routes.post(f"{RUNS}/{{run_id}}/cancel", response=answers(200, RunShape), summary="Cancel a test run")
def cancel(request: Request, agent_id: str, run_id: str) -> RunShape:
    """What has a result keeps it. Twice is quiet, and so it is where the run has finished."""
    agent = agent_for(request.auth, agent_id, "testing:write")
    pipeline.cancel_run(_run_of(agent, run_id), by=request.auth.actor)
    return RunShape(**run_told(_run_of(agent, run_id)))


@routes.get(f"{TESTING}/test-history", response=answers(200, History), summary="List results")
def history(
    request: Request,
    response: HttpResponse,
    agent_id: str,
    test_case: Annotated[
        str, Query(alias="testCaseId", max_length=1000, pattern=r"^[^\x00]*$", description="A case's id or its path.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    offset: Offset = 0,
    branch: Branch = MAIN,
) -> History:
    """Of one case, or of all, newest first. A `Link` header leads on to the next."""
    agent = agent_for(request.auth, agent_id, "testing:read")
    _must_be_main(agent, branch)
    rows = CaseRun.objects.filter(agent=agent).order_by("-pk")
    if test_case:
        rows = CaseRun.objects.of_case(agent, path_of(test_case))
    found = _sliced(request, response, rows, limit, offset)
    return History(test_history=[case_run_shape(row) for row in found])


@routes.get(f"{TESTING}/test-sets", response=answers(200, Sets), summary="List test sets")
def sets(request: Request, agent_id: str) -> Sets:
    agent = agent_for(request.auth, agent_id, "testing:read")
    gates: dict[int | None, list[str]] = {}
    for step in agent.ladder:
        gates.setdefault(step.gate_id, []).append(step.slug)
    return Sets(test_sets=[_set_shape(each, gates.get(each.pk, [])) for each in agent.case_sets.order_by("name")])


@routes.get(f"{TESTING}/test-cases", response=answers(200, Cases), summary="List test cases")
def cases(
    request: Request,
    agent_id: str,
    environment: Annotated[Place | None, Query(description="Whose cases: `sandbox` where nothing is said.")] = None,
    version: Annotated[str, Query(max_length=40, description="Or a version's, by 9 characters of its hash.")] = "",
    branch: Branch = MAIN,
) -> Cases:
    """Those in an environment, the draft or a version, in the order of their names. They are content: edit the draft
    to change them."""
    agent = agent_for(request.auth, agent_id, "testing:read")
    _must_be_main(agent, branch)
    found = cases_of(agent, manifest_of(_against(agent, None if version else environment, version)))
    return Cases(test_cases=[case_shape(each) for each in found])


def _sliced(request: Request, response: HttpResponse, rows: QuerySet[Row], limit: int, offset: int) -> list[Row]:
    found = list(rows[offset : offset + limit + 1])
    if len(found) > limit:
        found.pop()
        response["Link"] = next_page(request, offset=offset + limit)
    return found


def _must_be_main(agent: Agent, branch: str) -> None:
    if branch != MAIN:
        raise ApiError(404, "BRANCH_NOT_FOUND", f"{agent.name} has no branch of this id: there is {MAIN} alone.")


def _run_of(agent: Agent, run_id: str) -> Run:
    try:
        key = UUID(run_id)
    except ValueError:
        key = None
    held = agent.runs.with_details().filter(pk=key).first() if key else None
    if held is None:
        raise ApiError(404, "TEST_RUN_NOT_FOUND", f"{agent.name} has no test run of this id.")
    held.agent = agent
    return held


def _counts(run: Run) -> Counter[str] | None:
    """As it stands by now; a run that is over keeps its own."""
    return None if run.is_finished else pipeline.verdict_of(run)[1]


def _against(agent: Agent, environment: str | None, version: str | None) -> With:
    if version:
        side = side_of(agent, version)
        if side.version is not None and side.environment is None:
            return side.version
        raise ApiError(404, "VERSION_NOT_FOUND", "Say a version by at least nine characters of its hash.")
    return standing_of(agent, environment or agent.ladder[0].slug)


def _set_of(agent: Agent, text: str) -> CaseSet:
    """By its id or by its name, in any case of letters."""
    found = agent.case_sets.filter(name__iexact=text).first() if fits_a_line(text, LONGEST_NAME) else None
    if found is None and text.isascii() and text.isdigit() and len(text) < 19:
        found = agent.case_sets.filter(pk=int(text)).first()
    if found is None:
        raise ApiError(404, NO_SET, f"{agent.name} has no test set of this id or name.")
    return found


def _chosen(agent: Agent, against: With, body: Trigger) -> pipeline.Chosen:
    select = body.select
    if body.test_case_ids is not None and select is None:
        select = Select(mode="testIds", test_ids=body.test_case_ids)
    if select is None:
        return pipeline.Chosen(repeats=body.repeats)
    if select.mode == "testSet":
        return pipeline.Chosen(case_set=_set_of(agent, select.test_set or ""))
    there = cases_of(agent, manifest_of(against))
    return pipeline.Chosen(paths=[case.path for case in _selected(there, select)], repeats=body.repeats)


def _selected(there: list[Case], select: Select) -> list[Case]:
    """Those that are meant, in the order they were named; never none."""
    match select.mode:
        case "severity":
            found = [case for case in there if case.severity == select.severity]
        case "tag":
            found = [case for case in there if select.all_tags & set(case.tags)]
        case _:
            found = _named(there, select.test_ids)
    if not found:
        raise ApiError(422, NO_CASES, "No test case is selected by this. List test cases to see which there are.")
    return found


def _named(there: list[Case], ids: list[str]) -> list[Case]:
    by_path = {case.path: case for case in there}
    paths = list(dict.fromkeys(path_of(each) for each in ids))
    if missing := [path for path in paths if path not in by_path]:
        named = ", ".join(id_of(path)[:60] for path in missing[:NAMED])
        more = f" and {len(missing) - NAMED:,} more" if len(missing) > NAMED else ""
        raise ApiError(422, MISSING_CASES, f"There is no test case {named}{more} in what it would run against.")
    return [by_path[path] for path in paths]


def _set_shape(held: CaseSet, gates: list[str]) -> SetShape:
    return SetShape(
        id=str(held.pk),
        name=held.name,
        everything=held.everything,
        test_case_ids=[id_of(path) for path in held.cases],
        after=held.after,
        nightly=held.nightly,
        repeats=held.repeats,
        needed=held.needed,
        incomplete_passes=held.incomplete_passes,
        gates=gates,
    )
