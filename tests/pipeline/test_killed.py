"""Kill -9 in the middle of writes: what was acknowledged is there, what was not has left nothing, and all adds up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hosting import cluster, embedded

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data directory of a database of its own, durable as for people, with the tables in it."""
    home = tmp_path_factory.mktemp("killed")
    with embedded.running(home):
        manage(home, "migrate", "--verbosity", "0")
        yield home


def environment(home: Path) -> dict[str, str]:
    address = embedded.connection(home)
    url = f"postgres://{cluster.USER}@/{address['HOST']}/{embedded.NAME}"
    return os.environ | {"DATABASE_URL": url, "SLIPWAY_DATA_DIR": str(home), "SLIPWAY_SECRET_KEY": "s" * 50}


def manage(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def acknowledged_by(writer: subprocess.Popen[str], count: int) -> list[str]:
    assert writer.stdout
    said = [writer.stdout.readline().strip() for _ in range(count)]
    assert all(said), "The writer ended by itself."
    return said


def the_rest(writer: subprocess.Popen[str]) -> list[str]:
    assert writer.stdout
    rest = writer.stdout.read().split("\n")
    return rest[:-1]  # after the last line end stands nothing, or half a line


def in_the_database(home: Path) -> set[str]:
    address = embedded.connection(home)
    until = time.monotonic() + 30
    while True:
        try:
            with psycopg.connect(host=address["HOST"], user=address["USER"], dbname=address["NAME"]) as link:
                return {str(row[0]) for row in link.execute("SELECT id FROM deployments_deployment")}
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.mark.parametrize("killed", ["writer", "database", "both"])
def test_nothing_acknowledged_is_lost_when_killed_in_the_middle_of_writes(home: Path, killed: str) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.pipeline.writer"],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        acknowledged = acknowledged_by(writer, 40)

        if killed != "writer":
            os.kill(int((home / "postgres/data/postmaster.pid").read_text().split()[0]), signal.SIGKILL)
            time.sleep(0.2)
        writer.kill()
        acknowledged += the_rest(writer)
    finally:
        writer.kill()
        writer.communicate()

    assert set(acknowledged) <= in_the_database(home)
    found = json.loads(manage(home, "verify", "--json"))
    assert found["problems"] == []
    assert found["checked"]["deployments"] >= len(acknowledged)
