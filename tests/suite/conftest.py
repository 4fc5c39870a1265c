from __future__ import annotations

from tests.runtime.conftest import sandbox

__all__ = ["sandbox"]
