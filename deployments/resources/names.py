"""How a name becomes part of a path or of an address."""

from __future__ import annotations

import re
from functools import lru_cache

_OTHER = re.compile(r"[^\w\s]")
_SPACES = re.compile(r"\s+")
# Longer names than this many characters are not remembered.
MOST_REMEMBERED = 200
_UNDERSCORES = re.compile(r"_+")


def clean(name: str, *, lower: bool = False) -> str:
    """`Opening Hours & Parking` -> `Opening_Hours_Parking`; letters of every alphabet stay."""
    if lower:
        name = name.lower()
    return _cleaned_of_late(name) if len(name) < MOST_REMEMBERED else _cleaned(name)


def _cleaned(name: str) -> str:
    spaced = _OTHER.sub(" ", name)
    return _UNDERSCORES.sub("_", _SPACES.sub("_", spaced)).strip("_")


# The checks of a large agent ask for the same thousands of names at every save.
_cleaned_of_late = lru_cache(maxsize=32_000)(_cleaned)


def file_name(name: str) -> str:
    """The name of the file that a topic, step or test of this name lives in."""
    return f"{clean(name, lower=True)}.yaml"
