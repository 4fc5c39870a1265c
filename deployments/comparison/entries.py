"""The entries of a list, a table, a map or a section, matched so that an insertion does not shift the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from deployments.comparison.chain import chain
from deployments.comparison.row import Piece, Pieces, Row, RowChange, Side, Tally
from deployments.comparison.values import equal, key_of, readable, readable_pair
from deployments.comparison.words import mark, shared, whole, words_in
from deployments.resources.resource import Value

# Entries of a list at least this alike stand beside each other as one changed entry.
LEAST_ALIKE = 0.5
# More leftovers than this, in pairs, are not looked at for likeness.
MOST_PAIRS = 10_000


@dataclass(frozen=True)
class Entry:
    """One entry: what identifies it (None: only its content does) and its cells, label to value, in order."""

    identity: Hashable | None
    cells: Mapping[str, Value]

    @cached_property
    def content(self) -> str:
        return key_of(self.cells)


_Pairs = list[tuple[int, int]]


@dataclass(frozen=True)
class EntryRows:
    """One row an entry, in the order of the right side; what only the left has follows what it followed there."""

    left: Sequence[Entry]
    right: Sequence[Entry]
    ordered: bool
    limited = None

    @cached_property
    def changes(self) -> Counter[RowChange]:
        """How many rows there are of each change."""
        return Counter(change for change, _, _ in self._matches)

    @property
    def tally(self) -> Tally:
        changes = self.changes
        both = changes["changed"] + changes["moved"]
        return Tally(changes["added"] + both, changes["removed"] + both)

    def all(self) -> tuple[Row, ...]:
        return tuple(_row(change, self.left, i, self.right, j) for change, i, j in self._matches)

    def between(self, left_number: int, count: int) -> tuple[Row, ...]:
        rows = self.all()
        starts = [place for place, row in enumerate(rows) if row.left and row.left.number == left_number]
        return rows[starts[0] : starts[0] + count] if starts else ()

    @cached_property
    def _matches(self) -> list[tuple[RowChange, int | None, int | None]]:
        left, right = self.left, self.right
        pairs = _matched(left, right)
        moved = _moved(pairs, left, right) if self.ordered else set()
        partner = {j: i for i, j in pairs}
        placed: list[tuple[tuple[int, int], tuple[RowChange, int | None, int | None]]] = []
        for j in range(len(right)):
            i = partner.get(j)
            if i is None:
                placed.append(((j, -1), ("added", None, j)))
            elif not equal(dict(left[i].cells), dict(right[j].cells)):
                placed.append(((j, -1), ("changed", i, j)))
            else:
                placed.append(((j, -1), ("moved" if j in moved else "same", i, j)))
        places = dict(pairs)
        after = -1
        for i in range(len(left)):
            if i in places:
                after = places[i]
            else:
                placed.append(((after, i), ("removed", i, None)))
        placed.sort(key=lambda row: row[0])
        return [match for _, match in placed]


def _matched(left: Sequence[Entry], right: Sequence[Entry]) -> _Pairs:
    pairs, rest, other_rest = _equal_keys([_key(entry) for entry in left], [_key(entry) for entry in right])
    loose = [i for i in rest if left[i].identity is None]
    other_loose = [j for j in other_rest if right[j].identity is None]
    return sorted(pairs + _closest(left, loose, right, other_loose))


def _key(entry: Entry) -> Hashable:
    return ("content", entry.content) if entry.identity is None else ("identity", entry.identity)


def _equal_keys(left: Sequence[Hashable], right: Sequence[Hashable]) -> tuple[_Pairs, list[int], list[int]]:
    """Positions with equal keys, first with first, second with second; and what is left over on each side."""
    places: dict[Hashable, list[int]] = defaultdict(list)
    for j in reversed(range(len(right))):
        places[right[j]].append(j)
    pairs = []
    rest = []
    for i, key in enumerate(left):
        if places.get(key):
            pairs.append((i, places[key].pop()))
        else:
            rest.append(i)
    return pairs, rest, sorted(j for waiting in places.values() for j in waiting)


def _closest(left: Sequence[Entry], rest: list[int], right: Sequence[Entry], other_rest: list[int]) -> _Pairs:
    if not rest or not other_rest or len(rest) * len(other_rest) > MOST_PAIRS:
        return []
    words = {i: words_in(left[i].content) for i in rest}
    other_words = {j: words_in(right[j].content) for j in other_rest}
    scored = []
    for i in rest:
        for j in other_rest:
            likeness = shared(words[i], other_words[j])
            if likeness >= LEAST_ALIKE:
                # Ties go to the entries nearest in place, then to the earlier ones, the same from both sides.
                scored.append((-likeness, abs(i - j), i + j, i, j))
    scored.sort()
    taken: set[int] = set()
    other_taken: set[int] = set()
    pairs = []
    for *_, i, j in scored:
        if i not in taken and j not in other_taken:
            taken.add(i)
            other_taken.add(j)
            pairs.append((i, j))
    return pairs


def _moved(pairs: _Pairs, left: Sequence[Entry], right: Sequence[Entry]) -> set[int]:
    return {j for _, j in out_of_place(pairs, [_key(entry) for entry in left], [_key(entry) for entry in right])}


def out_of_place(pairs: _Pairs, left: Sequence[Hashable], right: Sequence[Hashable]) -> set[tuple[int, int]]:
    """The pairs outside the longest chain that kept its order. The same pairs whichever side comes first."""
    if repr(right) < repr(left):
        return {(i, j) for j, i in out_of_place([(j, i) for i, j in pairs], right, left)}
    inorder = sorted(pairs)
    kept = set(chain([j for _, j in inorder]))
    return {pair for position, pair in enumerate(inorder) if position not in kept}


def _row(change: RowChange, left: Sequence[Entry], i: int | None, right: Sequence[Entry], j: int | None) -> Row:
    before, after = _beside(left[i].cells if i is not None else {}, right[j].cells if j is not None else {})
    return Row(change, None if i is None else Side(i + 1, before), None if j is None else Side(j + 1, after))


def _beside(left: Mapping[str, Value], right: Mapping[str, Value]) -> tuple[Pieces, Pieces]:
    """Cell by cell: each cell on a line of its own, under its label unless it has none."""
    before: list[Piece] = []
    after: list[Piece] = []
    for label in (*left, *(label for label in right if label not in left)):
        if label in left and label in right:
            text, other_text = readable_pair(left[label], right[label])
            pieces, other_pieces = mark(_titled(label, text), _titled(label, other_text))
            _append(before, pieces)
            _append(after, other_pieces)
        elif label in left:
            _append(before, whole(_titled(label, readable(left[label])), "removed"))
        else:
            _append(after, whole(_titled(label, readable(right[label])), "added"))
    return tuple(before), tuple(after)


def _titled(label: str, text: str) -> str:
    if not label:
        return text
    return f"{label}:\n{text}" if "\n" in text else f"{label}: {text}".rstrip()


def _append(pieces: list[Piece], more: Iterable[Piece]) -> None:
    if pieces:
        kind, text = pieces[-1]
        pieces[-1] = (kind, text + "\n")
    pieces.extend(more)
