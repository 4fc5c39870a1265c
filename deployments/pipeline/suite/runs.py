"""Starting a run, of a set or of chosen cases, against a version, an environment or the draft."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from deployments.models import Agent, CaseRun, CaseSet, Deployment, Environment, Run
from deployments.pipeline.actor import Actor
from deployments.pipeline.conversations.beginning import With, found
from deployments.pipeline.refusal import Refusal, Refused, fits_a_line, one_line, unless
from deployments.pipeline.suite.cases import cases_of, manifest_of_run, those
from deployments.pipeline.suite.enqueuing import enqueue_holding, enqueue_looking_up
from deployments.pipeline.suite.finishing import finish_if_done
from deployments.pipeline.suite.sets import refusal_of_repeats, refusal_to_test
from deployments.resources.archive import refusal_of_path
from deployments.runtime.models import OFFLINE
from deployments.suite.case import Case, as_snapshot

LONGEST_NAME = 120
# The hours of the day, where the workspace is: several, since clocks that are put forward skip one, and no worker may
# have run in the first of them.
NIGHT = range(2, 6)
NOTHING_THERE = Refusal("no_cases", "None of these test cases is in what they would run against.")


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What is run: a set, or cases by the paths of their files, or neither: every case there is."""

    case_set: CaseSet | None = None
    paths: Sequence[str] = ()
    repeats: int = 1


def start_run(
    agent: Agent, against: With, chosen: Chosen, *, name: str = "", by: Actor, at: datetime | None = None
) -> Run:
    """Cases as they are in what stands there at this instant, queued for the workers; all of them are run anew.

    Raises `Refused`: `no_permission`, `nothing_deployed`, `draft_moved`, `no_cases`, `set_gone`, `name_too_long`,
    `repeats_unusable`.
    """
    at = at or timezone.now()
    unless(refusal_to_test(agent, by=by) or _refusal_of(name, chosen))
    with transaction.atomic():
        run = _run(agent, against, chosen, name=one_line(name), trigger=Run.Trigger.HAND, by=by, at=at)
        return _begun(run, taking_over=(), at=at)


def start_beside(agent: Agent, left: With, right: With, chosen: Chosen, *, by: Actor) -> tuple[Run, Run]:
    """The same cases against two contents at one instant, to see what answers differently. Raises as `start_run`."""
    at = timezone.now()
    with transaction.atomic():
        one = start_run(agent, left, chosen, by=by, at=at)
        other = start_run(agent, right, chosen, by=by, at=at)
        Run.objects.filter(pk=other.pk).update(beside=one)
        Run.objects.filter(pk=one.pk).update(beside=other)
        one.beside, other.beside = other, one
    return one, other


def run_failures_again(held: Run, *, by: Actor) -> Run:
    """A run of the same content for what its set asks by now, or where that is gone of the same cases: what passed is
    taken over, the rest is held again.

    Raises `Refused`: `run_unfinished`, `nothing_failed`, `set_gone`, `no_permission`.
    """
    at, engine = timezone.now(), _engine()
    unless(refusal_to_test(held.agent, by=by))
    if not held.is_finished:
        unless(Refusal("run_unfinished", "This run has not finished. Wait for it, or cancel it."))
    passed = list(held.case_runs.filter(status=CaseRun.Status.PASSED))
    if len(passed) == held.case_runs.count():
        unless(Refusal("nothing_failed", "Every case of this run passed."))
    lost_its_set = held.set_name and held.case_set is None
    run = Run(
        agent=held.agent,
        name=held.name,
        case_set=held.case_set,
        set_name=held.set_name,
        environment=held.environment,
        version=held.version,
        manifest=held.manifest,
        manifest_digest=held.manifest_digest,
        trigger=Run.Trigger.HAND,
        chosen=_paths_of(held) if lost_its_set else held.chosen,
        engine=engine,
        again_of=held,
        began_at=at,
        # A gate believes this run: it is judged by what the set asks now, and by what answers now.
        **_options_of(held.case_set or held),
        **_by(by),
    )
    return _begun(run, taking_over=passed if held.engine == engine else (), at=at)


def start_after(deployment: Deployment, sets: Collection[int], *, by: Actor, at: datetime) -> list[Run]:
    """What this placement starts, in its transaction. Its cases are looked up later: others wait for the placement."""
    runs = []
    for held in CaseSet.objects.filter(pk__in=sets).order_by("name"):
        chosen = Chosen(case_set=held)
        run = _run(deployment.agent, deployment.version, chosen, trigger=Run.Trigger.PLACED, by=by, at=at)
        run.environment, run.deployment = deployment.environment, deployment
        runs.append(_begun_later(run))
    return runs


def start_nightly(at: datetime) -> list[Run]:
    """For each set and environment that asks for it, once in the night of its workspace: what stands there now."""
    runs = []
    asked = CaseSet.objects.exclude(nightly=[]).filter(agent__deleted_at=None).select_related("agent__workspace")
    for held in asked:
        if at.astimezone(held.agent.workspace.zone).hour not in NIGHT:
            continue
        for step in held.agent.ladder:
            if step.slug in held.nightly and step.active is not None and not _ran_tonight(held, step, at):
                # A set that was deleted meanwhile, or a step that was left, holds up no other.
                with suppress(Refused), transaction.atomic():
                    run = _run(held.agent, step, Chosen(case_set=held), trigger=Run.Trigger.NIGHTLY, by=None, at=at)
                    _hold_set(run)
                    runs.append(_begun_later(run))
    return runs


