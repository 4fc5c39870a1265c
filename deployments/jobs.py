"""The background worker and its jobs. Each is small: it calls a verb of `pipeline`, at its time or when enqueued."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.utils import timezone
from procrastinate import BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job
from psycopg_pool import AsyncConnectionPool

from deployments.conversing import IDLE, end_now
from deployments.conversing.cases import hold_cases
from deployments.conversing.threads import on_the_port
from deployments.giving_way import give_way
from deployments.pipeline import Refused, idle_conversations, unclosed_conversations
from deployments.pipeline.clearing import clear_expired
from deployments.pipeline.suite.claiming import take_up_runs
from deployments.pipeline.suite.enqueuing import HOLD, LOOK_UP
from deployments.pipeline.suite.runs import look_up_cases, start_nightly
from deployments.pipeline.webhooks.announcing import JOB
from deployments.pipeline.webhooks.calling import Call, Outcome, call
from deployments.pipeline.webhooks.delivering import PAUSES, call_of, enqueue_lost, settle
from hosting.problem import tell

# Most of it waits for machines elsewhere. A slow one is not to keep the others waiting, so it gets a few of these.
_AT_ONCE = 40
_AT_ONCE_TO_ONE = 4
# Jobs of one run of tests that a worker takes, so that it leaves some to the others.
_HOLDERS_HERE = 2
_BUSY_SECONDS, _LONGEST_BUSY_SECONDS = 0.5, 60.0
_POLLED_SECONDS = 1.0
_LAST_SECONDS = 5.0
# For a connection; at a stop while the database is away up to three times, and service managers give 90 seconds.
_MISSED_SECONDS = 10.0
_DEAD_AFTER_SECONDS = 60
_AGAIN_SECONDS, _TOLD_SECONDS = 1.0, 60.0
_STOPPING = (signal.SIGINT, signal.SIGTERM)


# The lock of each keeps one of them waiting at most, however long no worker ran.
@app.periodic(cron="*/10 * * * *")
@app.task(name="clear_what_has_run_out", queueing_lock="clear_what_has_run_out")
def clear_what_has_run_out(timestamp: int) -> None:
    clear_expired(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="end_silent_conversations", queueing_lock="end_silent_conversations")
def end_silent_conversations(timestamp: int) -> None:
    """And those whose end was cut short. Each by itself: one whose end fails is tried again, and holds up no other."""
    now = timezone.now()
    for conversation in (*unclosed_conversations(now), *idle_conversations(now)):
        try:
            end_now(conversation, ended=IDLE)
        except Refused:
            continue  # somebody speaks in it at this moment, or its end function is to blame


@app.periodic(cron="0 * * * *")
@app.task(name="start_nightly_test_runs", queueing_lock="start_nightly_test_runs")
def start_nightly_test_runs(timestamp: int) -> None:
    start_nightly(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="take_up_test_runs", queueing_lock="take_up_test_runs")
def take_up_test_runs(timestamp: int) -> None:
    """Those whose worker is no more."""
    take_up_runs(timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="begin_again_what_was_cut_short", queueing_lock="begin_again_what_was_cut_short", pass_context=True)
async def begin_again_what_was_cut_short(context: JobContext, timestamp: int) -> None:
    """A worker that is killed leaves its jobs marked as being done."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=_DEAD_AFTER_SECONDS):
        await jobs.retry_job(job)
    await _in_thread(lambda: enqueue_lost(timezone.now()))


class TryAgain(Exception):
    """This message is tried again at that time."""

    def __init__(self, at: datetime) -> None:
        super().__init__(f"again at {at.isoformat()}")
        self.at = at


class _BusyError(Exception):
    """As many jobs as may be are under way here for this address, or this run."""


class _ElseLater(BaseRetryStrategy):
    """Somewhere or sometime else when it was too much here; whatever else fails is not tried again."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if not isinstance(exception, _BusyError):
            return None
        pause = min(_LONGEST_BUSY_SECONDS, _BUSY_SECONDS * 2 ** min(job.attempts, 9))
        return RetryDecision(retry_at=timezone.now() + timedelta(seconds=pause))


class _Patiently(_ElseLater):
    """When the message says so; after a failure of our own, such as of the database, by the same pauses."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, TryAgain):
            return RetryDecision(retry_at=exception.at)
        if isinstance(exception, _BusyError):
            return super().get_retry_decision(exception=exception, job=job)
        if job.attempts >= len(PAUSES):
            return None
        return RetryDecision(retry_at=timezone.now() + timedelta(seconds=PAUSES[job.attempts]))


