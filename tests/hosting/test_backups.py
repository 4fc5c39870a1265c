"""Everything into one file and back: of a database of its own, on which people work meanwhile."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from deployments.models import Agent, Person, Version
from deployments.pipeline.verification import verify
from deployments.story import tell
from hosting.backups import Restored, back_up, catalogue, restore
from hosting.problem import HostingError
from tests.copies import a_copy, connect_to, migrated
from tests.hosting.processes import eventually, manage_on
from tests.serving import number_from_afar
from tests.vocabulary import an_agent, published

EARLIER = Path(__file__).parent / "examples" / "five_migrations.backup"
Told = TypeVar("Told")
_numbers = itertools.count()


@dataclass
class Database:
    name: str
    beside: ThreadPoolExecutor
    blocker: DjangoDbBlocker

    def told(self, story: Callable[..., Told], *args: Any) -> Told:
        def tell() -> Told:
            with self.blocker.unblock():
                return story(*args)

        return self.beside.submit(tell).result()

    def restored(self, path: Path, *told: Any) -> Restored:
        return self.told(restore, path, *told)

    def close(self) -> None:
        self.told(connections.close_all)


@contextmanager
def a_database(blocker: DjangoDbBlocker) -> Iterator[Database]:
    with blocker.unblock():
        migrated()
    name = f"backups_{os.getpid()}_{next(_numbers)}"
    with a_copy(name), ThreadPoolExecutor(1, initializer=connect_to, initargs=(name,)) as beside:
        database = Database(name, beside, blocker)
        yield database
        database.close()


@pytest.fixture(scope="module")
def house(django_db_blocker: DjangoDbBlocker) -> Iterator[Database]:
    """Where the demo's story was told."""
    with a_database(django_db_blocker) as database:
        database.told(number_from_afar)
        database.told(tell)
        yield database


