"""What an agent's functions make is anything; a JSON column of the database is a little less."""

from __future__ import annotations

import json
import math
from typing import Any

from deployments.runtime import turns


def storable(value: Any) -> Any:
    """The same, with a replacement for what no column holds: NUL, half characters, numbers that are none."""
    match value:
        case str():
            return text(value)
        case dict():
            return {text(str(key)): storable(each) for key, each in value.items()}
        case list() | tuple():
            return [storable(each) for each in value]
        case float() if not math.isfinite(value):
            return None
    return value


def written(value: turns.Standing | turns.Turn) -> str:
    """The JSON of a column. Hardly ever is there something to replace in it."""
    try:
        found = turns.as_text(value)
    except ValueError:
        found = ""
    if not found or "\\u0000" in found:
        found = json.dumps(storable(turns.as_json(value)))
    return found


def text(value: str) -> str:
    if "\0" in value:
        value = value.replace("\0", "\ufffd")
    if not value.isascii():
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value