@app.task(name=JOB, retry=_Patiently())
async def deliver_webhook(delivery: str, round: int) -> None:
    """One try. The worker's loop is not held up: the database is asked in a thread, the network awaited."""
    pk = UUID(delivery)
    found = await _in_thread(lambda: call_of(pk, round, timezone.now()))
    if found is None:
        return
    outcome = await _called(found) if isinstance(found, Call) else found
    if again := await _in_thread(lambda: settle(pk, round, outcome, timezone.now())):
        raise TryAgain(again)


@app.task(name=LOOK_UP, retry=_Patiently())
async def look_up_test_cases(run: str) -> None:
    await _in_thread(lambda: look_up_cases(UUID(run), timezone.now()))


# `holder` tells jobs of one run apart. What one that fails leaves is taken up within a minute.
@app.task(name=HOLD, retry=_ElseLater())
async def hold_test_cases(run: str, holder: int = 0) -> None:
    on_the_port.set(True)  # many wait here, too: a few threads ask the database for all of them
    with _one_of(_HOLDERS_HERE, run):
        await hold_cases(UUID(run))


_under_way: Counter[str] = Counter()


async def _called(what: Call) -> Outcome:
    with _one_of(_AT_ONCE_TO_ONE, what.address):
        return await call(what)


@contextmanager
def _one_of(most: int, what: str) -> Iterator[None]:
    """Of the jobs of this process for one address, or one run."""
    if _under_way[what] >= most:
        raise _BusyError(what)
    _under_way[what] += 1
    try:
        yield
    finally:
        _under_way[what] -= 1
        if not _under_way[what]:
            del _under_way[what]


_Found = TypeVar("_Found")


async def _in_thread(ask: Callable[[], _Found]) -> _Found:
    def asked() -> _Found:
        close_old_connections()  # of a database that was started again meanwhile
        return ask()

    return await sync_to_async(asked)()


def work() -> None:
    """Works until asked to stop, also while the database goes away and comes back."""
    give_way()
    # While the database is away these would say so several times a second, or over pages.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    for name in ("procrastinate.worker.worker", "procrastinate.utils", "asyncio"):
        logging.getLogger(name).addFilter(_is_no_connection_lost)
    asyncio.run(_working())


def _is_no_connection_lost(record: logging.LogRecord) -> bool:
    """Said once, by `work`, in a sentence."""
    return not (record.exc_info and isinstance(record.exc_info[1], ConnectorException))


async def _working() -> None:
    asked, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop() -> None:
        asked.set()
        for name in _STOPPING:  # a second one ends it at once
            loop.remove_signal_handler(name)

    for name in _STOPPING:
        loop.add_signal_handler(name, stop)
    told_at = -_TOLD_SECONDS
    while not asked.is_set():
        with suppress(ConnectorException):
            await _worked(asked)
        if not asked.is_set():
            if loop.time() - told_at >= _TOLD_SECONDS:
                tell("The database is away: no background work is done until it is back.")
                told_at = loop.time()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(asked.wait(), _AGAIN_SECONDS)


async def _worked(asked: asyncio.Event) -> None:
    """Until asked to stop, or until the database is away. What succeeded is not kept: its effect is."""
    connected = app.with_connector(PsycopgConnector())
    # Of our own: one that procrastinate opens waits longer, and says otherwise that nobody answers.
    pool = AsyncConnectionPool(
        kwargs=connector_params(), timeout=_MISSED_SECONDS, check=AsyncConnectionPool.check_connection, open=False
    )
    async with pool, connected.open_async(pool):
        working = asyncio.ensure_future(
            connected.run_worker_async(
                concurrency=_AT_ONCE,
                fetch_job_polling_interval=_POLLED_SECONDS,
                delete_jobs="successful",
                shutdown_graceful_timeout=_LAST_SECONDS,
                install_signal_handlers=False,
            )
        )
        asking = asyncio.ensure_future(asked.wait())
        await asyncio.wait({working, asking}, return_when=asyncio.FIRST_COMPLETED)
        asking.cancel()
        working.cancel()  # its jobs are finished first
        with suppress(asyncio.CancelledError):
            await working
