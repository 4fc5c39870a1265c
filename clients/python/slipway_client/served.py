"""One version as a runtime serves it. It never changes: a conversation keeps the one it began with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


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
        held = self.files.get(path)
        return default if held is None else held.decode()
