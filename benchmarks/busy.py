"""A working day at once, and what goes wrong in it: python benchmarks/busy.py

The real server with two workers and a background worker. A hundred people read Deployments and Compare, a page every
few seconds each, while versions are promoted by a program, callers talk and runtimes follow streams. Then a web worker,
the database and the background worker are killed under them. Told is how long a page takes beside one reader alone, how
each was answered, and what is left at the end: every promotion that was acknowledged, every stream at the last of them.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asking import Address, Line
from installation import PASSWORD, Home, installed
from peers import show
from server import ROOT, serving
from talking import FORM, an_agent_that_is_called, divmod_twice

from hosting.readiness import collect_static_files

PEOPLE, PAUSE, CALLERS, STREAMS = 100, 12.0, 5, 20
BUSY, FAULT = 30.0, 15.0
PAGES = ("/agents/ferry/deployments/live/", "/agents/ferry/compare/live...sandbox/")
CUT = (OSError, EOFError, IndexError, ValueError, TimeoutError)
LONGEST = 30.0


@dataclass
class Tally:
    """How the pages of one part of the day were answered."""

    taken: list[float] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)


@dataclass
class Day:
    address: Address
    token: str
    key: str
    versions: list[str]
    sessions: list[str]
    tally: Tally = field(default_factory=Tally)
    acknowledged: list[str] = field(default_factory=list)
    streams: dict[int, str] = field(default_factory=dict)
    turns: Counter[str] = field(default_factory=Counter)
    over: bool = False


def main() -> None:
    os.environ["SLIPWAY_PROXIES"] = "1"  # so that each conversation is another visitor's
    os.environ["SLIPWAY_RATE_LIMIT"] = "0"
    with installed() as home:
        collect_static_files()
        token = an_agent_that_is_called()
        key, versions, sessions = who_and_what()
        with serving() as address:
            day = Day(address, token, key, versions, sessions)
            rows = asyncio.run(whole(day, home))
        show(
            f"{PEOPLE} people, {CALLERS} callers, {STREAMS} streams; load {os.getloadavg()[0]:.1f}",
            ["meanwhile", "pages", "p50", "p99", "beside one reader alone", "answered"],
            rows,
        )
        tell_what_is_left(day)


def who_and_what() -> tuple[str, list[str], list[str]]:
    """A key that promotes, two placements in Sandbox to promote in turn, and everybody's session."""
    from django.test import Client

    from deployments import pipeline
    from deployments.models import Agent, Person, Role

    agent, by = Agent.objects.get(), pipeline.Actor(Person.objects.get())
    pipeline.import_files(agent, {"notes.txt": b"Another version\n"}, mode="add", by=by)
    draft = pipeline.draft_of(agent)
    assert draft is not None
    pipeline.publish(agent, state=draft.state, description="Second", by=by)
    step = agent.ladder[0]
    placed = [str(pk) for pk in step.deployments.order_by("started_at").values_list("pk", flat=True)]
    allowed = ["deployments:read", "deployments:write", "delivery:read"]
    _, key = pipeline.create_api_key(agent.workspace, name="Measured", permissions=allowed, by=by)
    sessions = []
    for number in range(PEOPLE):
        person, _ = pipeline.add_person(
            agent.workspace, email=f"reader-{number}@example.com", role=Role.VIEWER, name="Reader", password=PASSWORD
        )
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        sessions.append(client.cookies["sessionid"].value)
    return key, placed, sessions


async def whole(day: Day, home: Home) -> list[list[str]]:
    alone = Tally()
    until = time.perf_counter() + 8
    while time.perf_counter() < until:
        await asyncio.gather(read(day, alone, None, day.sessions[0], random.choice(PAGES)))
    worker = background()
    going = [
        *(asyncio.create_task(person(day, session)) for session in day.sessions),
        *(asyncio.create_task(caller(day, number)) for number in range(CALLERS)),
        *(asyncio.create_task(follower(day, number)) for number in range(STREAMS)),
        asyncio.create_task(promoter(day)),
    ]
    rows = [row("nothing", alone, alone)]
    await asyncio.sleep(PAUSE)
    for name, seconds, fault in faults(day, home, worker):
        day.tally = tally = Tally()
        await fault()
        await asyncio.sleep(seconds)
        rows.append(row(name, tally, alone))
    day.over = True
    await asyncio.sleep(2)
    await caught_up(day)
    for task in going:
        task.cancel()
    await asyncio.gather(*going, return_exceptions=True)
    worker[0].kill()
    worker[0].wait()
    return rows


