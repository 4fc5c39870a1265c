"""What counting a key's requests costs: the same API request with and without a limit, in turns, on the real server.

Run: python benchmarks/limiting.py
"""

from __future__ import annotations

import http.client
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

from installation import a_workspace, installed
from peers import show, verdict
from server import serving

ONE_PROMISE, MANY_PROMISE = 1.25, 1.25
ROUNDS, REQUESTS, CLIENTS = 3, 300, 8


def main() -> None:
    with installed():
        from deployments import pipeline
        from deployments.pipeline import Actor

        workspace, person = a_workspace()
        by = Actor(person)
        agent = pipeline.create_agent(workspace, slug="measured", name="Measured", by=by)
        keys = [pipeline.create_api_key(workspace, name=f"Key {count}", by=by)[1] for count in range(CLIENTS)]
        path = f"/v1/agents/{agent.slug}/deployments/active"
        one: dict[str, list[float]] = {"0": [], "1000000": []}
        many: dict[str, list[float]] = {"0": [], "1000000": []}
        for _ in range(ROUNDS):
            for limit in one:
                os.environ["SLIPWAY_RATE_LIMIT"] = limit
                with serving() as address:
                    _asked(address, path, keys[0], 50)
                    one[limit] += _asked(address, path, keys[0], REQUESTS)
                    many[limit].append(_rate(address, path, keys))
    unlimited, limited = (statistics.median(times) for times in one.values())
    slow, fast = (statistics.median(rates) for rates in reversed(many.values()))
    rows = [
        [
            "p50 of one client",
            f"{limited * 1e3:.2f} ms",
            f"{unlimited * 1e3:.2f} ms",
            verdict(limited / unlimited, ONE_PROMISE),
        ],
        [f"{CLIENTS} clients", f"{slow:,.0f} / s", f"{fast:,.0f} / s", verdict(fast / slow, MANY_PROMISE)],
    ]
    show("Counting a key's requests", ["request", "limited", "without a limit", "ratio"], rows)


def _asked(address: tuple[str, int], path: str, key: str, count: int) -> list[float]:
    connection = http.client.HTTPConnection(*address, timeout=30)
    times = []
    for _ in range(count):
        start = time.perf_counter()
        connection.request("GET", path, headers={"x-api-key": key})
        answer = connection.getresponse()
        answer.read()
        times.append(time.perf_counter() - start)
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} was answered.")
    connection.close()
    return times


def _rate(address: tuple[str, int], path: str, keys: list[str]) -> float:
    start = time.perf_counter()
    with ThreadPoolExecutor(len(keys)) as pool:
        counts = list(pool.map(lambda key: len(_asked(address, path, key, REQUESTS // 4)), keys))
    return sum(counts) / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
