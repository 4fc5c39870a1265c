"""Which lines are the same: exact for any text, mirrored when the sides are, small, and bounded."""

import random

import pytest
from deepdiff import DeepDiff
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.comparison import gaps, lines
from deployments.comparison.lines import Alignment, align, split

# Few distinct lines and odd characters, so that repeats, blanks and characters Python takes for line ends all meet.
LINE = st.sampled_from(["", "a", "b", "  return", "\r", "c\x0cd", "e\u2028f", "\x85", "é", "long " * 20])
TEXT = st.lists(LINE, max_size=60).map("\n".join) | st.text(max_size=80)


def one(left: str, right: str) -> Alignment:
    return align([(left, right)])[0]


def rebuilt(alignment: Alignment) -> tuple[str, str]:
    """Both texts, the right one made of what it shares with the left and of what is added."""
    right: list[str] = []
    for left_start, right_start, length in alignment.blocks:
        right.extend(alignment.right[len(right) : right_start])
        right.extend(alignment.left[left_start : left_start + length])
    right.extend(alignment.right[len(right) :])
    return "\n".join(alignment.left), "\n".join(right)


@given(TEXT, TEXT)
def test_an_alignment_rebuilds_both_texts_exactly_and_is_mirrored_when_the_sides_are(left: str, right: str) -> None:
    alignment, back = one(left, right), one(right, left)

    assert rebuilt(alignment) == (left, right)
    ends = [(0, 0), *((block.left + block.length, block.right + block.length) for block in alignment.blocks)]
    for block, (left_end, right_end) in zip(alignment.blocks, ends, strict=False):
        assert block.left >= left_end
        assert block.right >= right_end
        assert block.length > 0
    mirrored = [(block.right, block.left, block.length) for block in alignment.blocks]
    assert [tuple(block) for block in back.blocks] == mirrored
    assert (back.added, back.removed) == (alignment.removed, alignment.added)


@settings(max_examples=30)
@given(st.lists(st.tuples(TEXT, TEXT), max_size=6))
def test_texts_aligned_together_are_aligned_as_alone(texts: list[tuple[str, str]]) -> None:
    together = align(texts)

    assert together == [one(left, right) for left, right in texts]


@pytest.mark.parametrize(
    ("left", "right", "added", "removed"),
    [
        ("", "", 0, 0),
        ("a\nb", "a\nb", 0, 0),
        ("", "a\nb", 2, 0),
        ("a\nb", "", 0, 2),
        ("a\nb\nc", "a\nc", 0, 1),
        ("a\nc", "a\nb\nc", 1, 0),
        ("a\nb\nc", "a\nx\nc", 1, 1),
        ("a", "a\n", 1, 0),
        ("a\r\nb", "a\nb", 1, 1),
        ("x\n" * 40 + "end", "x\n" * 41 + "end", 1, 0),
    ],
)
def test_lines_added_and_removed(left: str, right: str, added: int, removed: int) -> None:
    alignment = one(left, right)

    assert (alignment.added, alignment.removed) == (added, removed)


def test_only_a_line_feed_ends_a_line() -> None:
    assert split("a\x0cb\u2028c\r\nd\x85") == ["a\x0cb\u2028c\r", "d\x85"]


def test_a_function_moved_down_keeps_the_lines_that_stand_everywhere() -> None:
    first = ["def one():", "    x = 1", "", "    return None", ""]
    second = ["def two():", "    y = 2", "", "    return None", ""]
    alignment = one("\n".join(first + second), "\n".join([*first, "def between():", "    return None", "", *second]))

    assert (alignment.added, alignment.removed) == (3, 0)


@pytest.fixture
def deepdiff_calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    calls: list[int] = []

    def counted(left: dict[int, str], right: dict[int, str], **options: str) -> DeepDiff:
        calls.append(len(left))
        return DeepDiff(left, right, **options)

    monkeypatch.setattr(gaps, "DeepDiff", counted)
    return calls


def repetitive(length: int, seed: int, distinct: str = "abc") -> str:
    chance = random.Random(seed)
    return "\n".join(chance.choice(distinct) for _ in range(length))


def test_the_gaps_of_all_texts_go_into_one_deepdiff(deepdiff_calls: list[int]) -> None:
    # Two letters in a hundred lines: no line and no run of lines occurs once on both sides of the first gap.
    texts = [("\n".join("ab" * 40), "\n".join("baa" * 30)) for _ in range(25)]

    align(texts)

    assert len(deepdiff_calls) == 1
    assert deepdiff_calls[0] >= 25


def test_what_anchors_decide_needs_no_deepdiff(deepdiff_calls: list[int]) -> None:
    own = [f"line {number}" for number in range(2_000)]

    align([("\n".join(own), "\n".join([*own[:700], "new", *own[800:]]))])

    assert deepdiff_calls == []


@pytest.mark.parametrize("length", [2_500, 6_000])
def test_a_gap_over_the_budget_is_coarse_and_still_right(length: int) -> None:
    left, right = "\n".join("ab" * length), "\n".join("baa" * length)

    alignment = one(left, right)

    assert alignment.coarse
    assert rebuilt(alignment) == (left, right)


def test_frequent_lines_are_matched_in_gaps_where_deepdiff_would_ignore_them() -> None:
    alignment = one("\n".join("ab" * 300), "\n".join("baa" * 200))

    assert not alignment.coarse
    assert alignment.added + alignment.removed < 600


HARD = {
    "ten distinct lines": (repetitive(3_000, 1, "abcdefghij"), repetitive(3_000, 2, "abcdefghij")),
    "two distinct lines": (repetitive(1_900, 1, "ab"), repetitive(1_900, 2, "ab")),
    "every second blank": ("\n\n".join(map(str, range(2_000))), "\n\n".join(map(str, range(0, 2_000, 2)))),
    "reversed": ("\n".join(map(str, range(5_000))), "\n".join(map(str, reversed(range(5_000))))),
    "shuffled": (
        "\n".join(map(str, range(5_000))),
        "\n".join(map(str, random.Random(3).sample(range(5_000), 5_000))),
    ),
    "a cycle reversed": ("\n".join(list(map(str, range(50))) * 39), "\n".join(list(map(str, range(50, 0, -1))) * 39)),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_texts_stay_within_the_budget(
    name: str, deepdiff_calls: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    cells: list[int] = []

    def measured(left: list[str], right: list[str]) -> list[tuple[int, int]]:
        cells.append(len(left) * len(right))
        return longest_common(left, right)

    longest_common = lines.longest_common
    monkeypatch.setattr(lines, "longest_common", measured)
    left, right = HARD[name]

    alignment = one(left, right)

    assert rebuilt(alignment) == (left, right)
    assert len(deepdiff_calls) <= 1
    assert all(size <= lines.MOST_CELLS for size in cells)
    assert sum(cells) <= 4 * lines.MOST_CELLS
