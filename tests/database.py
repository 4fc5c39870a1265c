"""A pytest plugin: one embedded PostgreSQL for the whole run, started before anything reads the settings.

Loaded by `-p tests.database`. With DATABASE_URL set, that database is used instead. Workers of pytest-xdist inherit the
environment, so they all use the one server, each with a database of its own made by pytest-django.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from hosting import cluster
from hosting.embedded import NAME, EmbeddedPostgres, connection

_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=100")
_started: list[EmbeddedPostgres] = []
_folders: list[Path] = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    folder = Path(tempfile.mkdtemp(prefix="slipway-tests-"))
    _folders.append(folder)
    os.environ["SLIPWAY_DATA_DIR"] = str(folder)
    os.environ.setdefault("SLIPWAY_SECRET_KEY", "only-for-tests-" + "0123456789" * 5)
    if not os.environ.get("DATABASE_URL"):
        database = EmbeddedPostgres(folder, settings=_FAST, durable=False)
        database.start()
        _started.append(database)
        os.environ["DATABASE_URL"] = f"postgres://{cluster.USER}@/{connection(folder)['HOST']}/{NAME}"


def pytest_unconfigure() -> None:
    while _started:
        _started.pop().stop()
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)
