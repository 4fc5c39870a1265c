"""manage.py as a person uses it: with a running desk, and alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from hosting import embedded
from tests.copies import a_copy
from tests.hosting.processes import (
    PROJECT,
    Owner,
    connect,
    environment,
    eventually,
    manage,
    manage_on,
    needs_proc,
    working_for,
)

Own = Callable[..., Owner]
AWAY = "The database is away: no background work is done until it is back.\n"
MANY_JOBS = """
INSERT INTO procrastinate_jobs (task_name, queue_name, args)
SELECT 'look_up_test_cases', 'default', jsonb_build_object('run', gen_random_uuid()) FROM generate_series(1, 5000)
"""


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("migrated")
    assert manage(made, "migrate", "--verbosity=0").returncode == 0
    return made


@needs_proc
def test_a_command_alone_starts_the_database_and_stops_it_at_the_end(migrated: Path) -> None:
    done = manage(migrated, "create_workspace", "harbour", "--name", "Harbour", "--json")

    assert json.loads(done.stdout) == {"workspace": "harbour"}
    assert done.stderr == ""
    assert working_for(migrated) == []


def test_a_command_beside_uses_the_database_that_runs_and_leaves_it_running(migrated: Path, own: Own) -> None:
    owner = own(migrated)

    done = manage(migrated, "create_workspace", "ferry", "--name", "Ferry")

    assert done.returncode == 0
    assert owner.process.poll() is None
    with connect(migrated) as link:
        assert link.execute("SELECT name FROM deployments_workspace WHERE slug = 'ferry'").fetchall() == [("Ferry",)]


def test_a_command_that_started_the_database_keeps_it_for_those_beside_it(tmp_path: Path, own: Own) -> None:
    first = started(tmp_path, "import time; print('up', flush=True); time.sleep(1.5)")
    assert first.stdout
    first.stdout.readline()

    second = started(tmp_path, "import time; time.sleep(2.5); from django.db import connection; connection.cursor()")

    assert second.wait(30) == 0
    assert first.wait(30) == 0
    first.stdout.close()
    if second.stdout:
        second.stdout.close()


@needs_proc
def test_a_backup_leads_from_the_embedded_database_to_another(
    migrated: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    file, name = tmp_path / "slipway.backup", f"restored_{os.getpid()}"
    manage(migrated, "create_workspace", "pier", "--name", "Pier")

    made = manage(migrated, "backup", str(file))
    again = manage(migrated, "backup", str(file))
    with django_db_blocker.unblock(), a_copy(name):
        back = manage_on(name, "restore", str(file))
        twice = manage_on(name, "restore", str(file), "--json")
        moved = manage_on(name, "create_workspace", "pier", "--name", "Pier")

    assert "which only you can read. The secret key is not among them" in made.stdout
    assert (again.returncode, again.stderr) == (
        1,
        f"{file} is there already. Name another file, or take it away first.\n",
    )
    assert "are back. Everybody signs in again. The backup was made with another SLIPWAY_SECRET_KEY" in back.stdout
    assert (twice.returncode, twice.stdout) == (1, "")
    assert twice.stderr.startswith("The database is not empty (")
    assert "pier" in moved.stderr


def started(data_dir: Path, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "--command", code],
        cwd=PROJECT,
        env=environment(SLIPWAY_DATA_DIR=str(data_dir)),
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    "arguments", [["help"], ["serve", "--help"], ["check", "--help"], ["makemigrations", "--help"], ["--version"], []]
)
def test_a_command_that_needs_no_database_starts_none(tmp_path: Path, arguments: list[str]) -> None:
    done = manage(tmp_path, *arguments)

    assert done.returncode == 0
    assert not (tmp_path / "postgres" / "data").exists()


def test_wrong_usage_is_2(tmp_path: Path) -> None:
    unknown = manage(tmp_path, "promise")
    missing = manage(tmp_path, "create_workspace", "--nonsense")

    assert (unknown.returncode, unknown.stderr) == (2, "There is no command promise: `manage.py help` lists them.\n")
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr


def test_a_database_without_tables_is_one_sentence(tmp_path: Path) -> None:
    done = manage(tmp_path, "create_workspace", "harbour", "--name", "Harbour")

    assert done.returncode == 1
    assert done.stderr == "The database does not have this version's tables yet: run `manage.py migrate` first.\n"


@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("work",)])
def test_missing_migrations_are_named(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = manage(tmp_path, *command)

    assert done.returncode == 1
    assert done.stderr.startswith("The database misses ")
    assert "and" in done.stderr
    assert "run `manage.py migrate`" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_worker_says_that_it_works(migrated: Path) -> None:
    command = [sys.executable, "manage.py", "work"]
    given = environment(SLIPWAY_DATA_DIR=str(migrated))

    with subprocess.Popen(command, cwd=PROJECT, env=given, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout
        said = worker.stdout.readline()
        worker.terminate()

    assert said == "Slipway works in the background.\n"


def test_a_worker_outlives_its_database_and_works_on_when_that_is_back(
    migrated: Path, own: Callable[..., Owner]
) -> None:
    def heard() -> set[object]:
        with connect(migrated) as link:
            return {row[0] for row in link.execute("SELECT id FROM procrastinate_workers")}

    first = own(migrated)
    with connect(migrated) as link:  # so many that some are under way when the database goes
        link.execute(MANY_JOBS)
    where = embedded.connection(migrated)
    given = environment(
        DATABASE_URL=f"postgres://{where['USER']}@/{where['HOST']}/{where['NAME']}",
        SLIPWAY_SECRET_KEY="only-for-a-test-" + "0123456789" * 4,
    )
    command = [sys.executable, "manage.py", "work", "--verbosity=0"]
    with subprocess.Popen(command, cwd=PROJECT, env=given, stderr=subprocess.PIPE, text=True) as worker:
        began = eventually(heard, 60)
        before = heard()
        first.kill()
        assert worker.stderr
        late = threading.Timer(60, worker.kill)
        late.start()
        # Jobs that were under way at that moment have their lines before it.
        said = list(takewhile(lambda line: line != AWAY, worker.stderr))
        late.cancel()
        own(migrated)
        goes_on = eventually(lambda: heard() - before, 60)
        worker.terminate()
        ended = worker.wait(20)

    assert began
    assert all(line.count("ERROR procrastinate.worker Job") == 1 for line in said), said
    assert goes_on
    assert ended == 0


def test_a_database_that_cannot_be_reached_is_one_sentence(tmp_path: Path) -> None:
    done = manage(
        tmp_path,
        "create_workspace",
        "harbour",
        "--name",
        "Harbour",
        DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing",
        SLIPWAY_SECRET_KEY="x" * 25 + "0123456789" * 3,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be used (")
    assert done.stderr.rstrip().endswith("check that it runs, and DATABASE_URL.")
    assert done.stderr.count("\n") == 1


def test_a_wrong_setting_is_one_sentence(tmp_path: Path) -> None:
    done = manage(tmp_path, "migrate", SLIPWAY_PROXIES="many")

    assert done.returncode == 1
    assert done.stderr == "SLIPWAY_PROXIES is 'many'; it must be a whole number from 0 to 9.\n"


def test_an_error_nobody_expected_is_a_sentence_that_says_how_to_see_more(tmp_path: Path) -> None:
    done = manage(tmp_path, "shell", "--no-imports", "--command", "1 / 0")

    assert done.returncode == 1
    assert done.stderr == (
        "Something failed that should not (ZeroDivisionError: division by zero); add --traceback to see where.\n"
    )


@needs_proc
def test_a_killed_command_leaves_no_database_running(tmp_path: Path) -> None:
    running = started(tmp_path, "import time; print('up', flush=True); time.sleep(60)")
    assert running.stdout
    running.stdout.readline()
    assert embedded.answers(Path(embedded.connection(tmp_path)["HOST"]))

    os.kill(running.pid, 9)
    running.wait()

    assert eventually(lambda: working_for(tmp_path) == [], 0.5)
    running.stdout.close()
