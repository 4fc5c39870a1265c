"""The last good version on disk, blobs under their hashes and one file that says which belong to it; and the values."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# What cannot be done without.
FACTS = ("version", "deployment", "environment", "since", "manifest")
# What nobody names any more and nobody writes at this moment: seconds.
OLD = 3600.0


class Shelf:
    """Processes that follow the same may share a folder. Whatever is cut short leaves the version before it whole.

    A folder that cannot be made is found out where something is kept in it, as a full disk is.
    """

    def __init__(self, folder: Path) -> None:
        self.blobs = folder / "blobs"
        self.state = folder / "state.json"
        self.config = folder / "config.json"
        with contextlib.suppress(OSError):
            self.blobs.mkdir(parents=True, exist_ok=True)

    def load(self) -> tuple[dict[str, Any], dict[str, bytes]] | None:
        """What was kept last and its files, when all of it is there and unharmed."""
        try:
            said = self._said()
            files = {path: self.blob(name) for path, name in said["manifest"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        whole = {path: held for path, held in files.items() if held is not None}
        return (said, whole) if len(whole) == len(files) else None

    def load_config(self) -> dict[str, Any] | None:
        """The real-time values that were kept last, when they are there and unharmed."""
        try:
            said = json.loads(self.config.read_text())
            return {"values": dict(said["values"]), "lastUpdated": said["lastUpdated"]}
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep_config(self, said: Mapping[str, Any]) -> None:
        _write(self.config, json.dumps(dict(said)).encode())
        _settle(self.config.parent)

    def blob(self, name: str) -> bytes | None:
        """Its bytes, unless they are missing or harmed."""
        try:
            held = (self.blobs / name).read_bytes()
        except OSError:
            return None
        return held if hashlib.sha256(held).hexdigest() == name else None

    def keep(self, said: Mapping[str, Any], blobs: Mapping[str, bytes]) -> None:
        """From now on this is what is loaded. `blobs`: its bytes that are not here yet.

        Those that only the version before it named go. Raises `ValueError` for bytes that are not those of their name,
        before anything is written: who serves what found no room relies on it.
        """
        for name, held in blobs.items():
            if hashlib.sha256(held).hexdigest() != name:
                raise ValueError(f"What was sent as blob {name} is something else.")
        for name, held in blobs.items():
            _write(self.blobs / name, held)
        before = self._named()
        _settle(self.blobs)
        _write(self.state, json.dumps(dict(said)).encode())
        _settle(self.state.parent)
        named = set(said["manifest"].values())
        for path in self.blobs.iterdir():
            with contextlib.suppress(OSError):
                if path.name not in named and (path.name in before or time.time() - path.stat().st_mtime > OLD):
                    path.unlink()

    def _said(self) -> dict[str, Any]:
        said = json.loads(self.state.read_text())
        return {name: said[name] for name in FACTS}

    def _named(self) -> set[str]:
        try:
            return set(self._said()["manifest"].values())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return set()


def _write(path: Path, held: bytes) -> None:
    """Whole or not at all, also when the power fails."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(held)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _settle(folder: Path) -> None:
    """The names in it are on the disk from now on."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
