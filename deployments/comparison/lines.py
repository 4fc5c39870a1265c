"""Which lines of two texts are the same line.

Lines that occur once on both sides anchor the rest (patience); what no anchor decides is left in gaps. All gaps of all
texts go into one DeepDiff, as texts of numbers, because a call costs as much as comparing hundreds of lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from deployments.comparison.chain import unique_chain
from deployments.comparison.gaps import solve
from deployments.comparison.table import longest_common

# Above these a text is not compared by line at all, and the page says so.
MOST_LINES = 50_000
MOST_BYTES = 5_000_000
# The largest gap that is looked into, in cells (left lines times right lines).
MOST_CELLS = 4_000_000
# Above this many lines anchors decide nearly alone: of what they leave, only small gaps are looked into.
MANY_LINES = 20_000
MOST_CELLS_OF_MANY_LINES = 40_000
# Up to here filling a table ourselves is cheaper than handing a gap over, and it is exact.
TABLE_CELLS = 256
# From here on DeepDiff ignores lines that are frequent, and a gap is made of nothing else.
MOST_LINES_FOR_DEEPDIFF = 200
# Shorter gaps go without runs of lines: there is too little to repeat.
SHORTEST_FOR_RUNS = 24
RUNS = (2, 4, 8, 16)


class Block(NamedTuple):
    """`length` lines from `left` on the left are those from `right` on the right."""

    left: int
    right: int
    length: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two texts as lines, and the blocks they share, in order, never touching.

    `coarse` says that a part was too large to look into: it stands as removed and added although it may share lines.
    """

    left: list[str]
    right: list[str]
    blocks: tuple[Block, ...]
    coarse: bool = False

    @property
    def shared(self) -> int:
        return sum(block.length for block in self.blocks)

    @property
    def removed(self) -> int:
        return len(self.left) - self.shared

    @property
    def added(self) -> int:
        return len(self.right) - self.shared


def split(text: str) -> list[str]:
    """The lines of a text. Only a line feed ends one, so that joining them by line feeds gives the text back."""
    return text.split("\n") if text else []


def align(texts: Iterable[tuple[str, str]]) -> list[Alignment]:
    """Align every pair of texts, all of them with at most one DeepDiff."""
    searches = [_Search(left, right) for left, right in texts]
    gaps = [(search, gap) for search in searches for gap in search.gaps]
    solved = solve([(search.left[gap.left_slice], search.right[gap.right_slice]) for search, gap in gaps])
    for (search, gap), blocks in zip(gaps, solved, strict=True):
        search.found.extend((gap.left + left, gap.right + right, length) for left, right, length in blocks)
    return [search.result() for search in searches]


class Texts:
    """Pairs of texts that are aligned together, when one of them is asked for."""

    def __init__(self) -> None:
        self._pairs: list[tuple[str, str]] = []
        self._aligned: list[Alignment] = []

    def add(self, left: str, right: str) -> int:
        """Its place. Everything is added before anything is asked for."""
        self._pairs.append((left, right))
        return len(self._pairs) - 1

    def aligned(self, place: int) -> Alignment:
        if not self._aligned:
            # Two threads may do this at once, with the same outcome.
            self._aligned = align(self._pairs)
        return self._aligned[place]


class _Gap(NamedTuple):
    left: int
    left_end: int
    right: int
    right_end: int

    @property
    def left_slice(self) -> slice:
        return slice(self.left, self.left_end)

    @property
    def right_slice(self) -> slice:
        return slice(self.right, self.right_end)


