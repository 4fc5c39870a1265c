"""Processes of their own, because what is tested is how they end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
import pytest

from hosting import embedded

PROJECT = Path(__file__).resolve().parent.parent.parent
OWN = """
import sys, time
from pathlib import Path
from hosting import embedded, problem
database = embedded.EmbeddedPostgres(Path(sys.argv[1]))
try:
    database.start()
except problem.HostingError as error:
    sys.exit(str(error))
print("up", flush=True)
sys.stdin.read()
database.stop()
"""


class Owner:
    """A process that owns the database of a directory until its standard input ends."""

    def __init__(self, data_dir: Path, *, user: int | None = None) -> None:
        self.data_dir = data_dir
        self.process = subprocess.Popen(
            [sys.executable, "-c", OWN, str(data_dir)],
            cwd=PROJECT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
        assert self.process.stdin
        assert self.process.stdout
        assert self.process.stderr
        self.first_line = self.process.stdout.readline().strip()

    @property
    def is_up(self) -> bool:
        return self.first_line == "up"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> str:
        said = self.process.communicate(timeout=30)[1]
        return said.strip()


def environment(**changes: str) -> dict[str, str]:
    """That of a person who has set nothing."""
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("SLIPWAY_", "DATABASE_URL", "COV"))
    }
    return {**ours, "PYTHONDONTWRITEBYTECODE": "1", **changes}


def manage(data_dir: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=environment(SLIPWAY_DATA_DIR=str(data_dir), **changes),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def manage_on(database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """With a database of that name on the server that tests share, as an external one."""
    address, _, options = os.environ["DATABASE_URL"].partition("?")
    url = f"{address.rpartition('/')[0]}/{database}" + (f"?{options}" if options else "")
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def is_alive(pid: int) -> bool:
    """Also false for one that has ended and only waits for its parent to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def connect(data_dir: Path) -> psycopg.Connection[tuple[object, ...]]:
    where = embedded.connection(data_dir)
    return psycopg.connect(
        host=where["HOST"], port=where["PORT"], user=where["USER"], dbname=where["NAME"], autocommit=True
    )


def working_for(data_dir: Path) -> list[int]:
    """Every living process that has the data directory in its command line, or works in it."""
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal() or int(process.name) == os.getpid():
            continue
        if not is_alive(int(process.name)):
            continue
        try:
            said = (process / "cmdline").read_bytes() + os.fsencode(os.readlink(process / "cwd"))
        except OSError:
            continue
        if os.fsencode(data_dir) in said:
            found.append(int(process.name))
    return found


def eventually(question: Callable[[], object], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not question():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True


def kill(pids: Sequence[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


needs_proc = pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="processes are found by way of /proc")


def _others_may_run(interpreter: Path) -> bool:
    """Whether somebody who is not the owner reaches this interpreter: one below a home directory is closed to them."""
    passed = [interpreter, *interpreter.parents, *interpreter.resolve().parents, interpreter.resolve()]
    return all(path.stat().st_mode & 0o001 for path in passed)


needs_an_open_interpreter = pytest.mark.skipif(
    not _others_may_run(Path(sys.executable)), reason=f"{Path(sys.executable).resolve()} is closed to other users"
)
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for several users")
