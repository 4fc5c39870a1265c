"""What an address asks for in words, read in one way everywhere."""

from __future__ import annotations

from collections.abc import Mapping

LONGEST = 200


def words(query: Mapping[str, str], name: str = "q") -> str:
    """What is looked for: nobody looks for more than this, and a NUL is in no text."""
    return query.get(name, "").replace("\0", "").strip()[:LONGEST]
