"""Everything into one file, as it was at one instant, while people go on working."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from hosting.backups import archive, catalogue
from hosting.problem import HostingError
from hosting.whole_files import whole_file

# Quick to make; half as large again as the tightest.
_LEVEL = 3
_PIECE = 256 * 1024
# Written alike by every server, whatever is set there.
_AS_TEXT = """
    SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = 'UTC';
    SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1; SET LOCAL statement_timeout = 0"""


@dataclass(frozen=True)
class Written:
    bytes: int
    rows: int


def back_up(path: Path, told: Callable[[str, int], None] = lambda table, rows: None) -> Written:
    """Into a new file that only its owner reads. `told` hears of each table, and of the rows of it that are written."""
    if str(path) == "-":
        raise HostingError("A backup is written whole or not at all, which only a file can be: name one in place of -.")
    with whole_file(path) as file:
        rows = _write(file, told)
        size = file.tell()
    return Written(size, rows)


def _write(target: IO[bytes], told: Callable[[str, int], None]) -> int:
    with (
        transaction.atomic(durable=True),
        connection.cursor() as cursor,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as file,
    ):
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(_AS_TEXT)
        here = {name: of for name, of in catalogue.tables(cursor).items() if name not in catalogue.LEFT_OUT}
        applied = _migrations(cursor, here)
        tables = {}
        for name, columns in here.items():
            rows = _copy(cursor, file, name, columns, told)
            tables[name] = archive.Table(columns=columns, rows=rows)
        # Asked last: whatever number a row above has was given before.
        given = [(*of, last) for of, (_, last) in catalogue.sequences(cursor).items() if last and of[0] in tables]
        contents = archive.Contents(
            made_at=timezone.now(),
            server=_version(cursor),
            key=archive.mark_of_key(),
            migrations=applied,
            tables=tables,
            sequences=given,
        )
        archive.say(contents, file)
    return sum(table.rows for table in tables.values())


def _version(cursor: CursorWrapper) -> int:
    cursor.execute("SHOW server_version_num")
    return int((cursor.fetchone() or [0])[0])


def _migrations(cursor: CursorWrapper, here: catalogue.Columns) -> list[catalogue.Migration]:
    if catalogue.MIGRATIONS not in here:
        raise HostingError("There is nothing to back up: the database has no tables of Slipway.")
    applied = catalogue.migrations(cursor)
    known = MigrationLoader(None).disk_migrations
    if unknown := [key for key in applied if key not in known]:
        newer = ".".join(unknown[0])
        raise HostingError(f"The database is a newer Slipway's (it has {newer}): make the backup with that one.")
    return applied


def _copy(
    cursor: CursorWrapper,
    file: zipfile.ZipFile,
    name: str,
    columns: list[str],
    told: Callable[[str, int], None],
) -> int:
    told(name, 0)
    rows, piece = 0, bytearray()
    with (
        archive.copied(file, name) as member,
        cursor.copy(catalogue.composed("COPY {} ({}) TO STDOUT", name, columns)) as copy,
    ):
        for row in copy:
            piece += row
            rows += 1
            if len(piece) > _PIECE:
                member.write(piece)
                piece.clear()
                told(name, rows)
        member.write(piece)
    return rows
