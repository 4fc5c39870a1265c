"""One file back into an empty database, whole or not at all; an earlier Slipway's is brought up to date."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from hosting.backups import archive, catalogue
from hosting.backups.archive import Contents
from hosting.problem import HostingError

_PIECE = 256 * 1024


@dataclass(frozen=True)
class Restored:
    """`migrated`: how many migrations came after the backup. `is_of_this_key`: made with the secret key of now."""

    bytes: int
    rows: int
    migrated: int
    is_of_this_key: bool


def restore(path: Path, told: Callable[[str, int], None] = lambda table, rows: None) -> Restored:
    """`told` hears of each table, and of the rows of it that are back. Raises HostingError; then nothing is in it."""
    with archive.opened(path) as (file, contents):
        _refuse_newer(contents, path)
        _make_tables(contents)
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            _refuse_what_is_in_use(cursor)
            _refuse_other_tables(catalogue.tables(cursor), contents, path)
            _load(cursor, file, contents, path, told)
        migrated = _bring_up_to_date()
        return Restored(
            bytes=path.stat().st_size,
            rows=sum(table.rows for table in _wanted(contents).values()),
            migrated=migrated,
            is_of_this_key=archive.is_of_this_key(contents),
        )


def _refuse_newer(contents: Contents, path: Path) -> None:
    known = MigrationLoader(None).disk_migrations
    if unknown := [key for key in contents.migrations if key not in known]:
        raise archive.newer(path, f"it has {'.'.join(unknown[0])}")


def _make_tables(contents: Contents) -> None:
    """Those that the backup was made of, empty. By themselves: some migrations cannot share a transaction."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        _refuse_what_is_in_use(cursor)
        if catalogue.tables(cursor):
            if set(catalogue.migrations(cursor)) == set(contents.migrations):
                return
            catalogue.drop_everything(cursor)
    executor = MigrationExecutor(connection)
    executor.migrate(_last_of_each_app(executor, set(contents.migrations)))


def _refuse_what_is_in_use(cursor: CursorWrapper) -> None:
    if filled := catalogue.holding_something(cursor):
        raise HostingError(
            f"The database is not empty ({filled} has rows), and a restore writes over nothing: "
            "give it an empty database, or an empty data directory."
        )
    # A process that runs remembers what the numbers of the rows stand for, which a restore gives to others.
    if others := catalogue.others_connected(cursor):
        are = "is another connection" if others == 1 else f"are {others} other connections"
        raise HostingError(f"There {are} to the database: stop Slipway and whatever else uses it, then restore.")


def _last_of_each_app(executor: MigrationExecutor, wanted: set[catalogue.Migration]) -> list[catalogue.Migration]:
    nodes = executor.loader.graph.node_map
    return [
        key
        for key in nodes
        if key in wanted and not any(child.key in wanted and child.key[0] == key[0] for child in nodes[key].children)
    ]


def _refuse_other_tables(here: catalogue.Columns, contents: Contents, path: Path) -> None:
    here = {name: columns for name, columns in here.items() if name not in catalogue.LEFT_OUT}
    there = {name: table.columns for name, table in _wanted(contents).items()}
    odd = [name for name in here | there if set(here.get(name, ())) != set(there.get(name, ()))]
    if odd:
        raise HostingError(f"{path} does not have the tables of its own version ({odd[0]}). Nothing was changed.")


def _wanted(contents: Contents) -> dict[str, archive.Table]:
    """What was left out since the file was made is left out of it."""
    return {name: table for name, table in contents.tables.items() if name not in catalogue.LEFT_OUT}


def _load(
    cursor: CursorWrapper,
    file: zipfile.ZipFile,
    contents: Contents,
    path: Path,
    told: Callable[[str, int], None],
) -> None:
    here = catalogue.tables(cursor)
    # Foreign keys are made again afterwards, which checks all rows at once: in any order, and without remembering each.
    keys = [key for key in catalogue.foreign_keys(cursor) if key[0] in here]
    for table, name, _ in keys:
        catalogue.run(cursor, "ALTER TABLE {} DROP CONSTRAINT {}", table, name)
    for name in here:
        catalogue.run(cursor, "TRUNCATE {} CASCADE", name)
    for name, held in _wanted(contents).items():
        told(name, 0)
        # What follows from a row, such as a message to a worker, followed already.
        catalogue.run(cursor, "ALTER TABLE {} DISABLE TRIGGER USER", name)
        _copy(cursor, file, name, held, path, told)
        catalogue.run(cursor, "ALTER TABLE {} ENABLE TRIGGER USER", name)
    for table, name, definition in keys:
        catalogue.run(cursor, "ALTER TABLE {} ADD CONSTRAINT {} ", table, name, written=definition)
    sequences = catalogue.sequences(cursor)
    for table, column, last in contents.sequences:
        if found := sequences.get((table, column)):
            cursor.execute("SELECT setval(quote_ident(%s)::regclass, %s)", [found[0], last])


def _copy(
    cursor: CursorWrapper,
    file: zipfile.ZipFile,
    name: str,
    table: archive.Table,
    path: Path,
    told: Callable[[str, int], None],
) -> None:
    rows = 0
    with (
        file.open(archive.member(name)) as member,
        cursor.copy(catalogue.composed("COPY {} ({}) FROM STDIN", name, table.columns)) as copy,
    ):
        while piece := member.read(_PIECE):
            copy.write(piece)
            rows += piece.count(b"\n")
            told(name, rows)
    if cursor.rowcount != table.rows:
        raise archive.broken(path)


def _bring_up_to_date() -> int:
    """Should this be cut short, `manage.py migrate` goes on with it."""
    executor = MigrationExecutor(connection)
    wanted = executor.loader.graph.leaf_nodes()
    missing = len(executor.migration_plan(wanted))
    if missing:
        executor.migrate(wanted)
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return missing
