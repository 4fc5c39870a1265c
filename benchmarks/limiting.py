"""What counting a key's requests costs: the same API request with and without a limit, in turns, on the real server.

Run: python benchmarks/limiting.py
"""

from __future__ import annotations

import http.client
import os
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from installation import a_workspace, installed
from peers import show, verdict
from server import serving

PROMISE = 1.25
ROUNDS, REQUESTS, CLIENTS = 5, 60, 8
# What stands for no limit, and a limit that nobody reaches.
UNLIMITED, LIMITED = "0", "1000000"

Address = tuple[str, int]


def main() -> None:
    with installed(), ExitStack() as stack:
        path, keys = _prepared()
        servers = {limit: stack.enter_context(_serving(limit)) for limit in (UNLIMITED, LIMITED)}
        one: dict[str, list[float]] = {limit: [] for limit in servers}
        many: dict[str, list[float]] = {limit: [] for limit in servers}
        for address in servers.values():
            _rate(address, path, keys)  # each worker has its code and its connections
        for _ in range(ROUNDS):
            # Both are asked within the same moments, whatever else the machine does.
            asking = {limit: _Asking(address, path, keys[0]) for limit, address in servers.items()}
            for _ in range(REQUESTS):
                for limit, ask in asking.items():
                    one[limit].append(ask())
            for limit, address in servers.items():
                many[limit].append(_rate(address, path, keys))
    report(one, many)


def report(one: dict[str, list[float]], many: dict[str, list[float]]) -> None:
    limited, unlimited = (statistics.median(one[limit]) for limit in (LIMITED, UNLIMITED))
    slow, fast = (statistics.median(many[limit]) for limit in (LIMITED, UNLIMITED))
    rows = [
        [
            "p50 of one client",
            f"{limited * 1e3:.2f} ms",
            f"{unlimited * 1e3:.2f} ms",
            verdict(limited / unlimited, PROMISE),
        ],
        [f"{CLIENTS} clients", f"{slow:,.0f} / s", f"{fast:,.0f} / s", verdict(fast / slow, PROMISE)],
    ]
    show("Counting a key's requests", ["request", "limited", "without a limit", "ratio"], rows)


def _prepared() -> tuple[str, list[str]]:
    """The address that is asked, and a key for each client."""
    from deployments import pipeline

    workspace, person = a_workspace()
    by = pipeline.Actor(person)
    agent = pipeline.create_agent(workspace, slug="measured", name="Measured", by=by)
    keys = [pipeline.create_api_key(workspace, name=f"Key {count}", by=by)[1] for count in range(CLIENTS)]
    return f"/v1/agents/{agent.slug}/deployments/active", keys


@contextmanager
def _serving(limit: str) -> Iterator[Address]:
    os.environ["SLIPWAY_RATE_LIMIT"] = limit
    with serving() as address:
        yield address


class _Asking:
    """A client with a connection of its own; each call is one request, and says how many seconds it took."""

    def __init__(self, address: Address, path: str, key: str) -> None:
        self.connection = http.client.HTTPConnection(*address, timeout=30)
        self.path, self.headers = path, {"x-api-key": key}

    def __call__(self) -> float:
        start = time.perf_counter()
        self.connection.request("GET", self.path, headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        taken = time.perf_counter() - start
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} was answered.")
        return taken


def _rate(address: Address, path: str, keys: list[str]) -> float:
    """Requests a second of as many clients as there are keys."""

    def several(key: str) -> int:
        ask = _Asking(address, path, key)
        return len([ask() for _ in range(REQUESTS // 4)])

    start = time.perf_counter()
    with ThreadPoolExecutor(len(keys)) as pool:
        count = sum(pool.map(several, keys))
    return count / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
