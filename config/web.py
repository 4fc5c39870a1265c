"""The web server's main process: `python -m config.web HOST PORT WORKERS`. Started by the supervisor, on a leash."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from hosting.dispatch import LAST_CALL
from hosting.home import data_directory
from hosting.leash import die_with_parent

_MEMORY = Path("/dev/shm")


def main(host: str, port: int, workers: int) -> None:
    folder = _folder_of_figures(port) if os.environ.get("SLIPWAY_METRICS_KEY") else None
    if folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    # Loaded before the workers part from us: they begin at once and share its memory, and a broken one ends the start.
    _application()
    server = _Server(
        "config.asgi:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        # Browsers speak HTTP/2 only over TLS, which a proxy ends; and WSGI joins its several cookie headers wrongly.
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.1,
    )
    try:
        server.serve(target_loader=partial(_load, os.getpid()), wrap_loader=False)
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _folder_of_figures(port: int) -> Path:
    """Where the workers of this server count together: in memory where the machine has files there, since a process
    that counts in a file on a full disk is killed by the system. Everybody may make files in that place, so what
    somebody else put there is not taken.
    """
    data = data_directory()
    whose = hashlib.sha256(f"{os.getuid()} {data} {port}".encode()).hexdigest()[:16]
    try:
        return _empty_folder(_MEMORY / f"slipway-figures-{whose}")
    except OSError:
        return _empty_folder(data / f"metrics-{port}")


def _empty_folder(path: Path) -> Path:
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700)
    return path


class _Server(Server):  # type: ignore[misc, valid-type]
    def _stop_workers(self) -> None:
        """Granian waits for what is being answered, and a stream is answered for ever."""
        for worker in self.wrks:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker._id(), LAST_CALL)
        super()._stop_workers()


def _load(parent: int) -> Callable[..., Any]:
    die_with_parent(parent, signal.SIGKILL)
    return _application()


def _application() -> Callable[..., Any]:
    from django.urls import get_resolver

    from config.asgi import application
    from deployments.giving_way import give_way, wait_no_longer

    give_way()
    wait_no_longer()
    # Read now, so that the first visitor does not wait for it.
    get_resolver().url_patterns  # noqa: B018
    return application


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
