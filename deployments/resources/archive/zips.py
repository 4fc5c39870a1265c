"""An agent as a zip."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import IO, BinaryIO, cast

from deployments.resources.archive.gathering import Gathering, Reading
from deployments.resources.archive.limits import ZIP_LISTING_BYTES
from deployments.resources.archive.paths import ImportRefused, danger_of_path, ignored_part, is_ignored, shown

_UTF8_NAME = 0x800
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_READ = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# The fixed part of what precedes every entry's bytes: no two entries can stand closer than this.
_LOCAL_HEADER_BYTES = 30

# What zipfile raises for a zip that is not what it says; the last two for impossible offsets and unknown versions.
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, OSError, ValueError, RuntimeError)


def read_zip(source: str | PathLike[str] | IO[bytes]) -> Reading:
    """All files of a zip of an agent. Raises ImportRefused for the whole of it.

    A zip of a folder rather than of its contents (`harbour/project.yaml`) is read as if that folder were the root.
    """
    if isinstance(source, str | PathLike):
        try:
            with Path(source).open("rb") as opened:
                return read_zip(opened)
        except OSError as error:
            raise ImportRefused(
                f"{shown(str(source))} cannot be read ({error.strerror or error}); name a folder or a zip that can."
            ) from error
    with _archive(source) as archive:
        return _read(archive)


def _archive(source: IO[bytes]) -> zipfile.ZipFile:
    name = getattr(source, "name", None)
    subject = shown(Path(name).name) if isinstance(name, str) else "The file"
    try:
        return zipfile.ZipFile(cast("IO[bytes]", _Careful(source)))
    except UnicodeDecodeError as error:
        raise ImportRefused(
            f"{shown(_lossy(error.object))} has a name that is not UTF-8; rename it and import again."
        ) from error
    except _TooLongError:
        raise ImportRefused(f"{subject} lists too many entries to be an agent; zip the agent's folder alone.") from None
    except _BROKEN as error:
        raise ImportRefused(f"{subject} is not a whole zip file; make the zip again and import that.") from error


class _TooLongError(Exception):
    pass


class _Careful:
    """A file whose reader cannot be talked into one enormous read: zipfile loads a zip's listing in one go."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        if size > ZIP_LISTING_BYTES:
            raise _TooLongError
        return self._source.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        return self._source.tell()

    def seekable(self) -> bool:
        return True


def _read(archive: zipfile.ZipFile) -> Reading:
    # `tar` writes the folder itself as `./`, which names nothing.
    entries = [(name, entry) for entry in archive.infolist() if (name := _name(entry))]
    for name, _ in entries:
        if sentence := danger_of_path(name.removesuffix("/")):
            raise ImportRefused(sentence)
    _refuse_overlaps(archive, entries)
    top = top_folder([name for name, _ in entries if not name.endswith("/")])
    gathering = Gathering()
    for full_name, entry in entries:
        name = full_name.removeprefix(top)
        if not name:
            continue
        if left_out := ignored_part(name) or (is_resource_fork(full_name) and full_name):
            gathering.ignored.add(left_out)
            continue
        _refuse_entry(name, entry)
        if name.endswith("/"):
            gathering.admit_folder(name.removesuffix("/"))
            continue
        gathering.admit(name)
        try:
            with archive.open(entry) as opened:
                gathering.read(name, cast("BinaryIO", opened))
        except ImportRefused:
            raise
        except _BROKEN as error:
            raise ImportRefused(f"{shown(name)} is broken in the zip; make the zip again and import that.") from error
    return gathering.reading()


def _name(entry: zipfile.ZipInfo) -> str:
    # Not `filename`: that is cut at a NUL, so two readers would see two names.
    name = entry.orig_filename
    if not entry.flag_bits & _UTF8_NAME:
        # Many writers store UTF-8 without saying so. What is not UTF-8 is in a code page nobody can know.
        raw = name.encode("cp437")
        try:
            name = raw.decode()
        except UnicodeDecodeError as error:
            raise ImportRefused(
                f"{shown(_lossy(raw))} has a name that is not UTF-8; rename it and import again."
            ) from error
    return name.removeprefix("./")


def _lossy(raw: bytes) -> str:
    return raw.decode("ascii", "backslashreplace")


def _refuse_overlaps(archive: zipfile.ZipFile, entries: list[tuple[str, zipfile.ZipInfo]]) -> None:
    """Entries that share bytes make a small zip expand without end."""
    end = archive.start_dir
    for name, entry in sorted(entries, key=lambda pair: pair[1].header_offset, reverse=True):
        if entry.header_offset < 0 or entry.header_offset + _LOCAL_HEADER_BYTES + entry.compress_size > end:
            raise ImportRefused(f"{shown(name)} overlaps another entry of the zip; make the zip again and import that.")
        end = entry.header_offset


def top_folder(names: list[str]) -> str:
    kept = [name for name in names if not is_ignored(name) and not is_resource_fork(name)]
    if not kept:
        return ""
    top = kept[0].partition("/")[0] + "/"
    if f"{top}project.yaml" in kept and all(name.startswith(top) for name in kept):
        return top
    return ""


def is_resource_fork(name: str) -> bool:
    """What the Finder of macOS adds to a zip beside each file; no folder on disk holds it."""
    return name.startswith("__MACOSX/") and name.rpartition("/")[2].startswith("._")


def _refuse_entry(name: str, entry: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        raise ImportRefused(f"{shown(name)} is a link; put the file itself in its place and import again.")
    if kind not in (0, stat.S_IFDIR if name.endswith("/") else stat.S_IFREG):
        raise ImportRefused(f"{shown(name)} is neither a file nor a folder; take it out and import again.")
    if entry.flag_bits & _ENCRYPTED:
        raise ImportRefused(f"{shown(name)} is encrypted; make the zip without a password and import that.")
    if entry.compress_type not in _READ:
        raise ImportRefused(f"{shown(name)} is packed in an unusual way; make the zip with ordinary compression.")


def write_zip(files: Mapping[str, bytes], target: IO[bytes]) -> None:
    """Write a zip of an agent's files, the same bytes for the same files. The target need not be seekable."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[name])
