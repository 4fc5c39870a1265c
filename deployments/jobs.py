"""The background worker and its jobs. Each is small: it calls a verb of `pipeline`, at its time or when enqueued."""

from __future__ import annotations

import logging
from typing import cast

from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from deployments.pipeline.clearing import clear_expired

_AT_ONCE = 2
_LAST_SECONDS = 5.0
_DEAD_AFTER_SECONDS = 60


# The lock of each keeps one of them waiting at most, however long no worker ran.
@app.periodic(cron="*/10 * * * *")
@app.task(name="clear_what_has_run_out", queueing_lock="clear_what_has_run_out")
def clear_what_has_run_out(timestamp: int) -> None:
    clear_expired(timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="begin_again_what_was_cut_short", queueing_lock="begin_again_what_was_cut_short", pass_context=True)
async def begin_again_what_was_cut_short(context: JobContext, timestamp: int) -> None:
    """A worker that is killed leaves its jobs marked as being done."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=_DEAD_AFTER_SECONDS):
        await jobs.retry_job(job)


def work() -> None:
    """Works until asked to stop. What succeeded is not kept: its effect is."""
    # While the database is away it would say so several times a second.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    worker = app.with_connector(cast(DjangoConnector, app.connector).get_worker_connector())
    worker.run_worker(concurrency=_AT_ONCE, delete_jobs="successful", shutdown_graceful_timeout=_LAST_SECONDS)
