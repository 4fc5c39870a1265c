"""What an address asks for in words, read in one way everywhere."""

from __future__ import annotations

from deployments.views.http import Request

LONGEST = 200


def words(request: Request, name: str = "q") -> str:
    """What is looked for: nobody looks for more than this, and a NUL is in no text."""
    return request.GET.get(name, "").replace("\0", "").strip()[:LONGEST]
