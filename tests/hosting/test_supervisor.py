from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from hosting.problem import HostingError
from hosting.supervisor import Part, Supervisor, interruptible
from tests.hosting.processes import eventually, is_alive, kill, needs_proc

APPENDS = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + APPENDS


def part(code: str, *arguments: object) -> Part:
    return Part("helper", [sys.executable, "-c", code, *map(str, arguments)])


def pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


@needs_proc
def test_a_child_that_is_killed_is_started_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    told = tmp_path / "told"
    with Supervisor([part(APPENDS, told)], calmly=False) as supervisor:
        assert eventually(lambda: len(pids(told)) == 1, 5)
        first = pids(told)[0]

        kill([first])
        supervisor.look_after(until=lambda: len(pids(told)) == 2)

        assert not is_alive(first)
        assert is_alive(pids(told)[1])
    assert not is_alive(pids(told)[1])
    assert "The helper ended (killed by signal 9). Starting it again." in capfd.readouterr().err


def test_a_child_that_keeps_failing_ends_it_with_its_last_line(capfd: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()

    with (
        pytest.raises(HostingError, match=r"^The helper ended 5 times in a row: no such luck$"),
        Supervisor([part("import sys; sys.exit('no such luck')")], calmly=False) as supervisor,
    ):
        supervisor.look_after(until=lambda: False)

    assert time.monotonic() - began > 1
    assert capfd.readouterr().err.count("Starting it again.") == 4


@needs_proc
def test_a_child_that_will_not_end_is_made_to(tmp_path: Path) -> None:
    told = tmp_path / "told"
    with Supervisor([part(STUBBORN, told)], calmly=False):
        assert eventually(lambda: pids(told), 5)
        began = time.monotonic()

    assert time.monotonic() - began < 1
    assert not is_alive(pids(told)[0])


@needs_proc
def test_what_a_child_started_ends_with_it(tmp_path: Path) -> None:
    told = tmp_path / "told"
    run = f"subprocess.run([sys.executable, '-c', {APPENDS!r}, sys.argv[1]], start_new_session=True)"
    nested = f"import subprocess, sys; {run}"
    with Supervisor([part(nested, told)], calmly=False):
        assert eventually(lambda: pids(told), 5)

    assert not is_alive(pids(told)[0])


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_being_asked_to_stop_ends_the_block_and_gives_the_signals_back(asked: signal.Signals) -> None:
    before = signal.getsignal(asked)
    reached = False
    with interruptible():
        threading.Timer(0.05, os.kill, [os.getpid(), asked]).start()
        time.sleep(5)
        reached = True

    assert not reached
    assert signal.getsignal(asked) is before
