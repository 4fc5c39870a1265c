"""What an import has read so far, held against the limits while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO

from deployments.resources.archive.limits import FILE_BYTES, FILES, IMPORT_BYTES, MEGABYTE
from deployments.resources.archive.paths import ImportRefused, excess_of_path, folded, shown

_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """The files of an import by path, and the paths left out (a folder left out whole ends in a slash)."""

    files: dict[str, bytes]
    ignored: tuple[str, ...]


@dataclass(slots=True)
class Gathering:
    files: dict[str, bytes] = field(default_factory=dict)
    ignored: set[str] = field(default_factory=set)
    _bytes: int = 0
    _names: dict[str, str] = field(default_factory=dict)
    _folders: dict[str, str] = field(default_factory=dict)

    def admit(self, path: str) -> None:
        """Refuse what stands in the way of this path before a byte of the file is read."""
        if sentence := excess_of_path(path):
            raise ImportRefused(sentence)
        if len(self.files) >= FILES:
            raise ImportRefused(f"{shown(path)} is one file too many; an import may hold {FILES:,} files.")
        key = folded(path)
        if (other := self._names.get(key)) is not None:
            raise ImportRefused(_clash(other, path))
        if key in self._folders:
            raise ImportRefused(_file_and_folder(path, self._folders[key]))
        for end in (place for place, character in enumerate(key) if character == "/"):
            folder = key[:end]
            if folder in self._names:
                raise ImportRefused(_file_and_folder(self._names[folder], path))
            self._folders.setdefault(folder, path)
        self._names[key] = path

    def admit_folder(self, path: str) -> None:
        """Take note of a folder that may be empty, so that no file can bear its name."""
        if sentence := excess_of_path(path):
            raise ImportRefused(sentence)
        key = folded(path)
        if key in self._names:
            raise ImportRefused(_file_and_folder(self._names[key], f"{path}/"))
        self._folders.setdefault(key, f"{path}/")

    def read(self, path: str, source: BinaryIO) -> None:
        """Take in an admitted file. Never trusts a size that was announced: it reads until it is too much."""
        pieces: list[bytes] = []
        size = 0
        # Piece by piece: asking for the most there may be would set aside that much memory for every small file.
        while size <= FILE_BYTES and (piece := source.read(_PIECE)):
            pieces.append(piece)
            size += len(piece)
        if size > FILE_BYTES:
            raise ImportRefused(
                f"{shown(path)} is larger than {FILE_BYTES // MEGABYTE} MB; make it smaller or take it out."
            )
        self._bytes += size
        if self._bytes > IMPORT_BYTES:
            raise ImportRefused(
                f"{shown(path)} takes the import over {IMPORT_BYTES // MEGABYTE} MB; take out what is not needed."
            )
        self.files[path] = b"".join(pieces)

    def reading(self) -> Reading:
        return Reading(files=dict(sorted(self.files.items())), ignored=tuple(sorted(self.ignored)))


def _clash(first: str, second: str) -> str:
    if first == second:
        return f"{shown(first)} is there twice; keep one and import again."
    return f"{shown(first)} and {shown(second)} are one name to many file systems; rename one and import again."


def _file_and_folder(file: str, inside: str) -> str:
    return f"{shown(file)} is a file and also the folder of {shown(inside)}; rename one and import again."
