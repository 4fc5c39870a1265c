"""500 test cases with the offline engine and two workers. Run: python benchmarks/cases.py

From the click to the last result, with `manage.py work` twice and a real database, the start of the workers included.
Beside it the same cases held in one process with nothing stored, which two processors can at most halve. "Of two idle"
is the processor time of all of it, database and start too, shared by two: what a quiet machine would take.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from installation import a_workspace, installed
from peers import show, verdict
from talking import processor_seconds
from turns import AGENT

if TYPE_CHECKING:
    from deployments.models import Run

ROOT = Path(__file__).resolve().parent.parent
CASES, WORKERS = 500, 2
PROMISED_SECONDS, PROMISED_BESIDE = 60.0, 3.0


def main() -> None:
    with installed():
        run = a_run()
        clicked = time.perf_counter()
        spent = -processor_seconds()
        workers = [subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT) for _ in range(WORKERS)]
        try:
            first = waited(run, 1) - clicked
            last = waited(run, CASES) - clicked
            spent += processor_seconds()
            each = [processor_seconds(worker.pid) for worker in workers]
        finally:
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.wait()
        run.refresh_from_db()
        assert (run.status, run.passed_count) == ("passed", CASES), (run.status, run.passed_count)
        alone, spent_alone = asyncio.run(held_alone(run))
    show(
        f"{CASES} test cases, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}",
        ["", "seconds", "first result", "processor, a case", "of two idle", "a minute", "half of one alone", "shares"],
        [
            [
                f"{WORKERS} workers, from their start",
                f"{last:.1f}",
                f"{first:.1f} s",
                f"{spent / CASES * 1000:.0f} ms",
                f"{spent / WORKERS:.0f} s",
                verdict(last / PROMISED_SECONDS, 1),
                verdict(last / (alone / WORKERS), PROMISED_BESIDE),
                " / ".join(f"{100 * one / sum(each):.0f} %" for one in each),
            ],
            ["one process, nothing stored", f"{alone:.1f}", "", f"{spent_alone / CASES * 1000:.0f} ms", *[""] * 4],
        ],
    )


def a_run() -> Run:
    """Each case is of the size of the demo's: two or three lines, an expectation of words, of a flow or of a call."""
    from deployments import pipeline
    from deployments.models import Run
    from deployments.resources.archive import read_folder

    workspace, person = a_workspace()
    by = pipeline.Actor(person)
    files = dict(read_folder(AGENT).files)
    for path in [path for path in files if path.startswith("test_suite/")]:
        del files[path]
    for number in range(CASES):
        files[f"test_suite/case_{number}.yaml"] = json.dumps(a_case(number), indent=1).encode()
    agent = pipeline.create_agent(workspace, slug="ferry", name="Ferry", steps=2, files=files, by=by)
    draft = pipeline.draft_of(agent)
    assert draft is not None
    started = pipeline.start_run(agent, draft, pipeline.Chosen(), by=by)
    return Run.objects.get(pk=started.pk)


KINDS: list[dict[str, Any]] = [
    {
        "turns": ["How much luggage may I bring?", "Can I bring my bike?"],
        "expectations": [{"check": "says", "turn": 1, "value": "Two pieces"}],
    },
    {
        "turns": ["I want to book a ferry to Skarra tomorrow", "for two people", "the quarter past nine"],
        "expectations": [{"check": "flow", "turn": 1, "value": "Booking"}, {"check": "never says", "value": "sorry"}],
    },
]


def a_case(number: int) -> dict[str, Any]:
    return {
        "name": f"Case {number}",
        "scenario": "Ask the desk.",
        "channel": "webchat",
        "language": "en-GB",
        "simulated_at": "2026-11-18T09:00:00Z",
        "slipway": KINDS[number % len(KINDS)],
    }


def waited(run: Run, cases: int) -> float:
    """The moment when so many had their result."""
    while run.case_runs.exclude(finished_at=None).count() < cases:
        time.sleep(0.1)
    return time.perf_counter()


async def held_alone(run: Run) -> tuple[float, float]:
    """Seconds on the clock and of processors, for the same cases."""
    from deployments.models import content
    from deployments.runtime.engine import Engine
    from deployments.runtime.models import models_from
    from deployments.runtime.playbook import Playbook
    from deployments.runtime.sandbox.running import Sandbox
    from deployments.suite.case import from_snapshot
    from deployments.suite.holding import Identity, hold

    snapshots = [row.snapshot for row in run.case_runs.all()]
    book = Playbook.of(content.contents(run.agent, run.manifest))
    identity = Identity(env="sandbox", account_id="a", project_id="p", version="v")
    with Sandbox() as sandbox:
        engine = Engine(sandbox, models_from(""))
        began, spent = time.perf_counter(), time.process_time() + processor_seconds()
        for snapshot in snapshots:
            result = await hold(engine, book, from_snapshot(snapshot), identity=identity, began=run.began_at)
            assert result.status == "passed", result.reason
        return time.perf_counter() - began, time.process_time() + processor_seconds() - spent


if __name__ == "__main__":
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    main()
