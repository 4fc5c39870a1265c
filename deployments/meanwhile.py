"""What is read in two steps, and is another by the second."""

from __future__ import annotations


class ChangedMeanwhile(Exception):
    """The rest of it would not belong to what was read before: to be asked for once more, from the beginning."""
