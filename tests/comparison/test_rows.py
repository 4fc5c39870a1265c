"""The rows of a text: everything is there once, numbered, folded around what changed."""

from hypothesis import given
from hypothesis import strategies as st

from deployments.comparison.lines import Texts, align
from deployments.comparison.row import Row
from deployments.comparison.rows import MOST_MARKED, TextRows, fold, rows_of

LINE = st.sampled_from(["", "a", "b", "c", "fare = 1", "fare = 2", "\r", "d\x0ce", "f\u2028"])
TEXT = st.lists(LINE, max_size=40).map("\n".join)


def rows(left: str, right: str) -> tuple[Row, ...]:
    return rows_of(align([(left, right)])[0])


def changes(found: tuple[Row, ...]) -> str:
    signs = {"same": "=", "changed": "±", "added": "+", "removed": "-", "moved": "→", "gap": "…"}
    return "".join(signs[row.change] for row in found)


@given(TEXT, TEXT)
def test_applying_the_rows_rebuilds_both_texts_exactly(left: str, right: str) -> None:
    found = rows(left, right)

    assert "\n".join(row.left.plain for row in found if row.left) == left
    assert "\n".join(row.right.plain for row in found if row.right) == right
    assert [row.left.number for row in found if row.left] == list(range(1, left.count("\n") + 2 if left else 1))
    assert [row.right.number for row in found if row.right] == list(range(1, right.count("\n") + 2 if right else 1))


@given(TEXT, TEXT)
def test_swapping_the_sides_keeps_every_pair(left: str, right: str) -> None:
    there, back = rows(left, right), rows(right, left)

    pairs = {(row.left and row.left.number, row.right and row.right.number) for row in there}
    assert pairs == {(row.right and row.right.number, row.left and row.left.number) for row in back}


@given(TEXT, TEXT)
def test_unfolding_every_gap_gives_all_rows(left: str, right: str) -> None:
    texts = Texts()
    rows = TextRows(texts, texts.add(left, right))
    everything = rows.all()

    unfolded: list[Row] = []
    for row in fold(everything):
        if row.change == "gap":
            assert row.left is not None
            unfolded.extend(rows.between(row.left.number, row.skipped))
        else:
            unfolded.append(row)

    assert tuple(unfolded) == everything


def test_a_changed_line_stands_beside_the_line_it_was() -> None:
    left = "fare = sailing.adult\nreturn fare"
    right = "height = ask()\nfare = sailing.child\nreturn fare"

    assert changes(rows(left, right)) == "+±="


def test_lines_that_have_nothing_in_common_stand_alone() -> None:
    assert changes(rows("alpha beta\nkeep", "one two\nthree four\nkeep")) == "-++="


def test_three_unchanged_lines_stay_around_a_change() -> None:
    before = [f"line {number}" for number in range(30)]
    after = [*before[:15], "new", *before[15:]]

    folded = fold(rows("\n".join(before), "\n".join(after)))

    assert changes(folded) == "…===+===…"
    assert (folded[0].skipped, folded[-1].skipped) == (12, 12)
    assert folded[-1].left is not None
    assert folded[-1].right is not None
    assert (folded[-1].left.number, folded[-1].right.number) == (19, 20)


def test_a_single_unchanged_line_is_shown_rather_than_folded() -> None:
    lines = [f"line {number}" for number in range(9)]
    changed = ["first", *lines[1:8], "last"]

    assert changes(fold(rows("\n".join(lines), "\n".join(changed)))) == "±=======±"


def test_words_are_marked_up_to_a_number_of_lines() -> None:
    left = "\n".join(f"fare {number} old" for number in range(MOST_MARKED + 10))
    right = "\n".join(f"fare {number} new" for number in range(MOST_MARKED + 10))

    found = rows(left, right)

    assert found[0].left is not None
    assert found[0].left.text == (("same", "fare 0 "), ("removed", "old"))
    assert found[-1].left is not None
    assert found[-1].left.text == (("removed", f"fare {MOST_MARKED + 9} old"),)
