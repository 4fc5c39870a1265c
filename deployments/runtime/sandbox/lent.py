"""What the interpreter cannot do by itself and this process does for it: zones, sleep, the parsing of short texts."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic_monty import NOT_HANDLED

from deployments.resources.python_parsing import quietly

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


class Sleep:
    """`time.sleep`, which the interpreter counts nowhere: no longer than a run may last."""

    def __init__(self, until: float, in_all: float) -> None:
        self.until = until
        self.in_all = in_all

    def __call__(self, *, name: str, args: tuple[Any, ...], **others: object) -> object:
        if name != "time.sleep":
            return NOT_HANDLED
        left = max(0.0, self.until - monotonic())
        sleep(min(args[0], left))
        if args[0] >= left:
            raise out_of_time(self.in_all)
        return None


def out_of_time(in_all: float) -> TimeoutError:
    return TimeoutError(f"The function took longer than {in_all:.0f} s.")


def _literal(text: str) -> str:
    with quietly():
        return json.dumps(ast.literal_eval(_short(text)))


def _short(text: str) -> str:
    """It is this process that parses, so what it is sent is bounded."""
    if len(text) > FOREIGN:
        raise ValueError(f"More than {FOREIGN} letters cannot be read here.")
    return text
