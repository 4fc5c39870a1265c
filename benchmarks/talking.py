"""Callers at 50 turns a second beside Deployments, which goes on answering. Run: python benchmarks/talking.py

The real server with two workers: 50 conversations at once by the shareable link, each turn streamed and stored, with
the offline engine. First Deployments alone, then at the promised rate, then as fast as the callers are answered.
What a turn costs in processor time, of server and database, says what a machine with nothing else to do would reach.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from asking import Address, Line
from installation import a_workspace, installed
from peers import show, verdict
from server import Browser, serving, signed_in
from turns import AGENT, ASKED, CONVERSATIONS, PROMISE

from hosting.readiness import collect_static_files

SECONDS, WARMING, BESIDE = 20.0, 5.0, 3.0
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-Proto": "http"}
_visitors = count(1)


def main() -> None:
    os.environ["SLIPWAY_PROXIES"] = "1"  # so that each conversation is another visitor's
    with installed():
        collect_static_files()
        token = an_agent_that_is_called()
        with serving() as address, signed_in(address) as browser:
            asyncio.run(callers(address, token, PROMISE, WARMING))
            idle = deployments(browser, 40)
            rows = [
                measured(name, address, browser, token, rate, idle)
                for name, rate in (("at the promised rate", PROMISE), ("as fast as it goes", None))
            ]
    show(
        f"{CONVERSATIONS} conversations, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}",
        ["callers", "turns a second", "stored", "answered in", "processor", "Deployments", "idle", "beside idle"],
        rows,
    )
    print(f"promise {PROMISE} turns a second stored, Deployments within {BESIDE:g} x")


def an_agent_that_is_called() -> str:
    from deployments import pipeline
    from deployments.pipeline.talk_links import change_talk_link
    from deployments.resources.archive import read_folder

    workspace, person = a_workspace()
    by = pipeline.Actor(person)
    files = read_folder(Path(AGENT)).files
    agent = pipeline.create_agent(workspace, slug="ferry", name="Ferry", steps=2, files=files, by=by)
    draft = pipeline.draft_of(agent)
    assert draft is not None
    placed = pipeline.publish(agent, state=draft.state, description="First", by=by)
    live = agent.ladder[-1]
    pipeline.promote(placed.version, to=live, replacing=None, by=by)
    return change_talk_link(live, is_on=True, sites=[], turns_a_day=1_000_000, by=by).token


def measured(name: str, address: Address, browser: Browser, token: str, rate: float | None, idle: float) -> list[str]:
    before, spent = stored(), processor_seconds()
    with beside(browser) as taken:
        answered, seconds = asyncio.run(callers(address, token, rate, SECONDS))
    kept, spent = stored() - before, processor_seconds() - spent
    speed = kept / seconds
    page = statistics.median(taken)
    return [
        name,
        f"{len(answered) / seconds:.0f}",
        f"{speed:.0f}{', MISSED' if rate and speed < rate * 0.97 else ''}",
        f"{statistics.median(answered) * 1000:.0f} ms",
        f"{spent / kept * 1000:.0f} ms",
        f"{page * 1000:.0f} ms",
        f"{idle * 1000:.0f} ms",
        verdict(page / idle, BESIDE) if rate else f"{page / idle:.1f} x",
    ]


def stored() -> int:
    from deployments.models import Turn

    return Turn.objects.count()


def processor_seconds(above: int | None = None) -> float:
    """Of all processes below this one, those that ended meanwhile too; or of `above` and those below it."""
    ticks, found = 0, [above or os.getpid()]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, task.read_text().split())
        if parent != os.getpid():
            ticks += sum(map(int, Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


async def callers(address: Address, token: str, rate: float | None, seconds: float) -> tuple[list[float], float]:
    """How long each turn took, and all of them from the beginning to the last answer.

    `rate`: turns a second of all together; None: each as soon as it was answered.
    """
    first = last = time.perf_counter()
    until = first + seconds
    taken: list[float] = []

    async def call(number: int) -> None:
        nonlocal last
        pause = CONVERSATIONS / rate if rate else 0.0
        due = time.perf_counter() + pause * number / CONVERSATIONS
        line = await Line.to(address)
        while time.perf_counter() < until:
            visitor = FORM | {"X-Forwarded-For": "10.{}.{}.{}".format(*divmod_twice(next(_visitors)))}
            for said, asked in enumerate(["", *ASKED]):
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                due = max(due, time.perf_counter() - 1) + pause
                if time.perf_counter() >= until:
                    break
                began = time.perf_counter()
                if not said:
                    status, told = await line.ask(f"/talk/{token}/", visitor, "POST", b"begin=1")
                    assert status == 302, status
                    where = told["location"]
                else:
                    body = urlencode({"said": asked, "number": said}).encode()
                    status, _ = await line.ask(f"{where}turns/", visitor, "POST", body)
                    assert status == 200, status
                last = time.perf_counter()
                taken.append(last - began)
        line.close()

    await asyncio.gather(*map(call, range(CONVERSATIONS)))
    return taken, last - first


def divmod_twice(number: int) -> tuple[int, int, int]:
    rest, last = divmod(number, 250)
    return rest // 250, rest % 250, last + 1


@contextmanager
def beside(browser: Browser) -> Iterator[list[float]]:
    """Deployments asked again and again meanwhile: seconds it took."""
    taken: list[float] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.2):
            taken.append(once(browser))

    looking = threading.Thread(target=look)
    looking.start()
    yield taken
    over.set()
    looking.join()


def deployments(browser: Browser, times: int) -> float:
    return statistics.median(once(browser) for _ in range(times))


def once(browser: Browser) -> float:
    began = time.perf_counter()
    status, _ = browser.get("/agents/ferry/deployments/live/")
    assert status == 200, status
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