def _ran_tonight(held: CaseSet, step: Environment, at: datetime) -> bool:
    runs = Run.objects.filter(case_set=held, environment=step, trigger=Run.Trigger.NIGHTLY)
    return runs.filter(began_at__gt=at - timedelta(hours=12)).exists()


def look_up_cases(run_id: UUID, at: datetime) -> None:
    """The cases of a run that was started without them. What passed before on the same version is taken over."""
    with transaction.atomic():
        run = Run.objects.select_for_update(of=["self"]).with_details().filter(pk=run_id, case_count=None).first()
        if run is None or run.is_finished:
            return
        earlier: list[CaseRun] = []
        if run.trigger == Run.Trigger.PLACED and run.version_id is not None:
            rows = CaseRun.objects.filter(run__version=run.version_id, run__engine=run.engine, attempt=1)
            rows = rows.filter(run__repeats=1, status=CaseRun.Status.PASSED) if run.repeats == 1 else rows.none()
            earlier = list(rows.order_by("path", "-pk").distinct("path"))
        _look_up(run, taking_over=earlier, at=at)


def _begun(run: Run, *, taking_over: Collection[CaseRun], at: datetime) -> Run:
    """With its cases. Raises `Refused`: `no_cases`, `set_gone`."""
    with transaction.atomic():
        _hold_set(run)
        run.save(force_insert=True)
        if not _look_up(run, taking_over=taking_over, at=at):
            raise Refused(NOTHING_THERE)
    return run


def _begun_later(run: Run) -> Run:
    """A worker looks its cases up."""
    with transaction.atomic():
        run.save(force_insert=True)
        enqueue_looking_up(run.pk)
    return run


def _hold_set(run: Run) -> None:
    """Whoever deletes the set of this run waits until the run is there. Raises `Refused`: `set_gone`."""
    if run.case_set_id is None:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM deployments_caseset WHERE id = %s FOR KEY SHARE", [run.case_set_id])
        if cursor.rowcount == 0:
            raise Refused(Refusal("set_gone", f"{run.set_name} was deleted meanwhile."))


def _look_up(run: Run, *, taking_over: Collection[CaseRun], at: datetime) -> int:
    """How many cases there are, each of which has its rows now."""
    cases = _cases(run)
    known = {(row.path, row.attempt, row.digest): row for row in taking_over}
    rows = [
        _case_run(run, case, attempt, known.get((case.path, attempt, case.digest)), at)
        for case in cases
        for attempt in range(1, run.repeats + 1)
    ]
    CaseRun.objects.bulk_create(rows, batch_size=500)
    run.case_count = len(cases)
    run.save(update_fields=["case_count"])
    if waiting := sum(row.finished_at is None for row in rows):
        enqueue_holding(run.pk, waiting)
    else:
        finish_if_done(run.pk, at)
    return len(cases)


def _cases(run: Run) -> list[Case]:
    there = cases_of(run.agent, manifest_of_run(run))
    if run.chosen:
        return those(there, run.chosen)
    if run.case_set is not None and not run.case_set.everything:
        return those(there, run.case_set.cases)
    return there


def _case_run(run: Run, case: Case, attempt: int, known: CaseRun | None, at: datetime) -> CaseRun:
    row = CaseRun(run=run, agent=run.agent, path=case.path, name=case.name[:200], attempt=attempt, digest=case.digest)
    row.snapshot = as_snapshot(case)
    if known is not None:
        row.status, row.reason, row.seconds, row.record = known.status, known.reason, known.seconds, known.record
        row.started_at, row.finished_at, row.taken_from = known.started_at, known.finished_at or at, known
    return row


def _run(
    agent: Agent, against: With, chosen: Chosen, *, name: str = "", trigger: Run.Trigger, by: Actor | None, at: datetime
) -> Run:
    environment, _, version, draft = found(against)
    held = chosen.case_set
    digest = version.manifest_digest if version else draft.manifest_digest if draft else ""
    return Run(
        agent=agent,
        name=name,
        case_set=held,
        set_name=held.name if held else "",
        environment=environment,
        version=version,
        manifest=draft.manifest if draft else {},
        manifest_digest=digest,
        trigger=trigger,
        chosen=list(dict.fromkeys(chosen.paths)),
        engine=_engine(),
        began_at=at,
        **(_options_of(held) if held else {"repeats": chosen.repeats}),
        **(_by(by) if by else {}),
    )


def _options_of(held: CaseSet | Run) -> dict[str, Any]:
    return {"repeats": held.repeats, "needed": held.needed, "incomplete_passes": held.incomplete_passes}


def _paths_of(held: Run) -> list[str]:
    return list(dict.fromkeys(held.case_runs.order_by("pk").values_list("path", flat=True)))


def _engine() -> str:
    return (settings.MODEL or OFFLINE)[:100]


def _by(by: Actor) -> dict[str, Any]:
    return {"person": by.person, "api_key": by.key[:200]}


def _refusal_of(name: str, chosen: Chosen) -> Refusal | None:
    if not fits_a_line(name, LONGEST_NAME):
        return Refusal("name_too_long", f"A name has at most {LONGEST_NAME} printable characters.")
    nothing = NOTHING_THERE if any(map(refusal_of_path, chosen.paths)) else None
    return refusal_of_repeats(chosen.repeats) or nothing
