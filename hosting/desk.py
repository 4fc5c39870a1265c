"""Slipway running: web workers, with or without the background worker, until somebody asks it to stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from hosting import address
from hosting.home import PROJECT
from hosting.problem import HostingError
from hosting.supervisor import Part, Supervisor, interruptible, python

_LONGEST_START = 60.0


def run(
    *, host: str, port: int, workers: int, background: bool, ready: str, meanwhile: Callable[[], None] = lambda: None
) -> None:
    """Starts everything, does `meanwhile` while it comes up, then says `ready` with the address and looks after it."""
    parts = [Part("web server", python("-m", "config.web", host, str(port), str(workers)))]
    if background:
        parts.append(Part("background worker", python(str(PROJECT / "manage.py"), "work", "--verbosity", "0")))
    with interruptible(), Supervisor(parts, calmly=not background) as supervisor:
        meanwhile()
        late = time.monotonic() + _LONGEST_START
        supervisor.look_after(until=lambda: address.answers(host, port) or time.monotonic() > late)
        if time.monotonic() > late:
            raise HostingError(f"The web server did not answer on {host}:{port} within a minute; read its lines above.")
        print(ready.format(address=address.shown(host, port)), flush=True)
        supervisor.look_after(until=lambda: False)


def checked_port(host: str, port: int, workers: int = 1) -> int:
    if workers < 1:
        raise HostingError("At least one worker has to serve: choose --workers 1 or more.")
    return address.free(host, port)
