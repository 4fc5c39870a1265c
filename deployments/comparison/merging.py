"""Two texts that began as one, put together: what either changed where the other did not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from deployments.comparison.lines import MOST_BYTES, MOST_LINES, Block, align, split

Lines: TypeAlias = tuple[str, ...]
# Who changed a region: nobody, one of the two, both to the same, or both to something else.
State: TypeAlias = Literal["same", "mine", "theirs", "both", "overlap"]


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of the text in its three shapes. Between two that changed stands at least one line that is the same."""

    state: State
    base: Lines
    mine: Lines
    theirs: Lines

    @property
    def merged(self) -> Lines:
        """Where both changed it, mine."""
        return self.theirs if self.state == "theirs" else self.mine


@dataclass(frozen=True, slots=True)
class Merge:
    """Every line of all three texts, in order. The regions' `mine` joined by line feeds are the whole of mine."""

    regions: tuple[Region, ...]

    @property
    def is_clean(self) -> bool:
        return all(region.state != "overlap" for region in self.regions)

    @property
    def overlaps(self) -> int:
        return sum(region.state == "overlap" for region in self.regions)

    @property
    def text(self) -> str:
        """Both people's changes; where they overlap, mine stands."""
        return "\n".join(line for region in self.regions for line in region.merged)


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Three texts in, regions out. A text too long to compare by line overlaps as a whole."""
    texts = [base, mine, theirs]
    if any(len(text) > MOST_BYTES or text.count("\n") >= MOST_LINES for text in texts):
        lines = [tuple(split(text)) for text in texts]
        return Merge((_region(*lines),))
    to_mine, to_theirs = align([(base, mine), (base, theirs)])
    regions = _regions(
        to_mine.left, to_mine.right, to_theirs.right, _matched(to_mine.blocks), _matched(to_theirs.blocks)
    )
    return Merge(tuple(regions))


def _regions(
    base: list[str], mine: list[str], theirs: list[str], in_mine: dict[int, int], in_theirs: dict[int, int]
) -> Iterator[Region]:
    """Lines that stand in all three hold the text together; what lies between two of them is one region."""
    i = j = k = 0
    stable: list[str] = []
    for line in [*sorted(in_mine.keys() & in_theirs.keys()), len(base)]:
        to_mine, to_theirs = in_mine.get(line, len(mine)), in_theirs.get(line, len(theirs))
        if line == len(base) or (i, j, k) != (line, to_mine, to_theirs):
            if stable:
                yield _same(stable)
                stable = []
            between = tuple(base[i:line]), tuple(mine[j:to_mine]), tuple(theirs[k:to_theirs])
            if any(between):
                yield _region(*between)
        if line < len(base):
            stable.append(base[line])
        i, j, k = line + 1, to_mine + 1, to_theirs + 1


def _same(lines: list[str]) -> Region:
    return Region("same", *(tuple(lines),) * 3)


def _region(base: Lines, mine: Lines, theirs: Lines) -> Region:
    state: State = "overlap"
    if mine == theirs:
        state = "same" if mine == base else "both"
    elif mine == base:
        state = "theirs"
    elif theirs == base:
        state = "mine"
    return Region(state, base, mine, theirs)


def _matched(blocks: tuple[Block, ...]) -> dict[int, int]:
    return {left + step: right + step for left, right, length in blocks for step in range(length)}
