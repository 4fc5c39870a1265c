"""Which paths may enter an agent, which are left out in silence, and how a refusal names one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from deployments.resources.archive.limits import FOLDERS_DEEP, PART_BYTES, PATH_BYTES

IGNORED_FOLDERS = frozenset({".git", ".hg", "__pycache__", ".venv", "node_modules"})
IGNORED_FILES = frozenset({".DS_Store", "Thumbs.db"})
GENERATED_FOLDER = "_gen"

_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST_SHOWN = 120


class ImportRefused(ValueError):
    """The whole import is refused. The text is one sentence that names the file and says what to do."""


class ExportRefused(ValueError):
    """Nothing may be written there. The text is one sentence that says why and what to do."""


def is_ignored(path: str) -> bool:
    """Whether a file at this path is no part of an agent: generated, or left behind by a tool."""
    return ignored_part(path) is not None


def ignored_part(path: str) -> str | None:
    """What of an ignored path is to be named: the outermost folder that is left out whole, or the file."""
    *folders, file = path.split("/")
    for depth, folder in enumerate(folders):
        # A `.git` in any case, and even as a file, points git at a repository of its maker's choice once exported.
        if folder in IGNORED_FOLDERS or folder.casefold() == ".git" or (depth == 0 and folder == GENERATED_FOLDER):
            return "/".join(folders[: depth + 1]) + "/"
    if file in IGNORED_FILES or file.endswith(".pyc") or file.casefold() == ".git":
        return path
    return None


def refusal_of_path(path: str) -> str | None:
    """Why this path may not enter an agent, as a sentence; None when it may."""
    return danger_of_path(path) or excess_of_path(path)


def danger_of_path(path: str) -> str | None:
    """What of a path could do harm. Asked of ignored files too."""
    if _HALF_CHARACTER.search(path):
        return f"{shown(path)} has a name that is not UTF-8; rename it and import again."
    if _CONTROL.search(path):
        return f"{shown(path)} has a control character in its name; rename it and import again."
    if "\\" in path:
        return f"{shown(path)} has a backslash in its name; rename it and import again."
    if path.startswith("/") or _DRIVE.match(path):
        return f"{shown(path)} is an absolute path; only paths inside the agent's folder can be imported."
    parts = path.split("/")
    if ".." in parts:
        return f"{shown(path)} leaves the agent's folder; take it out and import again."
    if "" in parts or "." in parts:
        return f"{shown(path)} is not a plain path; take out its empty parts and import again."
    return None


def excess_of_path(path: str) -> str | None:
    parts = path.split("/")
    if len(path) * 4 <= PART_BYTES and len(parts) - 1 <= FOLDERS_DEEP:
        return None
    if len(path.encode()) > PATH_BYTES:
        return f"{shown(path)} has a path longer than {PATH_BYTES:,} bytes; shorten it and import again."
    if any(len(part.encode()) > PART_BYTES for part in parts):
        return f"{shown(path)} has a name longer than {PART_BYTES} bytes; shorten it and import again."
    if len(parts) - 1 > FOLDERS_DEEP:
        return f"{shown(path)} lies more than {FOLDERS_DEEP} folders deep; move it up and import again."
    return None


def shown(path: str) -> str:
    """A path in quotes, fit for any terminal or page whatever its characters are."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in path)
    if len(text) > _LONGEST_SHOWN:
        half = _LONGEST_SHOWN // 2
        text = f"{text[:half]}…{text[-half:]}"
    return f'"{text}"'


def folded(path: str) -> str:
    """What two paths have in common when a file system cannot hold both."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def all_folded(paths: Collection[str]) -> list[str]:
    """The same of many at once, which thousands of them feel. No path holds the sign between them."""
    return folded("\0".join(paths)).split("\0") if paths else []