@pytest.fixture(scope="module")
def backup(house: Database, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """And, beside it, what was there then."""
    path = tmp_path_factory.mktemp("backup") / "slipway.backup"
    house.told(back_up, path)
    path.with_suffix(".rows").write_text(json.dumps(house.told(rows)))
    return path


@pytest.fixture
def empty(django_db_blocker: DjangoDbBlocker) -> Iterator[Database]:
    """With the tables of now and nothing in them, as `migrate` leaves it."""
    with a_database(django_db_blocker) as database:
        yield database


@pytest.fixture
def another(django_db_blocker: DjangoDbBlocker, house: Database) -> Iterator[Database]:
    """A second connection to the story, of somebody who works there."""
    with ExitStack() as stack:
        beside = stack.enter_context(ThreadPoolExecutor(1, initializer=connect_to, initargs=(house.name,)))
        database = Database(house.name, beside, django_db_blocker)
        yield database
        database.close()


def rows() -> dict[str, str]:
    """Every row of every table as one hash a table, and what each sequence gave last."""
    with connection.cursor() as cursor:
        found = {}
        for name in catalogue.tables(cursor).keys() - catalogue.LEFT_OUT:
            catalogue.run(cursor, "SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {} t", name)
            found[name] = str(cursor.fetchone())
        given = catalogue.sequences(cursor)
        found |= {f"{table}.{column}": str(last) for (table, column), (_, last) in given.items() if last}
    return found


def what_refers() -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        return catalogue.foreign_keys(cursor)


def publish() -> str:
    return published(Agent.objects.get(slug="harbour-hotel")).version.hash


def test_everything_comes_back_as_it_was(backup: Path, empty: Database) -> None:
    refers = empty.told(what_refers)
    before = json.loads(backup.with_suffix(".rows").read_text())

    done = empty.restored(backup)

    assert before.items() <= empty.told(rows).items()
    assert empty.told(what_refers) == refers
    assert empty.told(verify).problems == []
    assert (done.migrated, done.is_of_this_key) == (0, True)
    # This process remembers what was told since where the backup is from, under the numbers that would come next here.
    empty.told(number_from_afar)
    empty.told(publish)
    assert empty.told(verify).problems == []


def test_a_backup_is_of_one_instant_while_people_work(
    house: Database, another: Database, empty: Database, tmp_path: Path
) -> None:
    before, meanwhile, tables = house.told(rows), [], itertools.count()

    def work(table: str, rows: int) -> None:
        if rows == 0 and next(tables) % 8 == 0:
            meanwhile.append(another.told(publish))

    house.told(back_up, tmp_path / "one", work)
    empty.restored(tmp_path / "one")

    assert len(meanwhile) > 4
    assert empty.told(verify).problems == []
    assert not empty.told(lambda: Version.objects.filter(hash__in=meanwhile).exists())
    after = empty.told(rows)
    # Numbers may go on from where they are by now: none is given twice.
    assert {name: after[name] for name in before if "." not in name} == {
        name: before[name] for name in before if "." not in name
    }


def test_only_its_owner_reads_it_and_no_session_is_in_it(backup: Path) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with zipfile.ZipFile(backup) as file:
        assert not [name for name in file.namelist() if "session" in name]


def test_it_is_a_file_and_no_stream(house: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(HostingError, match="name one in place of -"):
        house.told(back_up, Path("-"))

    assert not list(tmp_path.iterdir())


def test_one_that_is_there_is_not_written_over(house: Database, backup: Path) -> None:
    held = backup.read_bytes()

    with pytest.raises(HostingError, match="is there already"):
        house.told(back_up, backup)

    assert backup.read_bytes() == held


def test_a_folder_that_is_not_there_is_one_sentence_that_names_the_file(house: Database, tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "one"

    with pytest.raises(HostingError) as refused:
        house.told(back_up, path)

    assert str(refused.value) == f"{path} could not be written (No such file or directory)."


def test_a_backup_cut_short_leaves_no_file(house: Database, tmp_path: Path) -> None:
    def fail(table: str, rows: int) -> None:
        if table == "deployments_version":
            raise OSError(28, "No space left on device")

    with pytest.raises(HostingError, match="No space left"):
        house.told(back_up, tmp_path / "one", fail)

    assert list(tmp_path.iterdir()) == []


def test_a_restore_killed_in_the_middle_leaves_an_empty_database(backup: Path, empty: Database) -> None:
    code = (
        "import os; from pathlib import Path; from hosting.backups import restore;"
        f"restore(Path({str(backup)!r}), lambda table, rows: os.kill(os.getpid(), 9) if table == 'deployments_version'"
        " else None)"
    )
    empty.close()

    killed = manage_on(empty.name, "shell", "--no-imports", "--command", code)

    assert killed.returncode == -9
    assert empty.told(is_empty)
    empty.close()
    # As soon as PostgreSQL has noticed.
    assert eventually(lambda: restores(empty, backup), 20)
    assert empty.told(verify).problems == []


def restores(database: Database, path: Path) -> bool:
    try:
        return bool(database.restored(path))
    except HostingError:
        return False


def is_empty() -> bool:
    with connection.cursor() as cursor:
        return not catalogue.holding_something(cursor)


def test_nothing_is_restored_over_what_is_there_or_in_use(
    house: Database, backup: Path, empty: Database, another: Database
) -> None:
    before = house.told(rows)
    another.told(Person.objects.count)

    with pytest.raises(HostingError, match=r"^The database is not empty \(deployments_\w+ has rows\)"):
        house.restored(backup)
    assert house.told(rows) == before

    with ThreadPoolExecutor(1, initializer=connect_to, initargs=(empty.name,)) as beside:
        used = Database(empty.name, beside, empty.blocker)
        used.told(Person.objects.count)
        with pytest.raises(HostingError, match=r"^There is another connection to the database: stop Slipway"):
            empty.restored(backup)
        used.close()
    assert empty.told(is_empty)


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def damaged(file: Path) -> None:
    with zipfile.ZipFile(file) as held:
        inside = held.getinfo("tables/deployments_version.tsv")
    content = bytearray(file.read_bytes())
    content[inside.header_offset + 30 + len(inside.filename) + inside.compress_size // 2] ^= 0x55
    file.write_bytes(content)


def some_text(file: Path) -> None:
    file.write_text("Dear diary")


def another_zip(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as held:
        held.writestr("project.yaml", "name: x")


def saying(**changes: Any) -> Callable[[Path], None]:
    """The same tables, and something else said of them."""

    def change(file: Path) -> None:
        beside = file.with_suffix(".new")
        with zipfile.ZipFile(file) as old, zipfile.ZipFile(beside, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if name == "slipway.json":
                    said = json.loads(content)
                    content = json.dumps({k: changes.get(k, lambda v: v)(v) for k, v in said.items()}).encode()
                new.writestr(name, content)
        beside.replace(file)

    return change


def without_a_row(tables: dict[str, Any]) -> dict[str, Any]:
    return tables | {"deployments_blob": tables["deployments_blob"] | {"rows": 3}}


def with_another_table(tables: dict[str, Any]) -> dict[str, Any]:
    return tables | {"deployments_tide": tables["deployments_blob"]}


def without_a_table(tables: dict[str, Any]) -> dict[str, Any]:
    return {name: table for name, table in tables.items() if name != "deployments_blob"}


WRONG = {
    "cut off": (cut_off, "is not a whole backup of Slipway"),
    "damaged": (damaged, "is not a whole backup of Slipway"),
    "text": (some_text, "is not a whole backup of Slipway"),
    "another zip": (another_zip, "is a zip but no backup of Slipway"),
    "later form": (saying(format=lambda _: 2), "was made by a newer Slipway"),
    "later migration": (
        saying(migrations=lambda known: [*known, ["deployments", "0999_later"]]),
        r"was made by a newer Slipway \(it has deployments.0999_later\)",
    ),
    "unreadable": (saying(tables=lambda _: "none"), "is not a whole backup of Slipway"),
    "fewer rows": (saying(tables=without_a_row), "is not a whole backup of Slipway"),
    "more tables": (saying(tables=with_another_table), "is not a whole backup of Slipway"),
    "fewer tables": (saying(tables=without_a_table), r"does not have the tables of its own version \(deployments_blob"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_file_is_one_sentence_and_changes_nothing(
    kind: str, backup: Path, tmp_path: Path, empty_for_wrong_files: Database
) -> None:
    spoil, said = WRONG[kind]
    file = tmp_path / "wrong.backup"
    shutil.copy(backup, file)
    spoil(file)

    with pytest.raises(HostingError, match=said):
        empty_for_wrong_files.restored(file)

    assert empty_for_wrong_files.told(is_empty)


@pytest.fixture(scope="module")
def empty_for_wrong_files(django_db_blocker: DjangoDbBlocker) -> Iterator[Database]:
    """One for all of them, since none changes it."""
    with a_database(django_db_blocker) as database:
        yield database


def test_an_earlier_backup_is_brought_up_to_date(empty: Database) -> None:
    """Made by this command of the demo's story as it was when there were five migrations."""
    done = empty.restored(EARLIER)

    assert done.migrated > 10
    found = empty.told(verify)
    assert (found.problems, found.checked["versions"], found.checked["deployments"]) == ([], 14, 34)
    assert not done.is_of_this_key
    empty.told(number_from_afar)  # this process knows other rows by these numbers
    empty.told(lambda: published(an_agent()))
    assert empty.told(verify).problems == []
