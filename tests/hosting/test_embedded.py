from __future__ import annotations

import os
import pwd
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from hosting import cluster, embedded, home
from hosting.problem import HostingError
from tests.hosting.processes import (
    Owner,
    connect,
    eventually,
    is_alive,
    kill,
    needs_an_open_interpreter,
    needs_proc,
    needs_root,
    working_for,
)

Own = Callable[..., Owner]


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "data" / "postmaster.pid").read_text().split()[0])


def rows(data_dir: Path) -> int:
    with connect(data_dir) as link:
        found = link.execute("SELECT count(*) FROM kept").fetchone()
    assert found
    return int(str(found[0]))


def keep_rows(data_dir: Path, count: int = 1000) -> None:
    with connect(data_dir) as link:
        link.execute("CREATE TABLE kept AS SELECT generate_series(1, %s::int) AS n", [count])


def test_what_was_saved_is_there_after_a_stop_and_a_start(tmp_path: Path) -> None:
    with embedded.running(tmp_path / "data"):
        keep_rows(tmp_path / "data")

    with embedded.running(tmp_path / "data"):
        assert rows(tmp_path / "data") == 1000


def test_a_second_start_is_refused_in_a_sentence_and_harms_nothing(tmp_path: Path, own: Own) -> None:
    first = own(tmp_path)
    keep_rows(tmp_path)

    second = own(tmp_path)

    said = second.stop()
    assert second.process.returncode == 1
    assert said.startswith(f"The database in {tmp_path / 'postgres'} is already run by")
    assert str(first.process.pid) in said
    assert "\n" not in said
    assert rows(tmp_path) == 1000


def test_a_stale_pid_file_of_a_reused_process_id_does_not_stop_a_start(tmp_path: Path) -> None:
    with embedded.running(tmp_path):
        pid_file = tmp_path / "postgres" / "data" / "postmaster.pid"
        left = pid_file.read_text().split("\n")
    with subprocess.Popen(["sleep", "60"]) as somebody_else:
        pid_file.write_text("\n".join([str(somebody_else.pid), *left[1:]]))

        with embedded.running(tmp_path):
            keep_rows(tmp_path)

        assert somebody_else.poll() is None
        somebody_else.kill()


@needs_proc
def test_when_the_owner_is_killed_nothing_is_left_after_half_a_second(tmp_path: Path, own: Own) -> None:
    owner = own(tmp_path)
    keep_rows(tmp_path)

    owner.kill()

    assert eventually(lambda: not working_for(tmp_path), 0.5)
    with embedded.running(tmp_path):
        assert rows(tmp_path) == 1000


@needs_proc
def test_when_the_owner_is_killed_in_the_middle_of_a_long_query_nothing_is_left(tmp_path: Path, own: Own) -> None:
    owner = own(tmp_path)
    link = connect(tmp_path)
    endless = "DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$"
    link.pgconn.send_query(endless.encode())

    owner.kill()

    assert eventually(lambda: not working_for(tmp_path), 0.5)
    link.close()


@needs_proc
def test_when_everything_is_killed_at_once_nothing_is_left_and_nothing_lost(tmp_path: Path, own: Own) -> None:
    owner = own(tmp_path)
    keep_rows(tmp_path)

    kill(working_for(tmp_path))
    owner.process.wait()

    assert eventually(lambda: not working_for(tmp_path), 0.5)
    with embedded.running(tmp_path):
        assert rows(tmp_path) == 1000


@needs_proc
def test_a_killed_database_is_back_with_every_row(tmp_path: Path, own: Own) -> None:
    owner = own(tmp_path)
    keep_rows(tmp_path)
    before = postmaster(tmp_path)

    kill([before])

    assert eventually(lambda: not is_alive(before), 1)
    assert eventually(lambda: embedded.answers(home.socket_folder(tmp_path)), 5)
    assert postmaster(tmp_path) != before
    assert rows(tmp_path) == 1000
    assert "Starting it again." in owner.stop()


