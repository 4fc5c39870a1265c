"""The demo and the server as whole processes: started, struck, stopped."""

from __future__ import annotations

import http.client
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hosting import embedded
from tests.hosting.processes import (
    PROJECT,
    environment,
    eventually,
    is_alive,
    kill,
    manage,
    needs_proc,
    working_for,
)
from tests.ports import a_free_port


class Desk:
    def __init__(self, data_dir: Path, *arguments: str) -> None:
        self.data_dir = data_dir
        self.port = a_free_port()
        self._log = data_dir.with_name(f"{data_dir.name}-{self.port}.log")
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", *arguments, "--port", str(self.port)],
                cwd=PROJECT,
                env=environment(SLIPWAY_DATA_DIR=str(data_dir)),
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if not eventually(lambda: f":{self.port}/" in self.said or self.process.poll() is not None, 90):
            self.end()
            pytest.fail(f"It never said that it was ready: {self.said}")

    @property
    def said(self) -> str:
        return self._log.read_text()

    def status(self, path: str) -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as link:
            link.request("GET", path)
            return link.getresponse().status

    def is_ready(self) -> bool:
        try:
            return self.status("/readyz") == 200
        except (OSError, http.client.HTTPException):
            return False

    def web(self) -> list[int]:
        """The main process of the web server first, then its workers."""
        return sorted(pid for pid in running("config.web") if str(self.port) in command(pid))

    def state(self) -> str:
        """What a failed wait needs to be understood."""
        ended = self.process.poll()
        web = {pid: (command(pid), is_alive(pid)) for pid in self.web()}
        return f"ended: {ended}; ready: {self.is_ready()}; web: {web}; said: {self.said}"

    def children(self) -> list[int]:
        found = [self.process.pid]
        for parent in found:
            found += [pid for pid in everybody() if parent_of(pid) == parent]
        return found[1:]

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def everybody() -> list[int]:
    return [int(process.name) for process in Path("/proc").iterdir() if process.name.isdecimal()]


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def running(module: str) -> list[int]:
    return [pid for pid in everybody() if f"-m {module}" in command(pid) and "leash.py" not in command(pid)]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The first start, which makes everything, and which has ended."""
    desk = Desk(tmp_path_factory.mktemp("first"), "demo", "--no-story")
    desk.process.send_signal(signal.SIGINT)
    desk.process.wait(20)
    desk.end()
    return desk


@pytest.fixture(scope="module")
def data_dir(first: Desk, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the first start made, so that each later start is of a database that is there already."""
    copy = tmp_path_factory.mktemp("desk") / "data"
    subprocess.run(["cp", "-a", first.data_dir, copy], check=True)
    return copy


@pytest.fixture(scope="module")
def started(data_dir: Path) -> Iterator[list[Desk]]:
    desks: list[Desk] = []
    yield desks
    for desk in desks:
        desk.end()
    assert eventually(lambda: working_for(data_dir) == [], 2)


@pytest.fixture
def desk(started: list[Desk], data_dir: Path) -> Iterator[Desk]:
    """The one that runs, which a test may end or break: the next test starts another."""
    if not started:
        started.append(Desk(data_dir, "demo"))
    desk = started[0]
    if not eventually(lambda: desk.is_ready() and len(desk.web()) == 3, 30):
        state = desk.state()
        started.remove(desk)
        desk.end()
        pytest.fail(state)
    yield desk
    # Killed, it may have no status yet, until the last of its threads has ended: it does not run either.
    if desk.process.poll() is not None or not is_alive(desk.process.pid):
        started.remove(desk)
        desk.end()
        assert eventually(lambda: working_for(data_dir) == [], 2)


def test_an_empty_demo_prints_its_address_and_its_administrator_once(first: Desk, desk: Desk) -> None:
    assert re.search(r"Admin +admin@example\.com +main +Admin +\S{12,}", first.said)
    assert f"http://127.0.0.1:{first.port}/" in first.said
    assert desk.is_ready()
    assert "admin@example.com" in desk.said
    assert "Password" not in desk.said
    assert "reset_password" not in first.said
    assert "`manage.py reset_password E-MAIL` makes a link that sets a new password." in desk.said


def test_the_demo_answers(desk: Desk) -> None:
    assert desk.status("/healthz") == 200
    assert desk.status("/readyz") == 200
    assert desk.status("/sign-in/") == 200


