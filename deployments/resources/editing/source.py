"""A file's text as it is read, with LF line ends, and the way back to its bytes, whatever line ends those have."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from deployments.resources.decoding import decoded
from deployments.resources.editing.matching import common
from deployments.resources.overlap import common_beginning, common_end

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Splice:
    """In place of the characters from `start` up to `end`, this text."""

    start: int
    end: int
    text: str


class Source:
    def __init__(self, content: bytes) -> None:
        self._original = content.decode()
        self._shift = 1 if self._original.startswith(_MARK) else 0
        self.text = decoded(content)
        # Where each CR LF pair stands in `text`: behind it the original is one character further on.
        self._pairs: list[int] = []
        if "\r" in self._original:
            self._note_pairs()

    @property
    def line_end(self) -> str:
        """What most lines end with."""
        pairs = len(self._pairs)
        alone = self._original.count("\r") - pairs
        feeds = self._original.count("\n") - pairs
        if pairs and pairs >= max(alone, feeds):
            return "\r\n"
        return "\r" if alone > feeds else "\n"

    def spliced(self, splices: Iterable[Splice]) -> bytes:
        """The file with these texts in it; every other byte is as it was."""
        line_end = self.line_end
        ordered = in_order(splices)
        parts: list[str] = []
        done = 0
        for splice in ordered:
            start, end = self._place(splice.start), self._place(splice.end)
            parts += [self._original[done:start], splice.text.replace("\n", line_end)]
            done = end
        parts.append(self._original[done:])
        result = "".join(parts).encode()
        if "\r" not in self._original:
            return result
        # Where line ends are mixed, a lone CR and a lone LF may have met and become one.
        text = applied(self.text, ordered)
        return result if decoded(result) == text else (_MARK * self._shift + text.replace("\n", line_end)).encode()

    def retold(self, text: str) -> bytes:
        """The file with another text: only what differs between the two texts is written anew."""
        if not self._is_mixed:
            return self.spliced([difference(self.text, text)])
        old, new = self.text.split("\n"), text.split("\n")
        starts = [0]
        for line in old:
            starts.append(starts[-1] + len(line) + 1)
        splices = []
        pairs = [(-1, -1), *common(old, new), (len(old), len(new))]
        for (left, right), (next_left, next_right) in pairwise(pairs):
            before = self.text[starts[left + 1] : starts[next_left]]
            behind = "".join(f"{line}\n" for line in new[right + 1 : next_right])
            if before != behind:
                splices.append(Splice(starts[left + 1], starts[next_left], behind))
        result = self.spliced(splices)
        return result if decoded(result) == text else self.spliced([difference(self.text, text)])

    @property
    def _is_mixed(self) -> bool:
        pairs = len(self._pairs)
        return sum(bool(self._original.count(end) - pairs) for end in "\r\n") + bool(pairs) > 1

    def _note_pairs(self) -> None:
        place = self._original.find("\r\n")
        while place >= 0:
            self._pairs.append(place - len(self._pairs) - self._shift)
            place = self._original.find("\r\n", place + 2)

    def _place(self, index: int) -> int:
        return index + self._shift + bisect_left(self._pairs, index)


def difference(old: str, new: str) -> Splice:
    """What stands between the common beginning and the common end."""
    start = common_beginning(old, new)
    end = common_end(old, new, start)
    return Splice(start, len(old) - end, new[start : len(new) - end])


def in_order(splices: Iterable[Splice]) -> list[Splice]:
    """What only adds stands before what is taken out from the same place on; otherwise in the order asked for."""
    ordered = sorted(splices, key=lambda splice: (splice.start, splice.end))
    done = 0
    for splice in ordered:
        if splice.start < done:
            raise Overlapping
        done = max(done, splice.end)
    return ordered


class Overlapping(Exception):
    """Two changes of one text reach into each other: the text has to be rendered in one piece."""


def applied(text: str, splices: Iterable[Splice]) -> str:
    parts: list[str] = []
    done = 0
    for splice in in_order(splices):
        parts += [text[done : splice.start], splice.text]
        done = splice.end
    return "".join(parts) + text[done:]
