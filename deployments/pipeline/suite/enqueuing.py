"""The jobs of a run are written with it: all of it or nothing."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

LOOK_UP, HOLD = "look_up_test_cases", "hold_test_cases"
# So that every worker of an installation takes part; each of them works until nothing is left.
HOLDERS = 4


def enqueue_looking_up(run: UUID) -> None:
    app.configure_task(LOOK_UP).defer(run=str(run))


def enqueue_holding(run: UUID, cases: int) -> None:
    jobs: list[dict[str, JSONValue]] = [{"run": str(run), "holder": holder} for holder in range(min(HOLDERS, cases))]
    app.configure_task(HOLD).batch_defer(*jobs)
