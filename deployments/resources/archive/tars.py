"""An agent as a tar, plain or gzipped: what `git archive` and `tar cz` write."""

from __future__ import annotations

import gzip
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, cast

from deployments.resources.archive.gathering import Gathering, Reading
from deployments.resources.archive.limits import FILES, IMPORT_BYTES, MEGABYTE
from deployments.resources.archive.paths import ImportRefused, danger_of_path, ignored_part, shown
from deployments.resources.archive.zips import is_resource_fork, top_folder

_GZIP = b"\x1f\x8b"
_PIECE = 64 * 1024
# All a tar may expand to: the most an import may hold, and as much again for what is left out.
_EXPANDED = 2 * IMPORT_BYTES
# Entries, those left out included.
_ENTRIES = 10 * FILES
# A header that announces more than this, as some may, would be read into memory whole.
_ONE_READ = MEGABYTE
_BROKEN = (tarfile.TarError, EOFError, OSError, ValueError, OverflowError, zlib.error, RecursionError)


def read_tar(source: IO[bytes]) -> Reading:
    """All files of a tar of an agent. Raises ImportRefused for the whole of it."""
    with _expanded(source) as plain:
        try:
            with tarfile.open(fileobj=cast("IO[bytes]", _Careful(plain)), mode="r:") as archive:
                return _read(archive)
        except ImportRefused:
            raise
        except _BROKEN as error:
            raise ImportRefused(
                "The file is no zip and no whole tar; make the archive again and import that."
            ) from error


@contextmanager
def _expanded(source: IO[bytes]) -> Iterator[IO[bytes]]:
    """The tar itself; a gzipped one is written to disk, no more of it than may be."""
    is_packed = source.read(2) == _GZIP
    source.seek(0)
    if not is_packed:
        yield source
        return
    with tempfile.TemporaryFile() as plain, gzip.GzipFile(fileobj=source) as packed:
        size = 0
        try:
            while piece := packed.read(_PIECE):
                size += len(piece)
                if size > _EXPANDED:
                    raise ImportRefused(
                        f"The tar expands to over {_EXPANDED // MEGABYTE} MB; take out what is no part of the agent."
                    )
                plain.write(piece)
        except _BROKEN as error:
            if isinstance(error, ImportRefused):
                raise
            raise ImportRefused("The file is not a whole gzipped tar; make it again and import that.") from error
        plain.seek(0)
        yield plain


class _Careful:
    """A file whose reader cannot be talked into one enormous read, nor into going in circles."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        source.seek(0, 2)
        self._left = 3 * source.tell() + 20 * tarfile.RECORDSIZE
        source.seek(0)

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _ONE_READ or size > self._left:
            raise tarfile.ReadError("reads too much")
        read = self._source.read(size)
        self._left -= max(len(read), 1)
        return read

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        return self._source.tell()


def _read(archive: tarfile.TarFile) -> Reading:
    entries = _entries(archive)
    for name, _ in entries:
        if sentence := danger_of_path(name):
            raise ImportRefused(sentence)
    top = top_folder([name for name, entry in entries if not entry.isdir()])
    gathering = Gathering()
    for full_name, entry in entries:
        name = full_name.removeprefix(top)
        if not name or f"{full_name}/" == top:
            continue
        left_out = ignored_part(f"{name}/" if entry.isdir() else name)
        if left_out or is_resource_fork(full_name):
            gathering.ignored.add(left_out or full_name)
            continue
        _refuse_entry(name, entry)
        if entry.isdir():
            gathering.admit_folder(name)
            continue
        gathering.admit(name)
        opened = archive.extractfile(entry)
        if opened is not None:
            gathering.read(name, cast("BinaryIO", opened))
        if opened is None or len(gathering.files[name]) != entry.size:
            raise ImportRefused(f"{shown(name)} is cut short in the tar; make the tar again and import that.")
    return gathering.reading()


def _entries(archive: tarfile.TarFile) -> list[tuple[str, tarfile.TarInfo]]:
    entries = []
    for count, entry in enumerate(archive, start=1):
        if count > _ENTRIES:
            raise ImportRefused(f"The tar has more than {_ENTRIES:,} entries; pack the agent's folder alone.")
        # `tar` writes the folder itself as `.` or `./`, which names nothing.
        name = entry.name.removeprefix("./").rstrip("/")
        if name not in {"", "."}:
            entries.append((name, entry))
    return entries


def _refuse_entry(name: str, entry: tarfile.TarInfo) -> None:
    if entry.issym() or entry.islnk():
        raise ImportRefused(f"{shown(name)} is a link; put the file itself in its place and import again.")
    if entry.issparse() or not (entry.isreg() or entry.isdir()):
        raise ImportRefused(f"{shown(name)} is neither a file nor a folder; take it out and import again.")
