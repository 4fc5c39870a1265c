"""What two sequences have in common."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

# Longer stretches between the common ends count as having nothing in common.
_MOST_COMPARED = 2_000_000


def common(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The longest common subsequence, as pairs of places."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    middle = _longest(left, right) if len(left) * len(right) <= _MOST_COMPARED else []
    return [
        *((index, index) for index in range(start)),
        *((start + a, start + b) for a, b in middle),
        *((len(old) - end + index, len(new) - end + index) for index in range(end)),
    ]


def _longest(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for a in range(len(old) - 1, -1, -1):
        for b in range(len(new) - 1, -1, -1):
            same = old[a] == new[b]
            lengths[a][b] = lengths[a + 1][b + 1] + 1 if same else max(lengths[a + 1][b], lengths[a][b + 1])
    pairs = []
    a = b = 0
    while a < len(old) and b < len(new):
        if old[a] == new[b]:
            pairs.append((a, b))
            a, b = a + 1, b + 1
        elif lengths[a + 1][b] >= lengths[a][b + 1]:
            a += 1
        else:
            b += 1
    return pairs
