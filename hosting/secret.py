"""The secret key of an installation on the embedded database: made once, kept beside the data."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from hosting.home import make_home
from hosting.problem import HostingError


def key_in(data_dir: Path) -> str:
    path = data_dir / "secret_key"
    try:
        if not path.exists():
            make_home(data_dir)
            _write_once(path, secrets.token_urlsafe(50))
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise HostingError(
            f"The secret key {path} cannot be used ({error.strerror}): "
            "free it for this user, or set SLIPWAY_SECRET_KEY or SLIPWAY_DATA_DIR."
        ) from error


def _write_once(path: Path, key: str) -> None:
    # Linked into place complete: of two processes that start together one wins, and neither reads half a key.
    draft = path.with_name(f"secret_key.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(key, encoding="ascii")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
