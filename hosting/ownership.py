"""Who owns the database of a data directory: one process at a time, for its life, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from hosting.problem import HostingError

if sys.platform != "win32":
    import fcntl


class TakenError(HostingError):
    """Another process runs the database of this data directory."""


class Ownership:
    """Held until released. Those who use the database of another hold `users`, so that its owner can wait for them."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._users: IO[str] | None = None
        self._owner = _open(home / "owner.lock")
        try:
            fcntl.flock(self._owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            told = self._owner.read().strip() or "another process"
            self._owner.close()
            raise TakenError(
                f"The database in {home} is already run by {told}: use that one, stop it first, "
                "or set SLIPWAY_DATA_DIR to another directory."
            ) from None
        self._owner.seek(0)
        self._owner.truncate()
        self._owner.write(f"`{_command()}` (process {os.getpid()})\n")
        self._owner.flush()

    def wait_for_users(self) -> None:
        # Held to the end, so that nobody begins to use what is about to stop.
        self._users = _open(self._home / "users.lock")
        fcntl.flock(self._users, fcntl.LOCK_EX)

    def release(self) -> None:
        self._owner.close()
        if self._users:
            self._users.close()


class Use:
    """Beside the owner: it does not stop the database while this is held, if it can choose."""

    def __init__(self, home: Path) -> None:
        self._users = _open(home / "users.lock")
        fcntl.flock(self._users, fcntl.LOCK_SH)

    def release(self) -> None:
        self._users.close()


def _open(path: Path) -> IO[str]:
    try:
        return open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+", encoding="utf-8")
    except OSError as error:
        raise HostingError(
            f"The data directory cannot be used ({path}: {error.strerror}): "
            "free it for this user, or set SLIPWAY_DATA_DIR to another one."
        ) from error


def _command() -> str:
    return " ".join([os.path.basename(sys.argv[0]), *sys.argv[1:2]])
