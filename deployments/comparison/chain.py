"""The longest run of values in increasing order: what kept its place while other things moved around it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Sequence


def chain(values: Sequence[int]) -> list[int]:
    """Positions of a longest strictly increasing subsequence of `values`."""
    if all(map(int.__lt__, values, values[1:])):
        return list(range(len(values)))
    tails: list[int] = []
    tail_positions: list[int] = []
    before: list[int] = []
    for position, value in enumerate(values):
        length = bisect_left(tails, value)
        before.append(tail_positions[length - 1] if length else -1)
        if length == len(tails):
            tails.append(value)
            tail_positions.append(position)
        else:
            tails[length] = value
            tail_positions[length] = position
    found = []
    position = tail_positions[-1] if tail_positions else -1
    while position >= 0:
        found.append(position)
        position = before[position]
    found.reverse()
    return found


def unique_chain(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The longest chain of values that occur once on both sides and stand in the same order there (patience)."""
    places = _once(right)
    pairs = [(i, places[value]) for value, i in _once(left).items() if value in places]
    kept = chain([j for _, j in pairs])
    return pairs if len(kept) == len(pairs) else [pairs[position] for position in kept]


def _once(values: Sequence[Hashable]) -> dict[Hashable, int]:
    """Where each value stands that occurs once, in order."""
    last = dict(zip(values, range(len(values)), strict=True))
    if len(last) == len(values):
        return last
    first = dict(zip(reversed(values), range(len(values) - 1, -1, -1), strict=True))
    return {value: i for value, i in last.items() if first[value] == i}
