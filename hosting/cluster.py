"""The data of the embedded database on disk: made once, checked before each start, cleared of what a crash left."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path

from hosting.binaries import Binaries
from hosting.leashing import Identity, run
from hosting.problem import HostingError

USER = "slipway"
_ENOUGH = 500 * 1024 * 1024


def prepare(home: Path, binaries: Binaries, identity: Identity, *, durable: bool = True) -> Path:
    """The folder of the data, ready for a start."""
    data = home / "data"
    if data.exists():
        _refuse_other_version(data, binaries)
        _end_orphans(data)
        (data / "postmaster.pid").unlink(missing_ok=True)
    else:
        _make(data, binaries, identity, durable=durable)
    return data


def is_nearly_full(home: Path) -> str:
    """The warning, or nothing."""
    free = shutil.disk_usage(home).free
    if free >= _ENOUGH:
        return ""
    return f"Only {free // 1024**2} MB are free for the database in {home}: make room before it stops."


def disk_is_full(home: Path) -> HostingError:
    return HostingError(f"The disk that holds {home} is full: make room, then start again. What was saved is safe.")


def looks_full(text: str) -> bool:
    return "No space left on device" in text or "Disk quota exceeded" in text


def _refuse_other_version(data: Path, binaries: Binaries) -> None:
    try:
        written_by = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    except OSError as error:
        raise HostingError(
            f"{data} is not readable as a database ({error.strerror}): restore it from a backup, or move it away."
        ) from error
    if written_by != str(binaries.major):
        raise HostingError(
            f"The data in {data} was written by PostgreSQL {written_by}, and this Slipway brings {binaries.major}: "
            "make a `backup` with the earlier Slipway, then `restore` it with this one into an empty data directory."
        )


def _make(data: Path, binaries: Binaries, identity: Identity, *, durable: bool) -> None:
    # Made under another name first, so that a start cut short never leaves half a database behind.
    for left in data.parent.glob("making-*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = data.with_name(f"making-{os.getpid()}")
    status, said = run(
        [
            binaries.initdb,
            *("--pgdata", draft, "--username", USER),
            *("--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *("--no-instructions", "--sync-method=fsync" if sys.platform != "linux" else "--sync-method=syncfs"),
            *(() if durable else ("--no-sync",)),
        ],
        identity=identity,
        folder=data.parent,
    )
    if status != 0:
        shutil.rmtree(draft, ignore_errors=True)
        if looks_full(said):
            raise disk_is_full(data.parent)
        last = said.strip().splitlines()[-1:] or [f"status {status}"]
        raise HostingError(f"The database in {data.parent} could not be made ({last[0]}); or set DATABASE_URL.")
    draft.rename(data)


def _end_orphans(data: Path) -> None:
    """Ends a PostgreSQL that outlived its owner. We hold the owner's lock, so none may run."""
    for how, seconds in ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        orphans = _at_work_in(data)
        for pid in orphans:
            try:
                os.kill(pid, how)
            except ProcessLookupError:
                continue
        until = time.monotonic() + seconds
        while orphans and time.monotonic() < until:
            time.sleep(0.02)
            orphans = _at_work_in(data)
        if not orphans:
            return


def _at_work_in(data: Path) -> list[int]:
    """PostgreSQL works in its data directory, so a process id that was given away again is not mistaken for it."""
    if sys.platform != "linux":
        return _told_by_pid_file(data)
    here = os.path.realpath(data)
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdecimal() and os.readlink(process / "cwd") == here and _is_postgres(process):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def _is_postgres(process: Path) -> bool:
    return os.path.basename(os.readlink(process / "exe").removesuffix(" (deleted)")) == "postgres"


def _told_by_pid_file(data: Path) -> list[int]:
    import subprocess

    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    except (OSError, ValueError, IndexError):
        return []
    said = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return [pid] if "postgres" in said and str(data) in said else []
