"""What two texts begin and end with in common, found by halves: slices compare at the speed of memory."""

from __future__ import annotations


def common_beginning(old: str, new: str) -> int:
    """How many characters both begin with."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def common_end(old: str, new: str, beginning: int) -> int:
    """How many characters both end with, after the `beginning` they share."""
    low, high = 0, min(len(old), len(new)) - beginning
    while low < high:
        middle = (low + high + 1) // 2
        if old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]:
            low = middle
        else:
            high = middle - 1
    return low
