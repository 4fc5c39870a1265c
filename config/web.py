"""The web server's main process: `python -m config.web HOST PORT WORKERS`. Started by the supervisor, on a leash."""

from __future__ import annotations

import contextlib
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


def main(host: str, port: int, workers: int) -> None:
    if os.environ.get("SLIPWAY_METRICS_KEY"):
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_empty_folder(data_directory() / f"metrics-{port}"))
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
    server.serve(target_loader=partial(_load, os.getpid()), wrap_loader=False)


def _empty_folder(path: Path) -> Path:
    """Where the workers of this server count together."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700, parents=True)
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

    # Read now, so that the first visitor does not wait for it.
    get_resolver().url_patterns  # noqa: B018
    return application


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
