"""The key that signs sessions: made once beside the embedded database, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def key_in(data_dir: Path) -> str:
    """The key kept in `data_dir`, made when there is none. Two processes that start at once agree on one."""
    path = data_dir / "secret-key"
    try:
        return path.read_text()
    except FileNotFoundError:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_name(f"secret-key.{os.getpid()}")
    made.touch(mode=0o600)
    made.write_text(secrets.token_urlsafe(48))
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return path.read_text()
