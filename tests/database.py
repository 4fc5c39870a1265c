"""A pytest plugin: one embedded PostgreSQL for the whole run, started before anything reads the settings.

Loaded by `-p tests.database`. With DATABASE_URL set, that database is used instead. Workers of pytest-xdist inherit the
environment, so they all use the one server, each with a database of its own made by pytest-django.

It also says in which order and by how many workers the tests are run, and how seldom garbage is looked for.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from hosting import cluster
from hosting.embedded import NAME, EmbeddedPostgres, connection

_HERE = Path(__file__).parent
_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=100")
# What takes longest begins first, so that no worker is left alone with it when the others have nothing more to do.
_LONGEST = (
    "browser",
    "test_structure.py",
    "pipeline/test_webhook_deliveries.py",
    "hosting",
    "clients",
    "pipeline/test_killed.py",
    "api",
    "adk",
    "story",
)
_started: list[EmbeddedPostgres] = []
_folders: list[Path] = []


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    # Each worker reads every test, and what is not kept compiled is compiled by each of them again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    folder = Path(tempfile.mkdtemp(prefix="slipway-tests-"))
    _folders.append(folder)
    os.environ["SLIPWAY_DATA_DIR"] = str(folder)
    os.environ.setdefault("SLIPWAY_SECRET_KEY", "only-for-tests-" + "0123456789" * 5)
    if not os.environ.get("DATABASE_URL"):
        database = EmbeddedPostgres(folder, settings=_FAST, durable=False)
        database.start()
        _started.append(database)
        os.environ["DATABASE_URL"] = f"postgres://{cluster.USER}@/{connection(folder)['HOST']}/{NAME}"


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores, for whenever a test waits: for a browser, for a process, for a moment to pass."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return cores + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """By file, as they are handed out."""
    files = {item.path: _rank(item.path) for item in items}
    places = {path: place for place, path in enumerate(sorted(files, key=lambda path: files[path]))}
    items.sort(key=lambda item: places[item.path])


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: looking through it for garbage took a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _rank(path: Path) -> int:
    below = path.relative_to(_HERE).as_posix() if path.is_relative_to(_HERE) else ""
    return next((rank for rank, name in enumerate(_LONGEST) if f"{below}/".startswith(f"{name}/")), len(_LONGEST))


def pytest_unconfigure() -> None:
    if _folders and not _started and settings.configured:
        from tests.copies import drop_the_migrated

        drop_the_migrated()
    while _started:
        _started.pop().stop()
    while _folders:
        shutil.rmtree(_folders.pop(), ignore_errors=True)
