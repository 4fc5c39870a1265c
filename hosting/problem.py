"""What can go wrong with a process, as one sentence with a way out."""

from __future__ import annotations

import sys


class HostingError(Exception):
    """Its text is read by a person: what happened, and what to do about it."""


def tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
