"""An agent as a folder on disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from deployments.resources.archive.gathering import Gathering, Reading
from deployments.resources.archive.paths import (
    ExportRefused,
    ImportRefused,
    danger_of_path,
    excess_of_path,
    folded,
    is_ignored,
    shown,
)

# Windows knows neither flag; elsewhere they keep a link swapped in between the look and the open from being followed.
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_BINARY = getattr(os, "O_BINARY", 0)


def read_folder(path: str | os.PathLike[str]) -> Reading:
    """All files of an agent's folder. Raises ImportRefused for the whole of it."""
    root = Path(path)
    if not root.is_dir():
        raise ImportRefused(f"{shown(str(root))} is not a folder; name the folder that holds project.yaml.")
    gathering = Gathering()
    for name, entry in _walk(os.fspath(root), "", gathering):
        gathering.admit(name)
        try:
            with _open(entry) as source:
                gathering.read(name, source)
        except OSError as error:
            raise ImportRefused(_unreadable(name, error)) from error
    return gathering.reading()


def _walk(folder: str, prefix: str, gathering: Gathering) -> Iterator[tuple[str, str]]:
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        raise ImportRefused(_unreadable(prefix.rstrip("/") or folder, error)) from error
    for entry in entries:
        name = prefix + entry.name
        if sentence := danger_of_path(name):
            raise ImportRefused(sentence)
        is_folder = entry.is_dir(follow_symlinks=False)
        # Left out before it is judged: a virtual environment or a node_modules is full of links, or one itself.
        if is_ignored(f"{name}/x" if is_folder or entry.is_symlink() else name):
            gathering.ignored.add(f"{name}/" if is_folder else name)
        elif entry.is_symlink():
            raise ImportRefused(f"{shown(name)} is a link; put the file itself in its place and import again.")
        elif is_folder:
            if sentence := excess_of_path(name):
                raise ImportRefused(sentence)
            yield from _walk(entry.path, f"{name}/", gathering)
        elif entry.is_file(follow_symlinks=False):
            yield name, entry.path
        else:
            raise ImportRefused(f"{shown(name)} is neither a file nor a folder; take it out and import again.")


def _open(path: str) -> BinaryIO:
    descriptor = os.open(path, os.O_RDONLY | _NO_LINKS | _BINARY)
    return os.fdopen(descriptor, "rb", buffering=0)


def _unreadable(name: str, error: OSError) -> str:
    return f"{shown(name)} cannot be read ({error.strerror or error}); make it readable and import again."


def write_folder(files: Mapping[str, bytes], path: str | os.PathLike[str]) -> None:
    """Write an agent's files into a new or empty folder. Raises ExportRefused before the first byte is written."""
    root = Path(path)
    _refuse_target(root)
    _refuse_files(files)
    try:
        root.mkdir(parents=True, exist_ok=True)
        for name, content in sorted(files.items()):
            _write(root / name, content)
    except OSError as error:
        raise ExportRefused(
            f"{shown(str(root))} could not be written ({error.strerror or error}); what is in it now is incomplete."
        ) from error


def _refuse_target(root: Path) -> None:
    try:
        mode = root.lstat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise ExportRefused(
            f"{shown(str(root))} cannot be used ({error.strerror or error}); name another folder."
        ) from error
    if stat.S_ISLNK(mode):
        raise ExportRefused(f"{shown(str(root))} is a link; name the folder itself.")
    if not stat.S_ISDIR(mode):
        raise ExportRefused(f"{shown(str(root))} is a file; name a new or empty folder.")
    try:
        with os.scandir(root) as scan:
            holds_something = next(scan, None) is not None
    except OSError as error:
        raise ExportRefused(
            f"{shown(str(root))} cannot be read ({error.strerror or error}); name another folder."
        ) from error
    if holds_something:
        raise ExportRefused(f"{shown(str(root))} is not empty; name a new or empty folder.")


def _refuse_files(files: Mapping[str, bytes]) -> None:
    """Paths were judged when they came in; nothing is written on that trust alone."""
    names = {folded(name): name for name in files}
    for name in files:
        if sentence := danger_of_path(name):
            raise ExportRefused(sentence)
        other = names[folded(name)]
        if other != name:
            raise ExportRefused(f"{shown(name)} and {shown(other)} differ only in upper and lower case; rename one.")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Exclusive: a file or link that appears meanwhile is never written through.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINKS | _BINARY, 0o666)
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)
