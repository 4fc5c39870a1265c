"""Processes killed in the middle of a turn: nothing that was said is lost, and nothing is said twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued
from pytest_django import DjangoDbBlocker

from deployments import conversing, pipeline
from deployments.jobs import end_silent_conversations
from deployments.models import CaseRun, Conversation, Role, Run, TalkLink, Thread
from deployments.pipeline.suite.claiming import CLAIMED_FOR, take_up_runs
from deployments.pipeline.talk_links import change_talk_link
from tests.hosting.processes import eventually, is_alive, needs_proc
from tests.serving import ROOT, Serving, serving_beside
from tests.suites import a_case
from tests.vocabulary import FILES, an_actor, an_agent, environment, live

pytestmark = [pytest.mark.django_db, needs_proc]

# Stopped after three seconds of computing: long enough to be killed meanwhile.
ENDLESS = "\n    while True:\n        pass\n"
SLOW = {
    **FILES,
    "agent_settings/rules.txt": b"If the passenger asks to think, call {{fn:think}}.\n",
    "functions/think.py": b"from _gen import *\n\n\n"
    b'@func_description("The passenger asks to think.")\ndef think(conv: Conversation):' + ENDLESS.encode(),
    "functions/end_function.py": b"from _gen import *\n\n\ndef end_function(conv: Conversation):" + ENDLESS.encode(),
}
THINK = "Please think"


@pytest.fixture(scope="module")
def serving(django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving_beside(f"killed_{os.getpid()}", tmp_path_factory.mktemp("killed"), django_db_blocker) as serving:
        yield serving


def test_a_turn_whose_web_worker_is_killed_is_answered_once_by_another(serving: Serving) -> None:
    link, held = serving.site.told(a_talk)
    asking = post(serving, f"/talk/{link.token}/{held}/turns/", said=THINK, number=1)
    assert eventually(lambda: serving.site.told(is_claimed, held), 20)
    first = workers_of(serving)

    for pid in first:
        os.kill(pid, signal.SIGKILL)
    asking.wait(20)
    assert eventually(lambda: not any(map(is_alive, first)) and answers(serving), 30)
    at_once = said_to(serving, f"/talk/{link.token}/{held}/turns/", said=THINK, number=1)
    serving.site.told(let_time_pass, held)
    again = [said_to(serving, f"/talk/{link.token}/{held}/turns/", said=THINK, number=1) for _ in range(2)]

    assert not set(first) & set(workers_of(serving))
    assert at_once == ("refused", "One moment: the last answer is still on its way.")
    assert [name for name, _ in again] == ["turn", "turn"]
    assert again[0] == again[1]
    assert serving.site.told(told_of, held) == ([None, THINK], ["think"], True)


def test_an_end_whose_background_worker_is_killed_is_made_once_by_another(serving: Serving) -> None:
    held = serving.site.told(a_silent_talk)
    serving.site.told(enqueue)
    worker = working(serving)
    assert eventually(lambda: serving.site.told(is_claimed, held), 60)

    worker.kill()
    worker.wait()
    assert serving.site.told(told_of, held) == ([None], [], True)
    serving.site.told(let_time_pass, held)
    serving.site.told(enqueue)
    another = working(serving)
    try:
        assert eventually(lambda: not serving.site.told(told_of, held)[2], 60)
    finally:
        another.kill()
        another.wait()

    assert serving.site.told(told_of, held) == ([None, None], ["end_function"], False)


def test_a_run_of_tests_whose_worker_is_killed_loses_and_doubles_nothing(serving: Serving) -> None:
    run = serving.site.told(a_run)
    worker = working(serving)
    both_at_it = [("Quick", 1, "passed"), ("Quick", 2, "passed"), ("Slow", 1, "running"), ("Slow", 2, "running")]
    assert eventually(lambda: serving.site.told(came_to, run) == both_at_it, 60)
    before = serving.site.told(recorded, run)

    worker.kill()
    worker.wait()
    assert serving.site.told(came_to, run) == both_at_it
    serving.site.told(take_up, run)
    another = working(serving)
    try:
        assert eventually(lambda: serving.site.told(is_finished, run), 60)
    finally:
        another.kill()
        another.wait()

    assert serving.site.told(came_to, run) == [(name, attempt, "passed") for name, attempt, _ in both_at_it]
    after = serving.site.told(recorded, run)
    assert len(before) == 2
    assert before.items() <= after.items()


def a_run() -> UUID:
    """Of a case that is over at once and one that takes its time, each twice."""
    expected = {"expectations": [{"check": "never says", "value": "Ahoy"}]}
    cases = {**a_case("Quick", "Hello", slipway=expected), **a_case("Slow", THINK, slipway=expected)}
    agent = an_agent(files={path: text for path, text in (SLOW | cases).items() if "end_function" not in path})
    live(agent)
    chosen = pipeline.Chosen(repeats=2)
    return pipeline.start_run(agent, environment(agent, "live"), chosen, by=an_actor(agent)).pk


def came_to(run: UUID) -> list[tuple[str, int, str]]:
    rows = CaseRun.objects.filter(run=run).order_by("name", "attempt")
    return list(rows.values_list("name", "attempt", "status"))


def recorded(run: UUID) -> dict[int, Any]:
    rows = CaseRun.objects.filter(run=run).exclude(finished_at=None)
    return {row.pk: (row.finished_at, row.record) for row in rows}


def take_up(run: UUID) -> None:
    """As the worker does a minute later, when whoever died is known to be gone."""
    CaseRun.objects.filter(run=run).exclude(claim=None).update(claimed_until=timezone.now())
    assert take_up_runs(timezone.now() + 2 * CLAIMED_FOR) >= 1


def is_finished(run: UUID) -> bool:
    row = Run.objects.get(pk=run)
    return row.status == Run.Status.PASSED and row.passed_count == row.case_count == 2


def a_talk() -> tuple[TalkLink, UUID]:
    agent = an_agent(files=SLOW)
    live(agent)
    where = environment(agent, "live")
    link = change_talk_link(where, is_on=True, sites=(), turns_a_day=50, by=an_actor(agent, Role.ADMIN))
    about: dict[str, Any] = {"channel": "webchat", "tested": False, "by": None, "visitor": f"link {link.token[:12]}"}
    return link, conversing.begin_now(agent, where, **about).conversation.pk


def a_silent_talk() -> UUID:
    _, held = a_talk()
    Conversation.objects.filter(pk=held).update(last_turn_at=timezone.now() - timedelta(minutes=31))
    return held


def enqueue() -> None:
    with suppress(AlreadyEnqueued):  # by the clock
        end_silent_conversations.defer(timestamp=0)


def is_claimed(held: UUID) -> bool:
    return Thread.objects.filter(pk=held).exclude(claim=None).exists()


def let_time_pass(held: UUID) -> None:
    """As much as it takes until whoever died is known to be gone."""
    Thread.objects.filter(pk=held).update(claimed_until=timezone.now())


def told_of(held: UUID) -> tuple[list[str | None], list[str], bool]:
    """What was heard turn by turn, the functions that ran, and whether it goes on."""
    rows = list(Conversation.objects.get(pk=held).turns.order_by("number"))
    ran = [run["name"] for row in rows for run in row.record["functions"]]
    return [row.heard for row in rows], ran, Conversation.objects.get(pk=held).in_progress


def workers_of(serving: Serving) -> list[int]:
    children = Path(f"/proc/{serving.process.pid}/task/{serving.process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()]


def working(serving: Serving) -> subprocess.Popen[bytes]:
    log = (serving.folder / "work.log").open("ab")
    command = [sys.executable, "manage.py", "work"]
    process = subprocess.Popen(command, cwd=ROOT, env=serving.environment, stdout=log, stderr=log)
    log.close()
    return process


def answers(serving: Serving) -> bool:
    try:
        with urllib.request.urlopen(f"{serving.site.address}/healthz", timeout=5):
            return True
    except OSError:
        return False


def post(serving: Serving, path: str, **fields: Any) -> subprocess.Popen[bytes]:
    """Sent, and not waited for."""
    command = ["curl", "--silent", "--max-time", "30", serving.site.address + path]
    return subprocess.Popen([*command, "--data", urlencode(fields)], stdout=subprocess.DEVNULL)


def said_to(serving: Serving, path: str, **fields: Any) -> tuple[str, Any]:
    """The last event of a turn: its name, and its words or what came of it."""
    with urllib.request.urlopen(serving.site.address + path, urlencode(fields).encode(), timeout=60) as answer:
        last = answer.read().decode().rstrip().rpartition("\n\n")[2]
    name, _, data = last.partition("\n")
    told = json.loads(data.removeprefix("data: "))
    return name.removeprefix("event: "), told.get("text", told)
