"""Figures for Prometheus: what this machine's processes counted, and what the database knows of the whole installation.

The web server's main process names a folder in PROMETHEUS_MULTIPROC_DIR (`config.web`): all its workers count there,
and whichever of them is asked tells of all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import DatabaseError, connection
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST
_COUNTED = CollectorRegistry()
_REQUESTS = Counter("slipway_requests", "Requests answered.", ["method", "route", "status"], registry=_COUNTED)
_SECONDS = Histogram(
    "slipway_request_seconds",
    "From a request to the beginning of its answer.",
    ["route"],
    registry=_COUNTED,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30),
)
_STREAMS = Gauge(
    "slipway_streams", "Streams of placements that are open.", registry=_COUNTED, multiprocess_mode="livesum"
)

# What they are called, the table whose rows are meant, and what that says.
_ADDED = (
    ("slipway_placements", "deployments_deployment", "Versions placed in an environment."),
    ("slipway_conversations", "deployments_conversation", "Conversations begun."),
    ("slipway_turns", "deployments_turn", "Turns of conversations."),
    ("slipway_events", "deployments_event", "Lines of history."),
)


def count_request(method: str, route: str, status: int, seconds: float | None = None) -> None:
    _REQUESTS.labels(method, route, str(status)).inc()
    if seconds is not None:
        _SECONDS.labels(route).observe(seconds)


@contextmanager
def a_stream() -> Iterator[None]:
    with _STREAMS.track_inprogress():
        yield


def told() -> bytes:
    """Everything, as Prometheus reads it."""
    registry = CollectorRegistry()
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        _forget_the_dead(Path(folder))
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_Counted())
    registry.register(_Known())
    return generate_latest(registry)


def _forget_the_dead(folder: Path) -> None:
    """A worker that was killed has no streams any more."""
    for file in folder.glob("gauge_live*_*.db"):
        process = int(file.stem.rpartition("_")[2])
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            mark_process_dead(process)  # type: ignore[no-untyped-call]
        except PermissionError:
            continue


class _Counted(Collector):
    def collect(self) -> Iterator[Metric]:
        return iter(_COUNTED.collect())


class _Known(Collector):
    """Of the whole installation: each machine tells the same. Nothing is counted here that grows with what is kept."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("slipway_database_up", "Whether the database answers.", value=0)
        with suppress(DatabaseError):
            yield from self._ask()
            up = GaugeMetricFamily("slipway_database_up", "Whether the database answers.", value=1)
        yield up

    def _ask(self) -> list[Metric]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT task_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2")
            jobs = GaugeMetricFamily("slipway_jobs", "Jobs that are not done.", labels=["task", "status"])
            for task, status, count in cursor.fetchall():
                jobs.add_metric([task, status], count)
            cursor.execute(
                "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'"
            )
            workers = GaugeMetricFamily(
                "slipway_workers", "Background workers that work.", value=_one(cursor.fetchone())
            )
            cursor.execute("""
                SELECT coalesce(state, 'unknown'), count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND backend_type = 'client backend' GROUP BY 1""")
            links = GaugeMetricFamily("slipway_database_connections", "Connections to the database.", labels=["state"])
            for state, count in cursor.fetchall():
                links.add_metric([state], count)
            cursor.execute("SHOW max_connections")
            most = GaugeMetricFamily(
                "slipway_database_connections_limit", "What its server allows.", value=float(_one(cursor.fetchone()))
            )
            # Counted by PostgreSQL itself, since its statistics were last reset.
            cursor.execute(
                "SELECT relname, n_tup_ins FROM pg_stat_user_tables WHERE schemaname = current_schema()",
            )
            added = dict(cursor.fetchall())
        rows: list[Metric] = [
            CounterMetricFamily(name, f"{what} In the whole installation.", value=added.get(table, 0))
            for name, table, what in _ADDED
        ]
        return [jobs, workers, links, most, *rows]


def _one(row: tuple[float, ...] | None) -> float:
    return row[0] if row else 0.0
