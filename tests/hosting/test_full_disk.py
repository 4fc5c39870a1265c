"""On a small file system of its own, where the machine lets a test make one."""

from __future__ import annotations

import subprocess
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker, Settings

from hosting import embedded, home
from hosting.problem import HostingError
from tests.hosting.processes import connect, eventually
from tests.serving import serving_beside
from tests.vocabulary import admin_of, an_agent

CHANGES = "SELECT pg_logical_emit_message(true, 'test', repeat('x', 1000000))"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m,mode=0700", "slipway-test", str(disk)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be made here: {mounted.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            return ballast


def test_a_full_disk_is_said_in_a_sentence_and_leaves_no_half_a_database(small_disk: Path) -> None:
    ballast = fill(small_disk)
    ballast.write_bytes(b"\0" * 80 * 1024**2)

    with pytest.raises(HostingError, match=r"^The disk that holds .* is full: make room, then start again"):
        embedded.EmbeddedPostgres(small_disk / "data").start()

    assert not (small_disk / "data" / "postgres" / "data").exists()
    ballast.unlink()
    with embedded.running(small_disk / "data"):
        pass


def test_little_room_is_warned_of(small_disk: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with embedded.running(small_disk / "data"):
        pass

    assert "MB are free for the database" in capfd.readouterr().err


def test_a_disk_that_fills_up_is_said_and_the_database_returns_when_there_is_room(
    small_disk: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data_dir = small_disk / "data"
    with embedded.running(data_dir):
        with connect(data_dir) as link:
            link.execute("CREATE TABLE kept (n int)")
            link.execute("INSERT INTO kept VALUES (1)")
            ballast = fill(small_disk)
            # Its log of changes lives on the same disk: PostgreSQL stops rather than lose one.
            with pytest.raises(psycopg.Error):
                deque((link.execute(CHANGES) for _ in range(1000)), maxlen=0)

        said: list[str] = []

        def is_said() -> bool:
            said.append(capfd.readouterr().err)  # which may hold but a part of the sentence
            return "is full: make room" in "".join(said)

        assert eventually(is_said, 45), "".join(said)
        ballast.unlink()
        assert eventually(lambda: embedded.answers(home.socket_folder(data_dir)), 45)
        with connect(data_dir) as link:
            assert link.execute("SELECT n FROM kept LIMIT 1").fetchone() == (1,)


def test_a_web_server_that_counts_answers_on_while_its_disk_is_full(
    small_disk: Path, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLIPWAY_METRICS_KEY", "for-figures-0123456789")
    asked = {"authorization": "Bearer for-figures-0123456789"}
    with serving_beside("full_disk", small_disk, django_db_blocker) as serving:
        fill(small_disk)

        answers = [httpx.get(f"{serving.site.address}/sign-in/", timeout=30).status_code for _ in range(5)]
        figures = httpx.get(f"{serving.site.address}/metrics", headers=asked, timeout=30).text

    assert answers == [200] * 5
    assert 'slipway_requests_total{method="GET",route="sign-in/",status="200"} 5.0' in figures
    # It counts in memory.
    assert not list(small_disk.glob("metrics-*"))


@pytest.mark.django_db
def test_an_upload_that_finds_no_room_is_refused_in_a_sentence(small_disk: Path, settings: Settings) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(small_disk)
    agent = an_agent()
    client = Client(raise_request_exception=False)
    client.force_login(admin_of(agent.workspace), backend="django.contrib.auth.backends.ModelBackend")
    fill(small_disk)

    answer = client.post(
        reverse("draft-import", args=[agent.slug]),
        {"mode": "add", "archive": SimpleUploadedFile("agent.zip", bytes(1024**2))},
    )

    assert answer.status_code == 503
    assert "The disk of the server is full, and nothing was changed." in answer.text
