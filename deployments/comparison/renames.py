"""Which removed and which added resource are one that got another name: a rename leaves no trace in the files."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

# Two resources are one when at least this share of their words is the same.
LEAST_ALIKE = 0.6
# At most so many pairs are compared by likeness; of more candidates, the pairs that share the most rare words.
MOST_PAIRS = 10_000
# A word is rare when at most so many pairs have it in common.
RARE = 16
# Words beyond these many characters do not decide who is who.
MOST_TEXT = 50_000

_WORD = re.compile(r"\w+")
# The words of a text, and how many they are.
_Words = tuple[Counter[str], int]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a resource says apart from its name: where all of it is empty, there is nothing to know the resource by.

    `proof` is a text that alone settles who it is, where its kind has one; `body` is equal for equal resources; `text`
    is what its words are taken from.
    """

    name: str
    body: str = ""
    text: str = ""
    proof: str = ""


def renamed(removed: Sequence[Candidate], added: Sequence[Candidate]) -> list[tuple[int, int]]:
    """Positions of the pairs: equal ones first, then each other's best. What is ambiguous stays apart."""
    search = _Search(removed, added)
    search.take(search.equal([candidate.proof for candidate in removed], [candidate.proof for candidate in added]))
    search.take(search.equal([candidate.body for candidate in removed], [candidate.body for candidate in added]))
    search.take(search.alike())
    return sorted(search.pairs)


class _Search:
    def __init__(self, removed: Sequence[Candidate], added: Sequence[Candidate]) -> None:
        self.removed, self.added = removed, added
        self.rest, self.other_rest = set(range(len(removed))), set(range(len(added)))
        self.pairs: list[tuple[int, int]] = []

    def take(self, pairs: Iterable[tuple[int, int]]) -> None:
        for i, j in list(pairs):
            self.pairs.append((i, j))
            self.rest.remove(i)
            self.other_rest.remove(j)

    def equal(self, texts: Sequence[str], other_texts: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Those that say the same and are the only ones to; of several, those that also kept their name."""
        by_text: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for i in sorted(self.rest):
            by_text[texts[i]][0].append(i)
        for j in sorted(self.other_rest):
            by_text[other_texts[j]][1].append(j)
        for text, (left, right) in by_text.items():
            if text and len(left) == 1 and len(right) == 1:
                yield left[0], right[0]
            elif text and left and right:
                by_name = Counter(self.removed[i].name for i in left), Counter(self.added[j].name for j in right)
                places = {self.added[j].name: j for j in right}
                for i in left:
                    name = self.removed[i].name
                    if by_name[0][name] == 1 and by_name[1][name] == 1:
                        yield i, places[name]

    def alike(self) -> Iterator[tuple[int, int]]:
        """Those that are each other's best, with no second as good."""
        words = {i: _words(self.removed[i]) for i in sorted(self.rest)}
        other_words = {j: _words(self.added[j]) for j in sorted(self.other_rest)}
        likeness = {
            (i, j): score
            for i, j in _promising(words, other_words)
            if (score := _likeness(words[i], other_words[j])) >= LEAST_ALIKE
        }
        best_left = _best({(j, i): score for (i, j), score in likeness.items()})
        for i, j in _best(likeness).items():
            if best_left.get(j) == i:
                yield i, j


def _promising(words: Mapping[int, _Words], other_words: Mapping[int, _Words]) -> list[tuple[int, int]]:
    if len(words) * len(other_words) <= MOST_PAIRS:
        return [(i, j) for i in words for j in other_words]
    holders: dict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, every in enumerate((words, other_words)):
        for position, (counted, _) in every.items():
            for word in counted:
                holders[word][side].append(position)
    rare: Counter[tuple[int, int]] = Counter()
    for left, right in holders.values():
        if len(left) * len(right) <= RARE:
            rare.update((i, j) for i in left for j in right)
    # Whole steps of equally promising pairs, so that the order of the sides decides nothing.
    steps: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for pair, count in rare.items():
        steps[count].append(pair)
    pairs: list[tuple[int, int]] = []
    for count in sorted(steps, reverse=True):
        if len(pairs) + len(steps[count]) > MOST_PAIRS:
            break
        pairs.extend(steps[count])
    return pairs


def _best(likeness: dict[tuple[int, int], float]) -> dict[int, int]:
    """For each first position the one second it is most like; none where two are equally near."""
    scores: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for (first, second), score in likeness.items():
        scores[first].append((score, second))
    best = {}
    for first, found in scores.items():
        found.sort(reverse=True)
        if len(found) == 1 or found[0][0] > found[1][0]:
            best[first] = found[0][1]
    return best


def _words(candidate: Candidate) -> _Words:
    words: Counter[str] = Counter(_WORD.findall(candidate.text[:MOST_TEXT]))
    return words, words.total()


def _likeness(left: _Words, right: _Words) -> float:
    (words, total), (other_words, other_total) = left, right
    both = total + other_total
    if not both or 2 * min(total, other_total) < LEAST_ALIKE * both:
        return 0.0
    return 2 * (words & other_words).total() / both