def faults(
    day: Day, home: Home, worker: list[subprocess.Popen[bytes]]
) -> list[tuple[str, float, Callable[[], Awaitable[None]]]]:
    async def nothing() -> None:
        return

    async def web_worker() -> None:
        os.kill(web_workers(day.address[1])[0], signal.SIGKILL)

    async def database() -> None:
        pid = int((home.folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    async def work() -> None:
        worker[0].kill()
        worker[0].wait()
        worker[:] = background()

    return [
        ("promotions, callers, streams", BUSY, nothing),
        ("a web worker is killed", FAULT, web_worker),
        ("the database is killed", FAULT, database),
        ("the background worker is killed", FAULT, work),
    ]


def background() -> list[subprocess.Popen[bytes]]:
    return [subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT, stderr=subprocess.DEVNULL)]


def web_workers(port: int) -> list[int]:
    """Processes of the web server whose parent is its main process."""
    found: dict[int, int] = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            said = (process / "cmdline").read_bytes()
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if b"config.web" in said and str(port).encode() in said and b"leash" not in said:
            found[int(process.name)] = parent
    return sorted(pid for pid, parent in found.items() if parent in found)


async def read(day: Day, tally: Tally, line: Line | None, session: str, page: str) -> Line | None:
    """One page, and the connection for the next one."""
    began = time.perf_counter()
    try:
        async with asyncio.timeout(LONGEST):
            line = line or await Line.to(day.address)
            status, _ = await line.ask(page, {"Cookie": f"sessionid={session}", "X-Forwarded-Proto": "http"})
    except CUT:
        tally.told["cut off"] += 1
        return None
    tally.told[str(status)] += 1
    if status == 200:
        tally.taken.append(time.perf_counter() - began)
    return line


async def person(day: Day, session: str) -> None:
    line = None
    await asyncio.sleep(random.uniform(0, PAUSE))
    while not day.over:
        line = await read(day, day.tally, line, session, random.choice(PAGES))
        await asyncio.sleep(random.uniform(0.5, 1.5) * PAUSE)


async def caller(day: Day, number: int) -> None:
    """Begins a conversation again and again, each as another visitor, and asks three things in it."""
    for visit in range(10_000):
        if day.over:
            return
        address = "10.{}.{}.{}".format(*divmod_twice(number * 10_000 + visit))
        visitor = FORM | {"X-Forwarded-For": address}
        try:
            async with asyncio.timeout(LONGEST):
                line = await Line.to(day.address)
                _, told = await line.ask(f"/talk/{day.token}/", visitor, "POST", b"begin=1")
                for said in range(1, 4):
                    body = f"said=When+does+it+sail&number={said}".encode()
                    day.turns[await turn(line, f"{told['location']}turns/", visitor, body)] += 1
                    await asyncio.sleep(2)
                line.close()
        except (*CUT, KeyError):
            day.turns["cut off"] += 1
            await asyncio.sleep(1)


async def turn(line: Line, path: str, headers: dict[str, str], body: bytes) -> str:
    """How it ended: only what was told to its end was promised to be kept."""
    await line.begin(path, headers, "POST", body)
    status, told = await line.head()
    if "content-length" in told:
        await line.reader.readexactly(int(told["content-length"]))
        return str(status)
    said = b""
    while size := int(await line.reader.readline(), 16):
        said += await line.reader.readexactly(size + 2)
    await line.reader.readline()
    return "answered" if b"event: turn" in said else "refused in words" if b"event: refused" in said else "ended early"


async def follower(day: Day, number: int) -> None:
    while True:
        try:
            line = await Line.to(day.address)
            known = {"Last-Event-ID": day.streams[number]} if number in day.streams else {}
            await line.begin("/delivery/v1/agents/ferry/live/stream", {"x-api-key": day.key, **known})
            await line.head()
            while said := await line.reader.readline():
                if said.startswith(b"id: "):
                    day.streams[number] = said[4:].strip().decode()
        except CUT:
            pass
        await asyncio.sleep(0.5)


async def promoter(day: Day) -> None:
    for number in range(10_000):
        if day.over:
            return
        if placed := await asyncio.to_thread(promote, day, day.versions[number % 2]):
            day.acknowledged.append(placed)
        await asyncio.sleep(1)


def promote(day: Day, placed: str) -> str:
    """The id of what stands in Live now; empty where it was not acknowledged."""
    where = f"http://{day.address[0]}:{day.address[1]}/v1/agents/ferry/deployments/{placed}/promote"
    body = json.dumps({"targetEnvironment": "live"}).encode()
    headers = {"x-api-key": day.key, "Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(where, body, headers), timeout=LONGEST) as answer:
            said: dict[str, Any] = json.load(answer)
    except (*CUT, urllib.error.URLError):
        return ""
    return str(said["deployment"]["id"])


async def caught_up(day: Day) -> None:
    until = time.perf_counter() + 20
    while set(day.streams.values()) != {day.acknowledged[-1]} and time.perf_counter() < until:
        await asyncio.sleep(0.1)


def row(name: str, tally: Tally, alone: Tally) -> list[str]:
    taken, before = sorted(tally.taken), statistics.median(alone.taken)
    middle, last = statistics.median(taken), taken[int(len(taken) * 0.99)]
    answered = ", ".join(f"{count} {how}" for how, count in sorted(tally.told.items()))
    return [
        name,
        f"{sum(tally.told.values())}",
        f"{middle * 1000:.0f} ms",
        f"{last * 1000:.0f} ms",
        f"{middle / before:.1f} x",
        answered,
    ]


def tell_what_is_left(day: Day) -> None:
    from django.db import connection

    from deployments.models import Deployment, Turn
    from deployments.pipeline.verification import verify

    connection.close()
    kept = {str(pk) for pk in Deployment.objects.values_list("pk", flat=True)}
    lost = [placed for placed in day.acknowledged if placed not in kept]
    behind = sum(told != day.acknowledged[-1] for told in day.streams.values())
    print(f"promotions acknowledged {len(day.acknowledged)}, lost {len(lost)}")
    print(f"streams {len(day.streams)}, behind the last promotion {behind}")
    print(f"turns {dict(day.turns)}, stored {Turn.objects.exclude(heard=None).count()}")
    print(f"verify: {len(verify().problems)} problems")


if __name__ == "__main__":
    main()
