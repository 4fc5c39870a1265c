"""P13, P14, P15: what running agents ask, beside the client endpoint of Unleash. Run: python benchmarks/delivery.py

`UNLEASH` names a folder in which `npm install unleash-server` was run; without it the rest is measured. Both answer one
program over the same number of connections, in turns, on one PostgreSQL.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from asking import Address, Line, rate, seen_after
from installation import Home, a_workspace, installed
from peers import show
from server import serving

CONNECTIONS, SECONDS, ROUNDS = 8, 3.0, 3
CHANGES = 30
STREAMS, PLACEMENTS = 500, 10
PROMISE_13, PROMISE_14, PROMISE_15 = 1.0, (0.05, 0.1), 1.0
TOKEN, ADMIN = "default:development.measured-client-token", "*:*.measured-admin-token"
FEATURES = "/api/client/features"


def main() -> None:
    with installed() as home:
        agent, hashes, key = prepare()
        headers = {"x-api-key": key}
        path = f"/delivery/v1/agents/{agent.slug}/live"
        with serving() as address, unleash(home) as theirs:
            rows = [*_rates(address, path, headers, theirs), *_seen(address, path, headers, theirs, agent, hashes)]
            rows.append(_streams(address, path, headers, agent, hashes))
    show("What running agents ask", ["what", "Unleash", "Slipway", "ratio"], rows)


def prepare() -> tuple[Any, list[Any], str]:
    """An agent of 100 files with two versions, of which Live runs one; and a key that reads."""
    from deployments import pipeline
    from deployments.models import Draft
    from deployments.pipeline import Actor

    workspace, person = a_workspace()
    by = Actor(person)
    files = {f"notes/{number}.txt": f"Note {number}\n".encode() * 20 for number in range(100)}
    agent = pipeline.create_agent(workspace, slug="measured", name="Measured", files=files, by=by)
    versions = []
    for number in range(2):
        if number:
            pipeline.import_files(agent, {"notes/0.txt": b"Another\n"}, mode="add", by=by)
        state = Draft.objects.get(agent=agent).state
        versions.append(pipeline.publish(agent, state=state, description=f"Version {number}", by=by).version)
    pipeline.promote(versions[0], to=agent.ladder[-1], replacing=pipeline.ANY, by=by)
    _, key = pipeline.create_api_key(workspace, name="Measured", permissions=["delivery:read"], by=by)
    return agent, versions, key


def _promote(agent: Any, versions: list[Any]) -> str:
    """To Live, whichever of the two it does not run. The id of the deployment."""
    from django.db import connection

    from deployments import pipeline
    from deployments.models import Deployment, Person
    from deployments.pipeline import Actor

    live = agent.ladder[-1]
    held = Deployment.objects.active().get(environment=live)
    other = next(version for version in versions if version.pk != held.version_id)
    placed = pipeline.promote(other, to=live, replacing=pipeline.ANY, by=Actor(Person.objects.get()))
    connection.close()
    return str(placed.pk)


def _rates(address: Address, path: str, headers: dict[str, str], theirs: Address | None) -> list[list[str]]:
    ours, peers = [], []
    for _ in range(ROUNDS):
        ours.append(asyncio.run(rate(address, path, headers, CONNECTIONS, SECONDS)))
        if theirs:
            peers.append(asyncio.run(rate(theirs, FEATURES, {"Authorization": TOKEN}, CONNECTIONS, SECONDS)))
    mine = statistics.median(ours)
    if not theirs:
        return [["P13 a matching ETag, 304", "missing", f"{mine:,.0f}/s", ""]]
    peer = statistics.median(peers)
    kept = f"(promise {PROMISE_13:g} x{'' if mine >= PROMISE_13 * peer else ', MISSED'})"
    return [["P13 a matching ETag, 304", f"{peer:,.0f}/s", f"{mine:,.0f}/s", f"{mine / peer:.2f} x {kept}"]]


def _seen(
    address: Address, path: str, headers: dict[str, str], theirs: Address | None, agent: Any, versions: list[Any]
) -> list[list[str]]:
    async def promote() -> None:
        await asyncio.to_thread(_promote, agent, versions)

    mine = asyncio.run(seen_after(address, path, headers, promote, CHANGES))
    peer = asyncio.run(_seen_of_unleash(theirs)) if theirs else None
    rows = []
    for name, at, promise in (("p50", 0.5, PROMISE_14[0]), ("p99", 0.99, PROMISE_14[1])):
        ours = _at(mine, at)
        if peer is None:
            rows.append([f"P14 seen by a poller, {name}", "missing", f"{ours * 1000:.1f} ms", ""])
            continue
        ratio = ours / _at(peer, at)
        kept = f"{ratio:.3f} x (promise {promise:g} x{'' if ratio <= promise else ', MISSED'})"
        rows.append([f"P14 seen by a poller, {name}", f"{_at(peer, at) * 1000:.1f} ms", f"{ours * 1000:.1f} ms", kept])
    return rows


async def _seen_of_unleash(theirs: Address) -> list[float]:
    headers = {"Authorization": ADMIN, "Content-Type": "application/json"}
    line = await Line.to(theirs)
    features = "/api/admin/projects/default/features"
    await line.ask(features, headers, "POST", json.dumps({"name": "measured", "type": "release"}).encode())
    strategies = f"{features}/measured/environments/development/strategies"
    await line.ask(strategies, headers, "POST", json.dumps({"name": "default", "parameters": {}}).encode())
    is_on = False

    async def toggle() -> None:
        nonlocal is_on
        is_on = not is_on
        path = f"{features}/measured/environments/development/{'on' if is_on else 'off'}"
        status, _ = await line.ask(path, headers, "POST", b"{}")
        if status != 200:
            raise RuntimeError(f"Unleash answered {status}.")

    await asyncio.sleep(2)
    return await seen_after(theirs, FEATURES, {"Authorization": TOKEN}, toggle, CHANGES)


def _streams(address: Address, path: str, headers: dict[str, str], agent: Any, versions: list[Any]) -> list[str]:
    taken = sorted(asyncio.run(_told(address, path, headers, agent, versions)))
    late = _at(taken, 0.99)
    kept = f"(promise below {PROMISE_15:g} s{'' if late < PROMISE_15 else ', MISSED'})"
    middle = f"{_at(taken, 0.5) * 1000:.0f} ms p50"
    return [f"P15 {STREAMS} streams, p99", "1 s", f"{late * 1000:.0f} ms, {middle}", f"{late:.2f} x {kept}"]


async def _told(address: Address, path: str, headers: dict[str, str], agent: Any, versions: list[Any]) -> list[float]:
    """Seconds from when a promotion was answered until each stream had it whole."""
    came: dict[str, list[float]] = {}
    ready = asyncio.Semaphore(0)

    async def follow() -> None:
        line = await Line.to(address)
        await line.begin(f"{path}/stream", headers)
        await line.head()
        ready.release()
        while True:
            told = (await line.reader.readline()).strip()
            if told.startswith(b"id: "):
                placed = told[4:].decode()
            elif told.startswith(b"data: "):
                came.setdefault(placed, []).append(time.perf_counter())

    following = [asyncio.ensure_future(follow()) for _ in range(STREAMS)]
    for _ in range(STREAMS):
        await ready.acquire()
    await asyncio.sleep(2)
    taken: list[float] = []
    for _ in range(PLACEMENTS):
        placed = await asyncio.to_thread(_promote, agent, versions)
        answered = time.perf_counter()
        while len(came.get(placed, ())) < STREAMS:
            await asyncio.sleep(0.01)
            if time.perf_counter() - answered > 30:
                raise RuntimeError("A stream was not told within half a minute.")
        taken += [max(0.0, each - answered) for each in came[placed]]
    for each in following:
        each.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    return taken


def _at(values: list[float], part: float) -> float:
    return values[min(len(values) - 1, int(part * len(values)))]


@contextlib.contextmanager
def unleash(home: Home) -> Iterator[Address | None]:
    """Unleash on a database of its own in the same PostgreSQL; None where it is not installed."""
    folder = Path(os.environ.get("UNLEASH", ""))
    server = folder / "node_modules" / "unleash-server"
    if not os.environ.get("UNLEASH") or not server.exists():
        print("There is no Unleash beside which to measure: npm install unleash-server in a folder that UNLEASH names.")
        yield None
        return
    subprocess.run(["psql", *home.psql(), "-c", "CREATE DATABASE unleash"], check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {
        "DATABASE_HOST": home.host,
        "DATABASE_USERNAME": home.user,
        "DATABASE_NAME": "unleash",
        "DATABASE_PASSWORD": "",
        "DATABASE_SSL": "false",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_PORT": str(port),
        "INIT_CLIENT_API_TOKENS": TOKEN,
        "INIT_ADMIN_API_TOKENS": ADMIN,
        "CHECK_VERSION": "false",
        "SEND_TELEMETRY": "false",
        "LOG_LEVEL": "error",
        "NODE_ENV": "production",
    }
    command = ["node", str(server / "dist" / "server.js")]
    ours = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE")}
    running = subprocess.Popen(command, cwd=folder, env={**ours, **told}, stdout=subprocess.DEVNULL)
    try:
        _wait(("127.0.0.1", port), running)
        yield "127.0.0.1", port
    finally:
        running.terminate()
        running.wait(timeout=30)


def _wait(address: Address, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if running.poll() is not None:
            raise RuntimeError("Unleash ended by itself.")
        with contextlib.suppress(OSError, IndexError):
            if asyncio.run(_health(address)) == 200:
                return
        time.sleep(0.3)
    raise RuntimeError("Unleash did not answer within two minutes.")


async def _health(address: Address) -> int:
    line = await Line.to(address)
    status, _ = await line.ask("/health", {})
    line.close()
    return status


if __name__ == "__main__":
    main()
