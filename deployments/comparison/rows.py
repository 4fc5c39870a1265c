"""The rows of a side by side view: from two aligned texts, folded around what changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from deployments.comparison.lines import Alignment, Block, Texts, split
from deployments.comparison.row import NO_LINES, Row, Side, Tally
from deployments.comparison.words import mark, shared, whole, words_in

# Unchanged rows that stay on each side of a change.
CONTEXT = 3
# A shorter gap is not worth the line that would stand for it.
SHORTEST_GAP = 2
# Changed lines beyond this many in one text are not marked by word.
MOST_MARKED = 2_000
# A changed stretch larger than this, in cells, is paired from the top down instead of by likeness.
MOST_PAIRING_CELLS = 900
LEAST_ALIKE = 0.35


COARSE = "A part of this text changed too much to be matched line by line: it stands as removed and added."


@dataclass(frozen=True, slots=True)
class TextRows:
    """The rows of one of several pairs of texts, which are not aligned before somebody asks."""

    texts: Texts
    place: int

    @property
    def tally(self) -> Tally:
        alignment = self.texts.aligned(self.place)
        return Tally(alignment.added, alignment.removed)

    @property
    def limited(self) -> str | None:
        return COARSE if self.texts.aligned(self.place).coarse else None

    def all(self) -> tuple[Row, ...]:
        return rows_of(self.texts.aligned(self.place))

    def between(self, left_number: int, count: int) -> tuple[Row, ...]:
        return _between(self.texts.aligned(self.place), left_number, count)


@dataclass(frozen=True, slots=True)
class SameRows:
    """The rows of a text that is the same on both sides."""

    text: str
    tally = NO_LINES
    limited = None

    def all(self) -> tuple[Row, ...]:
        return rows_of(self._alignment)

    def between(self, left_number: int, count: int) -> tuple[Row, ...]:
        return _between(self._alignment, left_number, count)

    @property
    def _alignment(self) -> Alignment:
        lines = split(self.text)
        return Alignment(lines, lines, (Block(0, 0, len(lines)),) if lines else ())


def rows_of(alignment: Alignment) -> tuple[Row, ...]:
    """All rows of two texts, none folded: left sides joined by line feeds are the left text, right sides the right."""
    rows: list[Row] = []
    marked = 0
    i = j = 0
    for left, right, length in (*alignment.blocks, (len(alignment.left), len(alignment.right), 0)):
        for k, n in _partners(alignment.left[i:left], alignment.right[j:right]):
            before = alignment.left[i + k] if k is not None else None
            after = alignment.right[j + n] if n is not None else None
            marked += before is not None and after is not None
            rows.append(_changed(before, i + (k or 0) + 1, after, j + (n or 0) + 1, by_word=marked <= MOST_MARKED))
        rows.extend(_same(alignment, left, right, length))
        i, j = left + length, right + length
    return tuple(rows)


def _between(alignment: Alignment, left_number: int, count: int) -> tuple[Row, ...]:
    start = left_number - 1
    for left, right, length in alignment.blocks:
        if left <= start < left + length:
            skip = start - left
            return tuple(_same(alignment, start, right + skip, min(count, length - skip)))
    return ()


def fold(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The same rows with long unchanged stretches as gaps. Rows that all stayed the same become one gap."""
    folded: list[Row] = []
    done = 0
    for is_same, group in groupby(rows, key=lambda row: row.change == "same"):
        stretch = list(group)
        if is_same:
            head = CONTEXT if done else 0
            tail = CONTEXT if done + len(stretch) < len(rows) else 0
            skipped = len(stretch) - head - tail
            if skipped >= SHORTEST_GAP:
                folded.extend(stretch[:head])
                folded.append(_gap(stretch[head], skipped))
                folded.extend(stretch[len(stretch) - tail :])
            else:
                folded.extend(stretch)
        else:
            folded.extend(stretch)
        done += len(stretch)
    return tuple(folded)


def _same(alignment: Alignment, left: int, right: int, length: int) -> Iterator[Row]:
    for step in range(length):
        text = whole(alignment.left[left + step], "same")
        yield Row("same", Side(left + step + 1, text), Side(right + step + 1, text))


def _gap(first: Row, skipped: int) -> Row:
    left = Side(first.left.number, ()) if first.left else None
    right = Side(first.right.number, ()) if first.right else None
    return Row("gap", left, right, skipped)


def _changed(before: str | None, number: int, after: str | None, other: int, *, by_word: bool) -> Row:
    if before is None:
        return Row("added", None, Side(other, whole(after or "", "added")))
    if after is None:
        return Row("removed", Side(number, whole(before, "removed")), None)
    if by_word:
        left, right = mark(before, after)
    else:
        left, right = whole(before, "removed"), whole(after, "added")
    return Row("changed", Side(number, left), Side(other, right))


def _partners(left: list[str], right: list[str]) -> Iterator[tuple[int | None, int | None]]:
    """Which removed line stands beside which added one, in order; None where a line stands alone."""
    pairs = _alike(left, right)
    i = j = 0
    for next_i, next_j in (*pairs, (len(left), len(right))):
        yield from ((k, None) for k in range(i, next_i))
        yield from ((None, n) for n in range(j, next_j))
        if next_i < len(left) and next_j < len(right):
            yield next_i, next_j
        i, j = next_i + 1, next_j + 1


def _alike(left: list[str], right: list[str]) -> list[tuple[int, int]]:
    if right < left:
        # One direction for both orders of the sides, so that swapping them keeps the pairs.
        return [(i, j) for j, i in _alike(right, left)]
    height, width = len(left), len(right)
    if not height or not width:
        return []
    if height == width or height * width > MOST_PAIRING_CELLS:
        return [(k, k) for k in range(min(height, width))]
    # Best sum of likeness over pairs in order; what is hardly alike gives nothing, so it stands alone.
    best = [[0.0] * (width + 1) for _ in range(height + 1)]
    words, other_words = list(map(words_in, left)), list(map(words_in, right))
    likeness = [[shared(before, after) for after in other_words] for before in words]
    for i in range(height - 1, -1, -1):
        for j in range(width - 1, -1, -1):
            together = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] >= LEAST_ALIKE else 0.0
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    pairs = []
    i = j = 0
    while i < height and j < width and best[i][j]:
        if likeness[i][j] >= LEAST_ALIKE and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs
