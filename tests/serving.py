"""The real server process on a database of its own, for browsers and for programs of the command line.

What a test tells the site (`site.told(...)`) happens in a thread beside it, whose connection is the site's.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from django.db import connections
from django.test import Client, override_settings
from psycopg import sql
from pytest_django import DjangoDbBlocker

from config.settings import STORAGES
from hosting.readiness import collect_static_files
from tests.copies import a_copy, connect_to, migrated
from tests.ports import a_free_port

if TYPE_CHECKING:
    from deployments.models import Person

ROOT = Path(__file__).resolve().parents[1]
Told = TypeVar("Told")


@dataclass
class Site:
    """Slipway as people reach it."""

    address: str
    beside: ThreadPoolExecutor
    blocker: DjangoDbBlocker

    def told(self, story: Callable[..., Told], *args: Any, **named: Any) -> Told:
        """Bring something about by the vocabulary, in the site's own database."""

        def tell() -> Told:
            with self.blocker.unblock():
                return story(*args, **named)

        return self.beside.submit(tell).result()

    def session_of(self, person: Person) -> str:
        def sign_in() -> str:
            client = Client()
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
            return str(client.cookies["sessionid"].value)

        return self.told(sign_in)


@pytest.fixture(scope="session")
def site(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving_beside(f"browser_{os.getpid()}", tmp_path_factory.mktemp("site"), django_db_blocker) as serving:
        yield serving.site


@contextmanager
def serving_beside(name: str, folder: Path, blocker: DjangoDbBlocker) -> Iterator[Serving]:
    """The server on a new database of that name, which goes with it."""
    with blocker.unblock():
        migrated()  # no test before this one may have asked for a database
    with a_copy(name), ThreadPoolExecutor(1, initializer=connect_to, initargs=(name,)) as beside:
        site = Site(f"http://127.0.0.1:{a_free_port()}", beside, blocker)
        site.told(number_from_afar)
        with Serving(site, name, folder) as serving:
            yield serving
        site.told(connections.close_all)


_ranges = itertools.count(1_000_000_000, 100_000_000)


def number_from_afar() -> None:
    """A process remembers what ids stand for. This one speaks with several databases, so their ids must not meet."""
    first = sql.Literal(next(_ranges))
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT schemaname, sequencename FROM pg_sequences WHERE data_type = 'bigint'::regtype")
        for sequence in cursor.fetchall():
            name = sql.SQL(".").join(map(sql.Identifier, sequence))
            cursor.execute(sql.SQL("ALTER SEQUENCE {} RESTART WITH {}").format(name, first).as_string())


def collected() -> Path:
    """The folder of the static files under hashed names: collected once in a run, by the first who asks."""
    folder = Path(os.environ["SLIPWAY_DATA_DIR"]) / "collected"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with override_settings(STATIC_ROOT=folder, STORAGES=STORAGES):
            collect_static_files()
    return folder


class Serving:
    """The web server's process, from its first answer to its end."""

    def __init__(self, site: Site, database: str, folder: Path, *, workers: int = 1) -> None:
        address, _, options = os.environ["DATABASE_URL"].partition("?")
        other = f"{address.rpartition('/')[0]}/{database}" + (f"?{options}" if options else "")
        self.site = site
        self.folder = folder
        self.workers = workers
        self.environment = {**os.environ, "DATABASE_URL": other, "SLIPWAY_DATA_DIR": str(folder)}

    def __enter__(self) -> Serving:
        shutil.copytree(collected(), self.folder / "static", dirs_exist_ok=True)
        host, port = self.site.address.removeprefix("http://").split(":")
        log = (self.folder / "server.log").open("w")
        command = [sys.executable, "-m", "config.web", host, port, str(self.workers)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        log.close()
        self._wait()
        return self

    def __exit__(self, *exception: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)

    def _wait(self) -> None:
        late = time.monotonic() + 60
        while time.monotonic() < late and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.site.address}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError((self.folder / "server.log").read_text())
