"""Several things in one sentence: the first by name, and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence

NAMED = 3


def listed(names: Sequence[str]) -> str:
    """ "Ana, Ben and Cleo"; of many, the first ones and how many others."""
    shown = list(names[:NAMED])
    if len(names) > NAMED:
        rest = len(names) - NAMED
        shown.append(f"{rest:,} other{'s' if rest > 1 else ''}")
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def first_of(names: Sequence[str], most: int) -> str:
    """ "a.py, b.py and 7 more"."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")
