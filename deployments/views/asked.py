"""What an address asks for, read in one way everywhere: words, and whole numbers."""

from __future__ import annotations

from deployments.views.http import Request

LONGEST = 200


def words(request: Request, name: str = "q") -> str:
    """What is looked for: nobody looks for more than this, and a NUL is in no text."""
    return request.GET.get(name, "").replace("\0", "").strip()[:LONGEST]


def whole(said: str, *, digits: int = 6) -> int | None:
    """A whole number of at most so many digits; None for whatever else is said."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= digits else None