@dataclass(slots=True)
class _Search:
    """One pair of texts on its way to an alignment.

    It always goes from the text that sorts first to the other, so that swapping the sides gives the mirror image.
    """

    left_text: str
    right_text: str
    left: list[str] = field(init=False)
    right: list[str] = field(init=False)
    swapped: bool = field(init=False)
    found: list[tuple[int, int, int]] = field(init=False, default_factory=list)
    gaps: list[_Gap] = field(init=False, default_factory=list)
    coarse: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.swapped = self.right_text < self.left_text
        first, second = (self.right_text, self.left_text) if self.swapped else (self.left_text, self.right_text)
        self.left, self.right = split(first), split(second)
        waiting = [_Gap(0, len(self.left), 0, len(self.right))]
        while waiting:
            waiting.extend(self._narrow(waiting.pop()))

    def result(self) -> Alignment:
        blocks = _merged(sorted(self.found))
        if self.swapped:
            mirrored = tuple(Block(right, left, length) for left, right, length in blocks)
            return Alignment(self.right, self.left, mirrored, self.coarse)
        return Alignment(self.left, self.right, tuple(blocks), self.coarse)

    def _narrow(self, gap: _Gap) -> Iterator[_Gap]:
        """Take what is certain out of a gap; give back the smaller gaps around it."""
        left, left_end, right, right_end = self._trim(*gap)
        height, width = left_end - left, right_end - right
        if not height or not width:
            return
        before, after = self.left[left:left_end], self.right[right:right_end]
        if set(before).isdisjoint(after):
            return
        if height * width <= TABLE_CELLS:
            self.found.extend((left + i, right + j, 1) for i, j in longest_common(before, after))
            return
        anchors, length = _anchors(before, after)
        if not anchors:
            self._leave(_Gap(left, left_end, right, right_end), before, after)
            return
        i = j = 0
        for next_i, next_j in anchors:
            if next_i < i or next_j < j:
                continue
            if i < next_i and j < next_j:
                yield _Gap(left + i, left + next_i, right + j, right + next_j)
            run = _equal_run(before, after, next_i + length, next_j + length) + length
            self.found.append((left + next_i, right + next_j, run))
            i, j = next_i + run, next_j + run
        if i < height and j < width:
            yield _Gap(left + i, left_end, right + j, right_end)

    def _leave(self, gap: _Gap, before: list[str], after: list[str]) -> None:
        """Nothing anchors this gap: it is for DeepDiff, unless that does badly, or the gap is too large for anyone."""
        is_long = max(len(self.left), len(self.right)) > MANY_LINES
        if len(before) * len(after) > (MOST_CELLS_OF_MANY_LINES if is_long else MOST_CELLS):
            self.coarse = True
        elif is_long or len(after) >= MOST_LINES_FOR_DEEPDIFF:
            self.found.extend((gap.left + i, gap.right + j, 1) for i, j in longest_common(before, after))
        else:
            self.gaps.append(gap)

    def _trim(self, left: int, left_end: int, right: int, right_end: int) -> _Gap:
        before, after = self.left, self.right
        start = left
        while left < left_end and right < right_end and before[left] == after[right]:
            left += 1
            right += 1
        if left > start:
            self.found.append((start, right - (left - start), left - start))
        end = left_end
        while left < left_end and right < right_end and before[left_end - 1] == after[right_end - 1]:
            left_end -= 1
            right_end -= 1
        if left_end < end:
            self.found.append((left_end, right_end, end - left_end))
        return _Gap(left, left_end, right, right_end)


def _equal_run(left: list[str], right: list[str], i: int, j: int) -> int:
    """How many lines are equal from here on. Lines that stand everywhere ride along with the anchor before them."""
    start = i
    most = min(len(left) - i, len(right) - j)
    end = i + most
    while i < end and left[i] == right[j]:
        i += 1
        j += 1
        # Slices compare far quicker than a loop, once a run has begun to be long.
        while i - start >= 8 and i + 64 <= end and left[i : i + 64] == right[j : j + 64]:
            i += 64
            j += 64
    return i - start


def _anchors(left: list[str], right: list[str]) -> tuple[list[tuple[int, int]], int]:
    """Lines that occur once on both sides, in order; failing that, runs of lines that do, and their length."""
    found = unique_chain(left, right)
    if found or max(len(left), len(right)) < SHORTEST_FOR_RUNS:
        return found, 1
    for length in RUNS:
        left_runs = list(zip(*(left[start:] for start in range(length)), strict=False))
        right_runs = list(zip(*(right[start:] for start in range(length)), strict=False))
        found = unique_chain(left_runs, right_runs)
        if found:
            return found, length
    return [], 1


def _merged(blocks: list[tuple[int, int, int]]) -> list[Block]:
    merged: list[Block] = []
    for left, right, length in blocks:
        if merged and merged[-1].left + merged[-1].length == left and merged[-1].right + merged[-1].length == right:
            merged[-1] = Block(merged[-1].left, merged[-1].right, merged[-1].length + length)
        else:
            merged.append(Block(left, right, length))
    return merged
