"""How a name becomes part of a path or of an address."""

from __future__ import annotations

import re

_OTHER = re.compile(r"[^\w\s]")
_SPACES = re.compile(r"\s+")
_UNDERSCORES = re.compile(r"_+")


def clean(name: str, *, lower: bool = False) -> str:
    """`Opening Hours & Parking` -> `Opening_Hours_Parking`; letters of every alphabet stay."""
    if lower:
        name = name.lower()
    spaced = _OTHER.sub(" ", name)
    return _UNDERSCORES.sub("_", _SPACES.sub("_", spaced)).strip("_")


def file_name(name: str, extension: str) -> str:
    """The name of the file that a topic, step or test of this name lives in."""
    return f"{clean(name, lower=True)}.{extension}"
