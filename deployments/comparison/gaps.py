"""The gaps no anchor decides, all of them in one DeepDiff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deepdiff import DeepDiff


def solve(gaps: Sequence[tuple[Sequence[str], Sequence[str]]]) -> list[list[tuple[int, int, int]]]:
    """For each gap the blocks (left, right, length) its two sides share, in order.

    Lines become numbers first: DeepDiff splits a text wherever Python sees a line end, also at form feeds.
    """
    solved: list[list[tuple[int, int, int]]] = [[] for _ in gaps]
    if not gaps:
        return solved
    numbers: dict[str, str] = {}
    left, right = {}, {}
    for key, (before, after) in enumerate(gaps):
        left[key] = _numbered(before, numbers)
        right[key] = _numbered(after, numbers)
    tree = DeepDiff(left, right, view="tree")
    for level in tree.get("values_changed", ()):
        key = level.path(output_format="list")[0]
        before, after = gaps[key]
        solved[key] = list(_blocks(level.additional["diff"], len(before)))
    return solved


def _numbered(lines: Sequence[str], numbers: dict[str, str]) -> str:
    return "\n".join([numbers.setdefault(line, str(len(numbers))) for line in lines])


def _blocks(diff: str, height: int) -> Iterator[tuple[int, int, int]]:
    """Read a unified diff back: what stands between hunks and on context lines is shared."""
    i = j = 0
    for line in diff.split("\n")[2:]:
        sign = line[0]
        if sign == "@":
            start = _start(line.split(" ")[1])
            if start > i:
                yield i, j, start - i
                j += start - i
                i = start
        elif sign == "-":
            i += 1
        elif sign == "+":
            j += 1
        else:
            yield i, j, 1
            i += 1
            j += 1
    if i < height:
        yield i, j, height - i


def _start(place: str) -> int:
    """Where a hunk begins on the left, from 0. An empty range names the line before it."""
    start, _, length = place[1:].partition(",")
    return int(start) if length == "0" else int(start) - 1
