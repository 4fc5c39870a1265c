"""The address to listen on, tried before anything is started, and whether it answers."""

from __future__ import annotations

import errno
import http.client
import socket
from contextlib import closing

from hosting.problem import HostingError


def free(host: str, port: int) -> int:
    """The port, or a free one for 0. Refuses one that cannot be listened on."""
    if not 0 <= port <= 65535:
        raise HostingError(f"Port {port} does not exist: choose one from 1 to 65535 with --port.")
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with closing(socket.socket(family, kind)) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(place)
            # A listener that shares its port lets us bind beside it, but not listen.
            trial.listen(1)
            return int(trial.getsockname()[1])
    except socket.gaierror:
        raise HostingError(f"{host} is not an address of this machine: choose another with --host.") from None
    except OSError as error:
        raise HostingError(_why(host, port, error)) from None


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use: stop what uses it, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} is not open to this user: choose one from 1024 with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine: choose another with --host."
    return f"{host}:{port} cannot be listened on ({error.strerror}): choose others with --host and --port."


def answers(host: str, port: int) -> bool:
    """A refusal counts too: which hosts it serves is the business of its settings."""
    with closing(http.client.HTTPConnection(_reachable(host), port, timeout=5)) as link:
        try:
            link.request("GET", "/healthz")
            return link.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False


def shown(host: str, port: int) -> str:
    host = "localhost" if host in {"0.0.0.0", "::"} else host
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def is_only_here(host: str) -> bool:
    return host == "localhost" or host.startswith("127.") or host == "::1"


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
