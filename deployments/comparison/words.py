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
_WORD = re.compile(r"\w+")
# Two characters of one token.
_WITHIN = re.compile(r"\w\w|\s\s")
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
    start = _token_start(left, right, common_beginning(left, right))
    end, other_end = _ends_of_middle(left, right, start)
    before, after = _TOKEN.findall(left, start, end), _TOKEN.findall(right, start, other_end)
    blocks = _readable(_between(before, after), before, left, right)
    return (
        (*whole(left[:start], "same"), *_pieces(before, blocks, 0, "removed"), *whole(left[end:], "same")),
        (*whole(right[:start], "same"), *_pieces(after, blocks, 1, "added"), *whole(right[other_end:], "same")),
    )


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


def _token_start(left: str, right: str, place: int) -> int:
    """The last place up to here, in what both begin with, where no token of either is cut."""
    if place and (_WITHIN.match(left, place - 1) or _WITHIN.match(right, place - 1)):
        place -= 1
        while place and _WITHIN.match(left, place - 1):
            place -= 1
    return place


def _ends_of_middle(left: str, right: str, start: int) -> tuple[int, int]:
    """Where on each side the tokens begin that both end with."""
    same = common_end(left, right, start)
    end, other_end = len(left) - same, len(right) - same
    cut = (end > start and _WITHIN.match(left, end - 1)) or (other_end > start and _WITHIN.match(right, other_end - 1))
    rest = _TOKEN.match(left, end) if cut else None
    return (end, other_end) if rest is None else (rest.end(), other_end + rest.end() - end)


def _between(left: list[str], right: list[str]) -> _Blocks:
    height, width = len(left), len(right)
    if not height or not width:
        return []
    pairs = longest_common(left, right) if height * width <= MOST_CELLS else unique_chain(left, right)
    return [(i, j, 1) for i, j in pairs]


def _readable(blocks: _Blocks, before: list[str], left: str, right: str) -> _Blocks:
    """Blocks joined where they touch, without those that would leave a lone space or comma between two changes.

    `before`: the tokens of `left` between what it begins and ends with as `right` does.
    """
    if not blocks:
        return []
    joined: _Blocks = []
    for i, j, length in blocks:
        if joined and joined[-1][0] + joined[-1][2] == i and joined[-1][1] + joined[-1][2] == j:
            joined[-1] = (joined[-1][0], joined[-1][1], joined[-1][2] + length)
        else:
            joined.append((i, j, length))
    weights = [_weight(before[i : i + length]) for i, _, length in joined]
    total, other_total = _letters(left), _letters(right)
    stayed = total - _weight(before) + sum(weights)
    if 2 * stayed < LEAST_SHARED * (total + other_total):
        return []
    return [block for block, weight in zip(joined, weights, strict=True) if weight]


def _letters(text: str) -> int:
    return sum(map(len, _WORD.findall(text)))


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
