from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command

from deployments import jobs, pipeline
from deployments.conversing.cases import hold_cases
from deployments.conversing.home import HOME
from deployments.models import Agent, CaseRun, Run
from deployments.pipeline import Chosen
from deployments.suite import results
from tests.suites import a_case, told_in_a_module
from tests.vocabulary import FILES, a_workspace, admin_of, an_actor, an_agent, environment, live

pytestmark = pytest.mark.django_db
BAGS = "How many bags may I bring?"
CASES = {
    **a_case("Bags", BAGS, slipway={"expectations": [{"check": "says", "value": "Two bags of 20 kg"}]}),
    **a_case("Trunk", BAGS, slipway={"expectations": [{"check": "says", "value": "Three bags"}]}),
    **a_case("Nothing asked", BAGS),
}


@pytest.fixture(autouse=True)
def offline() -> Iterator[None]:
    yield
    HOME.close()


def with_cases() -> Agent:
    agent = an_agent(files={**FILES, **CASES})
    live(agent)
    return agent


told, agent = told_in_a_module(with_cases)


def held(agent: Agent, **chosen: object) -> Run:
    run = pipeline.start_run(agent, environment(agent, "live"), Chosen(**chosen), by=an_actor(agent))  # type: ignore[arg-type]
    async_to_sync(hold_cases)(run.pk)
    return Run.objects.get(pk=run.pk)


def test_a_run_is_held_judged_and_recorded(agent: Agent) -> None:
    run = held(agent)

    assert (run.status, run.passed_count, run.failed_count, run.incomplete_count) == ("failed", 1, 1, 1)
    told = {row.name: row for row in run.case_runs.all()}
    assert {name: row.status for name, row in told.items()} == {
        "Bags": "passed",
        "Trunk": "failed",
        "Nothing asked": "incomplete",
    }
    assert "Three bags" in told["Trunk"].reason
    kept = results.read(told["Bags"].record)
    assert [turn.heard for turn in kept.turns] == [None, BAGS]
    assert [verdict.status for verdict in kept.verdicts] == ["passed"]


def test_the_offline_engine_comes_to_the_same_every_time(agent: Agent) -> None:
    runs = [held(agent, repeats=2), held(agent, repeats=2)]

    said = {
        (row.path, row.status, row.reason, tuple(turn.said for turn in results.read(row.record).turns))
        for row in CaseRun.objects.filter(run__in=runs)
    }
    assert len(said) == len(CASES)
    assert CaseRun.objects.count() == 4 * len(CASES)


def test_cases_of_a_folder_are_run_as_they_are_and_leave_as_they_came(tmp_path: Path) -> None:
    files = {
        **FILES,
        **CASES,
        "test_suite/by_hand.yaml": b"# As somebody wrote it\nname: 'By hand'   \nscenario: |-\n  You ask.\r\n"
        b'channel: webchat\nlanguage: en-GB\nslipway: {turns: ["' + BAGS.encode() + b'"],\n'
        b"  expectations: [{check: says, value: 20 kg}]}",
    }
    here, there = tmp_path / "here", tmp_path / "there"
    for path, text in files.items():
        (here / path).parent.mkdir(parents=True, exist_ok=True)
        (here / path).write_bytes(text)
    workspace = a_workspace()
    admin = admin_of(workspace)
    told = {"workspace": workspace.slug, "agent": "folder", "by": admin.email}
    call_command("import_agent", str(here), publish="First", **told)
    agent = Agent.objects.get(slug="folder")
    run = pipeline.start_run(agent, environment(agent, "sandbox"), Chosen(), by=pipeline.Actor(admin))
    async_to_sync(hold_cases)(run.pk)
    call_command("export_agent", agent="folder", version="sandbox", to=str(there))

    assert run.case_runs.get(path="test_suite/by_hand.yaml").status == "passed"
    assert {path: (there / path).read_bytes() for path in files} == files
    assert len([path for path in there.rglob("*") if path.is_file()]) == len(files)


def test_a_cancelled_run_is_let_be(agent: Agent) -> None:
    run = pipeline.start_run(agent, environment(agent, "live"), Chosen(), by=an_actor(agent))
    pipeline.cancel_run(run, by=an_actor(agent))

    assert async_to_sync(hold_cases)(run.pk) == 0


def test_a_worker_takes_part_of_the_jobs_of_a_run_and_leaves_the_others_to_other_workers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = asyncio.Event()

    async def hold_until_over(run: UUID) -> None:
        await over.wait()

    monkeypatch.setattr(jobs, "hold_cases", hold_until_over)

    async def worker() -> list[BaseException | None]:
        one, other = str(uuid4()), str(uuid4())
        asked = [jobs.hold_test_cases(run, holder) for run in (one, other) for holder in range(4)]
        asyncio.get_running_loop().call_soon(lambda: asyncio.get_running_loop().call_soon(over.set))
        return await asyncio.gather(*asked, return_exceptions=True)

    came_of_it = asyncio.run(worker())

    assert [error is None for error in came_of_it] == [True, True, False, False] * 2
    strategy = jobs.hold_test_cases.retry_strategy
    assert strategy is not None
    job: Any = SimpleNamespace(attempts=0)
    again = [strategy.get_retry_decision(exception=error, job=job) for error in came_of_it if error]
    assert all(again)
    assert strategy.get_retry_decision(exception=ValueError(), job=job) is None
