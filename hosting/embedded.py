"""The embedded PostgreSQL: owned by one process for its life, restarted when it ends, ended when its owner does."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hosting import binaries, cluster
from hosting.home import PORT, SOCKET, identity_in, make_home, make_socket_folder, reachable, socket_folder
from hosting.leash import CANNOT_START, NAMESPACE_REFUSED
from hosting.leashing import Leashed
from hosting.ownership import Ownership
from hosting.problem import HostingError, tell

# The one that is there from the beginning: making another takes a tenth of the first start.
NAME = "postgres"
_LONGEST_RECOVERY = 600.0
_HEALTHY_AFTER = 30.0
# What it answers to everybody while it starts or stops, which is never why it ended.
_NOT_YET = "the database system is "
_LARGEST_LOG = 10 * 1024 * 1024


def connection(data_dir: Path) -> dict[str, Any]:
    """What Django needs to reach it. Starts nothing."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": NAME,
        "USER": cluster.USER,
        "HOST": str(socket_folder(data_dir)),
        "PORT": str(PORT),
    }


@contextmanager
def running(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    database = EmbeddedPostgres(data_dir)
    database.start()
    try:
        yield database
    finally:
        database.stop()


class EmbeddedPostgres:
    """Its owner. `settings` are further `name=value` pairs; `durable=False` is for data that nobody will miss."""

    def __init__(self, data_dir: Path, *, settings: Sequence[str] = (), durable: bool = True) -> None:
        self.data_dir = data_dir
        self.home = data_dir / "postgres"
        self._settings = settings
        self._durable = durable
        self._stopping = threading.Event()
        self._postgres: Leashed | None = None
        self._keeper: threading.Thread | None = None
        self._warned = False

    def start(self) -> None:
        found = binaries.newest()
        make_home(self.data_dir)
        self._ownership = Ownership(self.home)
        try:
            self._identity = identity_in(self.home)
            reachable(found.postgres, self.home, self._identity)
            self._warn_when_nearly_full()
            self._socket = make_socket_folder(self.data_dir, self._identity)
            self._launch()
        except BaseException:
            if self._postgres:
                self._postgres.stop(calmly=False)
            self._ownership.release()
            raise
        self._keeper = threading.Thread(target=self._keep, name="embedded database", daemon=True)
        self._keeper.start()

    def wait_for_owner(self) -> None:
        """Instead of `start`, beside another process that has started it or is about to."""
        until = time.monotonic() + 60
        while not answers(socket_folder(self.data_dir)):
            if time.monotonic() > until:
                raise HostingError(f"The database in {self.home} does not answer: read {self.home / 'postgres.log'}.")
            time.sleep(0.05)

    def stop(self, *, waiting_for_users: bool = False) -> None:
        if waiting_for_users:
            self._ownership.wait_for_users()
        self._stopping.set()
        if self._postgres:
            self._postgres.stop()
        if self._keeper:
            self._keeper.join()
        if self._socket != self.home / "socket":
            (self.home / "socket_folder").unlink(missing_ok=True)
            shutil.rmtree(self._socket, ignore_errors=True)
        self._ownership.release()

    def _launch(self) -> None:
        """Returns when it answers; raises with its own last words when it ends instead."""
        found = binaries.newest()
        data = cluster.prepare(self.home, found, self._identity, durable=self._durable)
        for left in (SOCKET, f"{SOCKET}.lock"):
            (self._socket / left).unlink(missing_ok=True)
        settings = [
            "listen_addresses=",
            f"port={PORT}",
            "unix_socket_permissions=0700",
            "max_connections=60",
            "timezone=UTC",
            "log_timezone=UTC",
            *self._settings,
        ]
        with self._log() as log:
            self._log_start = log.tell()
            self._postgres = Leashed(
                [found.postgres, "-D", data, "-k", self._socket, *(part for pair in settings for part in ("-c", pair))],
                identity=self._identity,
                folder=self.home,
                environment={name: value for name, value in os.environ.items() if not name.startswith("PG")},
                output=log.fileno(),
                ask=signal.SIGINT,
                force=signal.SIGQUIT,
            )
        self._wait_until_it_answers(self._postgres)

    def _wait_until_it_answers(self, postgres: Leashed) -> None:
        began, told = time.monotonic(), False
        while postgres.ended is None:
            if answers(self._socket):
                return
            waited = time.monotonic() - began
            if waited > 5 and not told:
                tell("The database is recovering from its last end; this can take minutes.")
                told = True
            if waited > _LONGEST_RECOVERY:
                postgres.stop()
                raise HostingError(f"The database did not answer in ten minutes: read {self.home / 'postgres.log'}.")
            time.sleep(0.01 if waited < 2 else 0.1)
        raise self._why_it_ended(postgres)

    def _keep(self) -> None:
        """Brings it back whenever it ends: at once the first time, then ever more slowly."""
        pause, since = 0.0, time.monotonic()
        while self._postgres:
            while self._postgres.ended is None and not self._stopping.is_set():
                self._warn_when_nearly_full()
                self._wait_a_minute(self._postgres)
            if self._stopping.is_set():
                return
            tell(f"{self._why_it_ended(self._postgres)} Starting it again.")
            pause = 0.0 if time.monotonic() - since > _HEALTHY_AFTER else min(10.0, pause * 2 or 0.1)
            while not self._stopping.wait(pause):
                try:
                    self._launch()
                except (HostingError, OSError) as problem:
                    pause = min(10.0, pause * 2 or 0.1)
                    why = problem if isinstance(problem, HostingError) else f"The database did not start ({problem})."
                    tell(f"{why} Trying again.")
                else:
                    since = time.monotonic()
                    break
            if self._stopping.is_set():
                self._postgres.stop()
                return

    def _wait_a_minute(self, postgres: Leashed) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            postgres.wait(60)

    def _warn_when_nearly_full(self) -> None:
        nearly_full = cluster.is_nearly_full(self.home)
        if nearly_full and not self._warned:
            tell(nearly_full)
        self._warned = bool(nearly_full)

    def _why_it_ended(self, postgres: Leashed) -> HostingError:
        said = self._said()
        if cluster.looks_full(said) or shutil.disk_usage(self.home).free == 0:
            return cluster.disk_is_full(self.home)
        if postgres.ended == NAMESPACE_REFUSED:
            return HostingError(
                f"PostgreSQL does not run as root here, and the data in {self.home} is root's: "
                "allow user namespaces, or set DATABASE_URL."
            )
        if postgres.ended == CANNOT_START:
            return HostingError(f"PostgreSQL cannot be started here ({said.strip()}); or set DATABASE_URL.")
        last = re.findall(r"PANIC:  (.+)", said) or re.findall(rf"FATAL:  (?!{_NOT_YET})(.+)", said)
        why = last[-1] if last else postgres.how_it_ended
        return HostingError(f"The database ended ({why}); its log is {self.home / 'postgres.log'}.")

    def _said(self) -> str:
        """What it wrote since its start; nothing where somebody took its log away."""
        try:
            with open(self.home / "postgres.log", "rb") as log:
                log.seek(self._log_start)
                return log.read().decode(errors="replace")
        except OSError:
            return ""

    def _log(self) -> Any:
        path = self.home / "postgres.log"
        if path.exists() and path.stat().st_size > _LARGEST_LOG:
            path.replace(path.with_suffix(".log.old"))
        return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def answers(socket: Path) -> bool:
    import psycopg

    if not (socket / SOCKET).exists():
        return False
    try:
        psycopg.connect(connect_timeout=5, host=str(socket), port=PORT, user=cluster.USER, dbname=NAME).close()
    except psycopg.OperationalError:
        return False
    return True
