"""The names under which the environment says something to Slipway, so that a mistyped one does not go unnoticed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

# docs/operating.md says what each of them means.
SETTINGS: Final = frozenset(
    f"SLIPWAY_{name}"
    for name in (
        "ADDRESS",
        "ALLOWED_HOSTS",
        "DATA_DIR",
        "FAILURE_LIMIT",
        "LOG",
        "METRICS_KEY",
        "MODEL",
        "PROXIES",
        "RATE_LIMIT",
        "SECRET_KEY",
        "STREAM_LIMIT",
        "WEBHOOK_AUTHORITIES",
        "WEBHOOK_NETWORKS",
    )
)
# Of a single command, of the clients, and of the tests.
_OTHERS: Final = frozenset(
    f"SLIPWAY_{name}"
    for name in (
        "AGENT",
        "ENVIRONMENT",
        "EXAMPLES",
        "FOLDER",
        "GIT_HISTORY",
        "KEY",
        "PASSWORD",
        "POLY_PYTHON",
        "RUNTIME",
        "TEST_MODEL",
    )
)


def unread() -> Iterator[tuple[str, str]]:
    """Each name that looks like one of ours and that nothing reads, with a sentence about it."""
    for name in sorted(os.environ):
        if name.startswith("SLIPWAY_") and name not in SETTINGS | _OTHERS:
            yield name, f"{name} is no setting of Slipway and changes nothing: docs/operating.md lists those there are."