@needs_proc
@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_everything_ends_with_the_demo(desk: Desk, asked: signal.Signals) -> None:
    children = desk.children()
    assert len([pid for pid in children if "postgres" in command(pid)]) > 3
    assert len(desk.web()) == 3
    assert any("manage.py work" in command(pid) for pid in children)

    desk.process.send_signal(asked)

    assert eventually(lambda: not any(is_alive(pid) for pid in children), 1)
    assert desk.process.wait(5) == (-signal.SIGKILL if asked == signal.SIGKILL else 0)


@needs_proc
def test_nothing_is_left_when_everything_is_killed_at_once(desk: Desk) -> None:
    children = desk.children()

    kill([desk.process.pid, *children])
    desk.process.wait(5)  # else the next test may take it for one that still runs

    assert eventually(lambda: not any(is_alive(pid) for pid in children), 0.5)
    assert eventually(lambda: working_for(desk.data_dir) == [], 0.5)


@needs_proc
def test_a_killed_web_server_comes_back(desk: Desk) -> None:
    before = desk.web()

    kill(before[:1])

    assert eventually(lambda: not any(is_alive(pid) for pid in before), 0.5)
    assert eventually(desk.is_ready, 15)
    assert not set(before) & set(desk.web())


@needs_proc
def test_a_killed_web_worker_comes_back(desk: Desk) -> None:
    main, first, second = desk.web()

    kill([first])

    assert eventually(lambda: len(desk.web()) == 3 and not is_alive(first), 15)
    assert eventually(desk.is_ready, 5)
    assert {main, second} <= set(desk.web())


@needs_proc
def test_the_pages_come_back_with_a_killed_database(desk: Desk) -> None:
    postmaster = int((desk.data_dir / "postgres" / "data" / "postmaster.pid").read_text().split()[0])

    kill([postmaster])

    assert eventually(lambda: not is_alive(postmaster), 0.5)
    assert eventually(lambda: embedded.answers(Path(embedded.connection(desk.data_dir)["HOST"])), 10)
    assert eventually(desk.is_ready, 10)


def test_a_second_demo_is_refused_in_a_sentence_and_the_first_goes_on(desk: Desk) -> None:
    second = manage(desk.data_dir, "demo", "--port", str(a_free_port()))

    assert second.returncode == 1
    assert second.stderr.startswith(f"The database in {desk.data_dir / 'postgres'} is already run by")
    assert second.stderr.count("\n") == 1
    assert desk.is_ready()


def test_a_port_in_use_is_said_before_anything_starts(tmp_path: Path, desk: Desk) -> None:
    second = manage(tmp_path, "demo", "--port", str(desk.port))

    assert second.returncode == 1
    assert second.stderr == (
        f"Port {desk.port} on 127.0.0.1 is in use: stop what uses it, or choose another with --port.\n"
    )


def test_serving_needs_no_story_and_starts_no_worker(first: Desk) -> None:
    desk = Desk(first.data_dir, "serve", "--workers", "1")
    try:
        assert desk.is_ready()
        assert len(desk.web()) == 2
        assert not any("manage.py work" in command(pid) for pid in desk.children())
        desk.process.send_signal(signal.SIGTERM)
        assert desk.process.wait(10) == 0
    finally:
        desk.end()


@pytest.mark.parametrize(
    ("chosen", "arguments", "named"),
    [
        ({"SLIPWAY_SECRET_KEY": "short"}, (), "SLIPWAY_SECRET_KEY is too easy to guess"),
        ({"SLIPWAY_ALLOWED_HOSTS": "*"}, (), "SLIPWAY_ALLOWED_HOSTS lets in every host name"),
        ({"SLIPWAY_ADDRESS": "http://slipway.example"}, (), "SLIPWAY_ADDRESS begins with http://"),
        ({}, ("--host", "0.0.0.0"), "set SLIPWAY_ADDRESS to the https:// address"),
        ({"DATABASE_URL": "postgres://slipway@/slipway"}, (), "SLIPWAY_SECRET_KEY is empty; with DATABASE_URL"),
    ],
)
def test_serving_refuses_an_insecure_setting_and_names_it(
    first: Desk, chosen: dict[str, str], arguments: tuple[str, ...], named: str
) -> None:
    done = manage(first.data_dir, "serve", "--port", str(a_free_port()), *arguments, **chosen)

    assert done.returncode == 1
    assert named in done.stderr
    assert done.stderr.count("\n") == 1
