"""Which words of a changed line, or of a short value, are new."""

from __future__ import annotations

import re

from deployments.comparison.chain import unique_chain
from deployments.comparison.row import Mark, Piece, Pieces
from deployments.comparison.table import longest_common
from deployments.resources.overlap import common_beginning, common_end

# Longer lines are marked from their first to their last difference only.
LONGEST_LINE = 2_000
# Between anchors words are looked at one by one up to this many cells; more are simply changed.
MOST_CELLS = 10_000
# When less than this share of a line's words stayed, marks in between would only flicker.
LEAST_SHARED = 0.3

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_Blocks = list[tuple[int, int, int]]


def mark(left: str, right: str) -> tuple[Pieces, Pieces]:
    """Cut both texts into same and changed pieces; joined they are the texts again."""
    if left == right:
        return whole(left, "same"), whole(right, "same")
    if right < left:
        # One direction of searching for both orders of the sides: swapping them gives the mirror image.
        back, forth = mark(right, left)
        return _turned(forth), _turned(back)
    if max(len(left), len(right)) > LONGEST_LINE:
        return _ends(left, right)
    before, after = _TOKEN.findall(left), _TOKEN.findall(right)
    blocks = _readable(_blocks(before, after), before, after)
    return _pieces(before, blocks, 0, "removed"), _pieces(after, blocks, 1, "added")


def whole(text: str, kind: Mark) -> Pieces:
    return ((kind, text),) if text else ()


def words_in(text: str) -> frozenset[str]:
    """What a line is compared by when it is to be found who pairs with whom."""
    return frozenset(token for token in _TOKEN.findall(text[:LONGEST_LINE]) if not token.isspace())


def shared(left: frozenset[str], right: frozenset[str]) -> float:
    """How many of their words two lines have in common, from 0 to 1."""
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0


def _ends(left: str, right: str) -> tuple[Pieces, Pieces]:
    start = common_beginning(left, right)
    end = common_end(left, right, start)
    return (
        _cut(left, start, len(left) - end, "removed"),
        _cut(right, start, len(right) - end, "added"),
    )


def _cut(text: str, start: int, end: int, changed: Mark) -> Pieces:
    return (*whole(text[:start], "same"), *whole(text[start:end], changed), *whole(text[end:], "same"))


def _blocks(left: list[str], right: list[str]) -> _Blocks:
    start = 0
    most = min(len(left), len(right))
    while start < most and left[start] == right[start]:
        start += 1
    end, other_end = len(left), len(right)
    while end > start and other_end > start and left[end - 1] == right[other_end - 1]:
        end -= 1
        other_end -= 1
    blocks = [(0, 0, start)] if start else []
    blocks.extend(_between(left, right, start, end, start, other_end))
    if end < len(left):
        blocks.append((end, other_end, len(left) - end))
    return blocks


def _between(left: list[str], right: list[str], i: int, end: int, j: int, other_end: int) -> _Blocks:
    height, width = end - i, other_end - j
    if not height or not width:
        return []
    before, after = left[i:end], right[j:other_end]
    pairs = longest_common(before, after) if height * width <= MOST_CELLS else unique_chain(before, after)
    return [(i + k, j + n, 1) for k, n in pairs]


def _readable(blocks: _Blocks, left: list[str], right: list[str]) -> _Blocks:
    """Blocks joined where they touch, without those that would leave a lone space or comma between two changes."""
    joined: _Blocks = []
    for i, j, length in blocks:
        if joined and joined[-1][0] + joined[-1][2] == i and joined[-1][1] + joined[-1][2] == j:
            joined[-1] = (joined[-1][0], joined[-1][1], joined[-1][2] + length)
        else:
            joined.append((i, j, length))
    stayed = sum(_weight(left[i : i + length]) for i, _, length in joined)
    scattered = 2 * stayed < LEAST_SHARED * (_weight(left) + _weight(right))
    return [
        (i, j, length)
        for i, j, length in joined
        if (i == 0 and j == 0)
        or (i + length == len(left) and j + length == len(right))
        or (not scattered and _weight(left[i : i + length]) > 0)
    ]


def _weight(tokens: list[str]) -> int:
    return sum(len(token) for token in tokens if token[0].isalnum() or token[0] == "_")


def _pieces(tokens: list[str], blocks: _Blocks, side: int, changed: Mark) -> Pieces:
    pieces: list[Piece] = []
    done = 0
    for block in blocks:
        start, end = block[side], block[side] + block[2]
        if done < start:
            pieces.append((changed, "".join(tokens[done:start])))
        pieces.append(("same", "".join(tokens[start:end])))
        done = end
    if done < len(tokens):
        pieces.append((changed, "".join(tokens[done:])))
    return tuple(pieces)


def _turned(pieces: Pieces) -> Pieces:
    turned: dict[Mark, Mark] = {"same": "same", "removed": "added", "added": "removed"}
    return tuple((turned[kind], text) for kind, text in pieces)
