"""Whole numbers as addresses and forms say them."""

from __future__ import annotations


def whole(said: str, *, digits: int = 6) -> int | None:
    """A whole number of at most so many digits; None for whatever else is said."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= digits else None