@needs_proc
def test_a_killed_database_is_back_though_its_log_is_gone_and_a_start_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with embedded.running(tmp_path) as database:
        launch, failures = database._launch, iter([OSError(12, "Cannot allocate memory")])

        def launch_at_the_second_try() -> None:
            for failure in failures:
                raise failure
            launch()

        monkeypatch.setattr(database, "_launch", launch_at_the_second_try)
        (tmp_path / "postgres" / "postgres.log").unlink()
        before = postmaster(tmp_path)

        kill([before])

        assert eventually(lambda: not is_alive(before), 1)
        assert eventually(lambda: embedded.answers(home.socket_folder(tmp_path)), 5)
    assert "The database did not start ([Errno 12] Cannot allocate memory). Trying again." in capsys.readouterr().err


@needs_proc
def test_a_killed_leash_takes_the_database_with_it_and_both_come_back(tmp_path: Path, own: Own) -> None:
    own(tmp_path)
    keep_rows(tmp_path)
    before = postmaster(tmp_path)
    leash = int(Path(f"/proc/{before}/stat").read_text().rpartition(")")[2].split()[1])

    kill([leash])

    assert eventually(lambda: not is_alive(before), 1)
    assert eventually(lambda: embedded.answers(home.socket_folder(tmp_path)), 5)
    assert rows(tmp_path) == 1000


@needs_proc
def test_an_orphan_of_the_same_data_is_stopped_before_a_start(tmp_path: Path) -> None:
    with embedded.running(tmp_path):
        keep_rows(tmp_path)
    found = embedded.binaries.newest()
    identity = home.identity_in(tmp_path / "postgres")
    orphan = embedded.Leashed(
        [
            found.postgres,
            "-D",
            tmp_path / "postgres" / "data",
            "-k",
            home.socket_folder(tmp_path),
            "-c",
            "listen_addresses=",
        ],
        identity=identity,
        output=subprocess.DEVNULL,
    )
    assert eventually(lambda: embedded.answers(home.socket_folder(tmp_path)), 5)

    with embedded.running(tmp_path):
        assert orphan.wait(1) == 0
        assert rows(tmp_path) == 1000

    orphan.stop()


def test_a_start_cut_short_leaves_no_half_a_database(tmp_path: Path) -> None:
    half = tmp_path / "postgres" / "making-1" / "base"
    half.mkdir(parents=True)

    with embedded.running(tmp_path):
        keep_rows(tmp_path)

    assert not half.exists()


@pytest.mark.parametrize("name", ["with a space", "comma, and 'quotes\"", "ünïcödé", "deep" * 25])
def test_the_data_directory_may_have_any_name(tmp_path: Path, name: str) -> None:
    data_dir = tmp_path / name

    with embedded.running(data_dir):
        keep_rows(data_dir)
        place = Path(embedded.connection(data_dir)["HOST"])
        assert stat.S_IMODE(place.stat().st_mode) == 0o700

    with embedded.running(data_dir):
        assert rows(data_dir) == 1000
    assert place.parent == data_dir / "postgres" or not place.exists()


def test_a_socket_directory_that_somebody_else_put_in_place_is_not_used(tmp_path: Path) -> None:
    data_dir = tmp_path / ("deep" * 25)
    with embedded.running(data_dir):
        pass
    planted = tmp_path / "planted"
    planted.mkdir()
    planted.chmod(0o777)
    (data_dir / "postgres" / "socket_folder").write_text(str(planted))

    with embedded.running(data_dir):
        used = Path(embedded.connection(data_dir)["HOST"])

    assert used != planted
    assert not list(planted.iterdir())


def test_no_permission_of_an_existing_directory_is_changed(tmp_path: Path) -> None:
    closed, open_ = tmp_path / "closed", tmp_path / "closed" / "open"
    open_.mkdir(parents=True)
    closed.chmod(0o700)
    open_.chmod(0o755)
    before = [folder.stat() for folder in (*tmp_path.parents, tmp_path, closed, open_)]

    with embedded.running(open_):
        pass

    after = [folder.stat() for folder in (*tmp_path.parents, tmp_path, closed, open_)]
    assert [(seen.st_mode, seen.st_uid, seen.st_gid) for seen in after] == [
        (seen.st_mode, seen.st_uid, seen.st_gid) for seen in before
    ]
    assert stat.S_IMODE((open_ / "postgres").stat().st_mode) == 0o700


