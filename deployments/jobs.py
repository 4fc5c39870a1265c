"""The background worker and its jobs. Each is small: it calls a verb of `pipeline`, at its time or when enqueued."""

from __future__ import annotations

from typing import cast

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from deployments.pipeline.clearing import clear_expired

_AT_ONCE = 2
# A job that is cut short is begun again by the next worker.
_LAST_SECONDS = 5.0


# The lock keeps one of these waiting, however long no worker ran.
@app.periodic(cron="*/10 * * * *")
@app.task(name="clear_what_has_run_out", queueing_lock="clear_what_has_run_out")
def clear_what_has_run_out(timestamp: int) -> None:
    clear_expired(timezone.now())


def work() -> None:
    """Works until asked to stop. What succeeded is not kept: its effect is."""
    worker = app.with_connector(cast(DjangoConnector, app.connector).get_worker_connector())
    worker.run_worker(concurrency=_AT_ONCE, delete_jobs="successful", shutdown_graceful_timeout=_LAST_SECONDS)
