"""Where the embedded database lives, and as whom it can run there. No permission of an existing folder is changed."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

from hosting.leashing import OURSELVES, Identity, run
from hosting.problem import HostingError

PROJECT = Path(__file__).resolve().parent.parent
PORT = 5432
# As PostgreSQL names it.
SOCKET = f".s.PGSQL.{PORT}"
# What the kernel takes as the address of a socket (macOS), less its end.
_LONGEST_SOCKET = 103


def data_directory() -> Path:
    return Path(os.environ.get("SLIPWAY_DATA_DIR") or PROJECT / ".slipway").absolute()


def make_home(data_dir: Path) -> Path:
    """The data directory with the database's own folder in it, each made for us alone where it is missing."""
    home = data_dir / "postgres"
    try:
        if not data_dir.exists():
            data_dir.parent.mkdir(parents=True, exist_ok=True)
            # Where another id must run the database it has to pass through; what is in there stays closed to it.
            data_dir.mkdir(mode=0o711 if _needs_another_user() else 0o700, exist_ok=True)
        home.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise HostingError(
            f"The data directory {data_dir} cannot be used ({error.strerror}): "
            "make it writable for this user, or set SLIPWAY_DATA_DIR to another one."
        ) from error
    return home


def identity_in(home: Path) -> Identity:
    """As whom PostgreSQL, which refuses to be root, runs in `home`."""
    if os.geteuid() != 0:
        return OURSELVES
    owner = home.stat().st_uid
    if owner:
        return Identity(user=owner)
    # Data of root's own was made in a namespace, so it is not asked again whether there can be one.
    if (home / "data").exists() or _namespaces_work():
        return _in_a_namespace()
    user = _unprivileged()
    os.chown(home, user, user)
    return Identity(user=user)


def reachable(binary: Path, home: Path, identity: Identity) -> None:
    """Refuses where another user would have to run the database but cannot get at it."""
    if identity.user and run([binary, "--version"], identity=identity, folder=home)[0] != 0:
        raise HostingError(
            f"PostgreSQL does not run as root, and user {identity.user} cannot reach {binary.parent} or {home}: "
            "start Slipway as an ordinary user, or set DATABASE_URL."
        )


def socket_folder(data_dir: Path) -> Path:
    """Where the socket is, or will be: beside the data, unless its path is one that PostgreSQL cannot take."""
    home = data_dir / "postgres"
    if _usable(home / "socket"):
        return home / "socket"
    try:
        return Path((home / "socket_folder").read_text(encoding="utf-8"))
    except OSError:
        return home / "socket"


def make_socket_folder(data_dir: Path, identity: Identity) -> Path:
    folder = socket_folder(data_dir)
    if not _usable(folder) or (folder.parent != data_dir / "postgres" and not _ours_alone(folder, identity)):
        folder = Path(tempfile.mkdtemp(prefix="slipway-"))
        (data_dir / "postgres" / "socket_folder").write_text(str(folder), encoding="utf-8")
    folder.mkdir(mode=0o700, exist_ok=True)
    if identity.user:
        os.chown(folder, identity.user, identity.user)
    return folder


def _usable(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET)) <= _LONGEST_SOCKET and "," not in str(folder)


def _ours_alone(folder: Path, identity: Identity) -> bool:
    """A folder in a place that all may write to is taken again only when nobody put another in its stead."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return found.st_uid == (identity.user or os.geteuid()) and found.st_mode == 0o040700


def _needs_another_user() -> bool:
    return os.name == "posix" and os.geteuid() == 0 and not _namespaces_work()


@cache
def _namespaces_work() -> bool:
    return run(["true"], identity=_in_a_namespace())[0] == 0


def _in_a_namespace() -> Identity:
    import pwd

    # Any name will do, as long as there is one: `initdb` looks it up. Outside of the namespace it stays root.
    return Identity(namespace=min((user.pw_uid for user in pwd.getpwall() if user.pw_uid), default=1000))


def _unprivileged() -> int:
    """Somebody who cannot sign in and does nothing on this machine, so that nobody reaches what is theirs."""
    import pwd

    busy = {process.stat().st_uid for process in Path("/proc").glob("[0-9]*")}
    idle = [user.pw_uid for user in pwd.getpwall() if user.pw_shell.endswith(("/nologin", "/false"))]
    return next((user for user in idle if user and user not in busy), 65_534)
