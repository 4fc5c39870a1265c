"""What a runtime works by: one version, which never changes, and the real-time values, which may at any moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Served:
    """`files`: {path: bytes}. `since`: when it was placed, as ISO 8601. `from_disk`: not confirmed by Slipway yet."""

    version: str
    deployment: str
    environment: str
    since: str
    files: Mapping[str, bytes]
    from_disk: bool = False

    def text(self, path: str, default: str = "") -> str:
        """Without a byte order mark, as Slipway reads it. Raises `ValueError` for a file that is no text."""
        held = self.files.get(path)
        try:
            return default if held is None else held.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ValueError(f"{path} is no text in UTF-8. Its bytes are in files.") from None


@dataclass(frozen=True)
class Config:
    """The real-time values of the environment, {name: value}. `last_updated`: when they were saved, None for never.

    `from_disk`: not confirmed by Slipway yet. Values that are not there have the default of whoever asks.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    last_updated: str | None = None
    from_disk: bool = False