@needs_root
@needs_an_open_interpreter
def test_nobody_else_can_connect(world: Path) -> None:
    with embedded.running(world / "data"):
        where = embedded.connection(world / "data")
        attempt = (
            f"import psycopg; psycopg.connect(host={where['HOST']!r}, user={where['USER']!r}, dbname={where['NAME']!r})"
        )
        tried = subprocess.run(
            [sys.executable, "-c", attempt],
            user=65534,
            group=65534,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
        connect(world / "data").close()

    assert tried.returncode == 1
    assert "Permission denied" in tried.stderr


def test_it_listens_on_no_port(tmp_path: Path) -> None:
    with embedded.running(tmp_path), connect(tmp_path) as link:
        assert link.execute("SHOW listen_addresses").fetchone() == ("",)
        assert link.execute("SHOW max_connections").fetchone() == ("60",)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(host="127.0.0.1", port=embedded.PORT, user=cluster.USER, dbname=embedded.NAME)


@needs_root
@needs_an_open_interpreter
def test_an_ordinary_user_runs_it_too(world: Path, own: Own) -> None:
    data_dir = world / "theirs"
    data_dir.mkdir()
    os.chown(data_dir, 65534, 65534)

    owner = own(data_dir, user=65534)
    if not owner.is_up and "Permission denied" in (said := owner.stop()):
        pytest.skip(f"this checkout is closed to other users: {said}")

    assert owner.is_up
    assert (data_dir / "postgres" / "data").stat().st_uid == 65534
    assert owner.stop() == ""


@needs_root
def test_root_runs_what_an_ordinary_user_made(world: Path) -> None:
    data_dir = world / "theirs"
    (data_dir / "postgres").mkdir(parents=True, mode=0o700)
    os.chown(data_dir / "postgres", 65534, 65534)

    with embedded.running(data_dir):
        keep_rows(data_dir)

    assert (data_dir / "postgres" / "data").stat().st_uid == 65534


@needs_root
def test_root_without_user_namespaces_runs_it_as_somebody_who_cannot_sign_in(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "_namespaces_work", lambda: False)

    with embedded.running(world / "data"):
        keep_rows(world / "data")

    owner = pwd.getpwuid((world / "data" / "postgres" / "data").stat().st_uid)
    assert owner.pw_uid != 0
    assert owner.pw_shell.endswith(("/nologin", "/false"))
    assert stat.S_IMODE((world / "data" / "postgres").stat().st_mode) == 0o700


@needs_root
def test_root_without_user_namespaces_below_a_closed_directory_is_told_what_to_do(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "_namespaces_work", lambda: False)
    world.chmod(0o700)

    with pytest.raises(HostingError, match="start Slipway as an ordinary user, or set DATABASE_URL"):
        embedded.EmbeddedPostgres(world / "data").start()

    assert stat.S_IMODE(world.stat().st_mode) == 0o700


def test_data_of_another_major_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    with embedded.running(tmp_path):
        pass
    written_by = tmp_path / "postgres" / "data" / "PG_VERSION"
    written_by.write_text("15\n")

    with pytest.raises(HostingError, match="written by PostgreSQL 15, and this Slipway brings 18: make a `backup`"):
        embedded.EmbeddedPostgres(tmp_path).start()

    assert written_by.read_text() == "15\n"


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(HostingError, match="set SLIPWAY_DATA_DIR to another one"):
        embedded.EmbeddedPostgres(tmp_path / "file" / "data").start()


def test_settings_of_the_shell_for_other_databases_do_not_reach_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("PGPORT", "1")

    with embedded.running(tmp_path):
        keep_rows(tmp_path)


def test_it_starts_warm_in_a_moment(tmp_path: Path) -> None:
    with embedded.running(tmp_path):
        pass

    began = time.monotonic()
    with embedded.running(tmp_path):
        took = time.monotonic() - began

    assert took < 3
