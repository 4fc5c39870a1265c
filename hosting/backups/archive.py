"""The file: a zip with one member a table, and last of all one that says what is in it and that it is whole."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from django.utils.crypto import salted_hmac
from pydantic import BaseModel, ValidationError

from hosting.problem import HostingError

FORMAT = 1
_CONTENTS = "slipway.json"
_LARGEST_CONTENTS = 16 * 1024 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError)


class Table(BaseModel):
    columns: list[str]
    rows: int


class Contents(BaseModel):
    """`server` is PostgreSQL's number of its version; `key` tells one secret key from another and opens nothing."""

    format: int = FORMAT
    made_at: datetime
    server: int
    key: str
    migrations: list[tuple[str, str]]
    tables: dict[str, Table]
    sequences: list[tuple[str, str, int]]  # table, column, the last number given


class _Format(BaseModel):
    format: int


def mark_of_key() -> str:
    return salted_hmac("slipway.backup", "which key", algorithm="sha256").hexdigest()[:16]


def member(table: str) -> str:
    return f"tables/{table}.tsv"


def say(contents: Contents, file: zipfile.ZipFile) -> None:
    file.writestr(_CONTENTS, contents.model_dump_json(indent=1))


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Contents]]:
    """A backup and what it says of itself; also what proves broken while the block reads it is one sentence."""
    try:
        with zipfile.ZipFile(path) as file:
            yield file, _contents(file, path)
    except _BROKEN as error:
        raise broken(path) from error


def broken(path: Path) -> HostingError:
    return HostingError(f"{path} is not a whole backup of Slipway: it is cut off or damaged. Nothing was changed.")


def _contents(file: zipfile.ZipFile, path: Path) -> Contents:
    if _CONTENTS not in file.namelist() or file.getinfo(_CONTENTS).file_size > _LARGEST_CONTENTS:
        raise HostingError(f"{path} is a zip but no backup of Slipway. Nothing was changed.")
    said = file.read(_CONTENTS)
    try:
        if _Format.model_validate_json(said).format > FORMAT:
            raise newer(path, "its form is a later one")
        contents = Contents.model_validate_json(said)
    except ValidationError as error:
        raise broken(path) from error
    if not {member(table) for table in contents.tables} <= set(file.namelist()):
        raise broken(path)
    return contents


def newer(path: Path, why: str) -> HostingError:
    return HostingError(
        f"{path} was made by a newer Slipway ({why}): restore it with that one or a later one. Nothing was changed."
    )


def copied(file: zipfile.ZipFile, table: str) -> IO[bytes]:
    """Its rows, to be written while they come: how many bytes they will be nobody knows yet."""
    return file.open(member(table), "w", force_zip64=True)


def is_of_this_key(contents: Contents) -> bool:
    return contents.key == mark_of_key()
