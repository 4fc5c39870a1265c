"""Ports for servers of a test, taken from where the system never takes one for a connection that is going out."""

from __future__ import annotations

import itertools
import os
import socket

_FIRST, _EACH = 12_000, 1_000
_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 16
# Workers take theirs from ranges of their own, and two runs at once seldom begin at the same place.
_next = itertools.count(os.getpid())


def a_free_port() -> int:
    """Nobody listens on it, and no other test of this run is given it until a thousand later."""
    for _ in range(_EACH):
        port = _FIRST + _worker * _EACH + next(_next) % _EACH
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
                trial.listen(1)
            except OSError:
                continue
            return port
    raise AssertionError("Every port for tests is in use.")
