"""The most equal pairs two sequences can keep in order, exactly."""

from __future__ import annotations

from collections.abc import Hashable, Sequence


def longest_common(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Positions of the equal pairs.

    The table of len(left) * len(right) cells is filled a row at a time, one bit a cell (Hyyrö 2004): a bit is off where
    the longest common subsequence grows by one. Python's long numbers do the carrying.
    """
    places: dict[Hashable, int] = {}
    for j, value in enumerate(right):
        places[value] = places.get(value, 0) | 1 << j
    every = (1 << len(right)) - 1
    row = every
    table = [row]
    for value in left:
        grown = row & places.get(value, 0)
        row = ((row + grown) | (row - grown)) & every
        table.append(row)
    pairs = []
    i, j = len(left), len(right)
    while i and j:
        bit = 1 << (j - 1)
        if table[i] & bit:
            j -= 1
        else:
            i -= 1
            if table[i] & bit:
                j -= 1
                pairs.append((i, j))
    pairs.reverse()
    return pairs
