"""Runs of the test suite made: the cases of a run held by the engine of this process, and recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from pydantic import JsonValue

from deployments.conversing.home import HOME
from deployments.conversing.playbooks import playbook_with
from deployments.conversing.steps import STILL_ALIVE
from deployments.conversing.threads import in_thread
from deployments.models import CaseRun, Run
from deployments.pipeline import env_of, real_time_values
from deployments.pipeline.suite.cases import manifest_of_run
from deployments.pipeline.suite.claiming import claim_cases, keep_case, record_case, release_case
from deployments.runtime.models import OFFLINE
from deployments.runtime.playbook import Playbook
from deployments.suite.case import from_snapshot
from deployments.suite.holding import Identity, hold
from deployments.suite.results import Result, as_json

# Of one holder. Those that a model answers wait for the network. The offline engine computes, and each would wait for
# the others: that would be measured as the agent's slowness.
AT_ONCE, AT_ONCE_OFFLINE = 8, 2


@dataclass(frozen=True)
class _Material:
    """What all cases of a run have in common."""

    playbook: Playbook
    identity: Identity
    real_time: dict[str, JsonValue]


async def hold_cases(run_id: UUID, clock: Callable[[], datetime] = timezone.now) -> int:
    """Hold cases of this run until none is left to take; how many were recorded. Others may be at the same run.

    `clock` says when each was held.
    """
    run = await in_thread(_unfinished, run_id)
    if run is None:
        return 0
    material = await in_thread(_material, run)
    at_once = AT_ONCE_OFFLINE if run.engine == OFFLINE else AT_ONCE
    recorded = 0
    while taken := await in_thread(claim_cases, run_id, at_once, clock()):
        recorded += sum(await asyncio.gather(*(_hold_case(run, material, row, clock) for row in taken)))
    return recorded


def _unfinished(run_id: UUID) -> Run | None:
    return Run.objects.unfinished().with_details().select_related("agent__workspace").filter(pk=run_id).first()


def _material(run: Run) -> _Material:
    # The draft and a version by itself read what Sandbox has.
    where = run.environment or run.agent.ladder[0]
    return _Material(
        playbook_with(run.agent, run.manifest_digest, lambda: manifest_of_run(run)),
        Identity(
            env=env_of(run.environment),
            account_id=run.agent.workspace.slug,
            project_id=run.agent.slug,
            version=run.manifest_digest,
            attempt=1,
        ),
        real_time_values(where),
    )


async def _hold_case(run: Run, material: _Material, row: CaseRun, clock: Callable[[], datetime]) -> bool:
    """Whether it was recorded: not where the run was cancelled, or its claim ran out."""
    try:
        result = await _result(run, material, row, clock)
    except BaseException:
        await asyncio.shield(in_thread(release_case, row))
        raise
    if result is None:
        return False
    return await in_thread(
        record_case,
        row,
        status=result.status,
        reason=result.reason,
        seconds=result.seconds,
        told=as_json(result),
        at=clock(),
    )


async def _result(run: Run, material: _Material, row: CaseRun, clock: Callable[[], datetime]) -> Result | None:
    """None: it is no longer ours."""
    case = from_snapshot(row.snapshot)
    identity = replace(material.identity, attempt=row.attempt)
    waiting = asyncio.wrap_future(
        HOME.ask(
            lambda engine: hold(
                engine,
                material.playbook,
                case,
                identity=identity,
                began=run.began_at,
                real_time=material.real_time,
            )
        )
    )
    try:
        while not (await asyncio.wait([waiting], timeout=STILL_ALIVE))[0]:
            if not await in_thread(keep_case, row, clock()):
                return None
        return waiting.result()
    finally:
        waiting.cancel()
