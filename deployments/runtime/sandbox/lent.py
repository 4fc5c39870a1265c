"""What the interpreter cannot do by itself and this process does for it: zones, and the parsing of short texts."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Letters that a function may hand to a parser outside the sandbox.
FOREIGN = 10_000


def lent(now: datetime) -> Mapping[str, Callable[..., object]]:
    """By the names that the library inside calls them by."""

    def offset_of(zone: str) -> int:
        try:
            offset = now.astimezone(ZoneInfo(zone)).utcoffset()
        except (OSError, ValueError):
            # A folder of zones, or no name of a file at all: what is said of it names places on this machine.
            raise ZoneInfoNotFoundError(f"No time zone found with key {zone[:100]}") from None
        return int(offset.total_seconds()) if offset else 0

    return {
        "_offset_of": offset_of,
        "_host_literal": _literal,
        "_host_quote": lambda text, safe: quote(_short(text), safe),
        "_host_unquote": lambda text: unquote(_short(text)),
    }


def _literal(text: str) -> str:
    return json.dumps(ast.literal_eval(_short(text)))


def _short(text: str) -> str:
    """It is this process that parses, so what it is sent is bounded."""
    if len(text) > FOREIGN:
        raise ValueError(f"More than {FOREIGN} letters cannot be read here.")
    return text
