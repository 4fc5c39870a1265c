"""Entries of lists and tables: an insertion does not shift the rest, order counts only where it means something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.comparison.entries import Entry, EntryRows, out_of_place
from deployments.comparison.row import Row
from deployments.comparison.values import equal, readable, readable_pair


def entry_rows(left: list[Entry], right: list[Entry], *, ordered: bool) -> tuple[Row, ...]:
    return EntryRows(left, right, ordered).all()


SIGNS = {"same": "=", "changed": "±", "added": "+", "removed": "-", "moved": "→"}


def of_list(*texts: str) -> list[Entry]:
    return [Entry(None, {"": text}) for text in texts]


def of_table(**rows: dict[str, str]) -> list[Entry]:
    return [Entry(name, {"": name, **cells}) for name, cells in rows.items()]


def signs(rows: tuple[Row, ...]) -> str:
    return "".join(SIGNS[row.change] for row in rows)


@pytest.mark.parametrize(
    ("left", "right", "ordered", "expected"),
    [
        ((), (), False, ""),
        (("How many bags?",), (), False, "-"),
        (
            ("How many bags?", "Is there a limit?"),
            ("How many bags?", "May I bring skis?", "Is there a limit?"),
            False,
            "=+=",
        ),
        (("How many bags?", "Skis?"), ("Skis?", "How many bags?"), False, "=="),
        (("How many bags?", "Skis?"), ("Skis?", "How many bags?"), True, "→="),
        (("How many bags may I bring?",), ("How many bags may I carry?",), False, "±"),
        (("a", "b", "c"), ("c", "a", "b"), True, "→=="),
        (("twin", "twin"), ("twin",), False, "=-"),
    ],
)
def test_entries_of_a_list(left: tuple[str, ...], right: tuple[str, ...], ordered: bool, expected: str) -> None:
    rows = entry_rows(of_list(*left), of_list(*right), ordered=ordered)

    assert sorted(signs(rows)) == sorted(expected)
    if not ordered:
        assert signs(rows) == expected


def test_one_sample_question_added_in_the_middle_leaves_the_rest_unmarked() -> None:
    questions = [f"Question number {number} about {'bags' * number}" for number in range(10)]

    rows = entry_rows(of_list(*questions), of_list(*questions[:5], "Is there a limit?", *questions[5:]), ordered=False)

    assert signs(rows) == "=====+====="


def test_rows_of_a_table_are_matched_by_name_then_cell_by_cell() -> None:
    left = of_table(code={"Type": "String", "Description": "Six letters"}, day={"Type": "String"})
    right = of_table(day={"Type": "String"}, code={"Type": "Integer", "Description": "Six letters"})

    rows = entry_rows(left, right, ordered=False)

    assert signs(rows) == "=±"
    assert rows[1].left is not None
    assert rows[1].left.text == (
        ("same", "code\n"),
        ("same", "Type: "),
        ("removed", "String\n"),
        ("same", "Description: Six letters"),
    )


def test_a_cell_only_one_side_has_is_marked_whole() -> None:
    rows = entry_rows(of_table(a={"Type": "x"}), of_table(a={"Type": "x", "Note": "y"}), ordered=False)

    assert rows[0].right is not None
    assert rows[0].right.text[-1] == ("added", "Note: y")


ENTRIES = st.lists(st.sampled_from(["bag", "ski", "bag and ski", "ticket", "a ticket", ""]), max_size=8)


@given(ENTRIES, ENTRIES, st.booleans())
def test_every_entry_has_exactly_one_row(left: list[str], right: list[str], ordered: bool) -> None:
    rows = entry_rows(of_list(*left), of_list(*right), ordered=ordered)

    assert sorted(row.left.number for row in rows if row.left) == list(range(1, len(left) + 1))
    assert [row.right.number for row in rows if row.right] == list(range(1, len(right) + 1))


@given(ENTRIES, ENTRIES, st.booleans())
def test_swapping_the_sides_keeps_every_match(left: list[str], right: list[str], ordered: bool) -> None:
    there = entry_rows(of_list(*left), of_list(*right), ordered=ordered)
    back = entry_rows(of_list(*right), of_list(*left), ordered=ordered)
    turned = {"added": "removed", "removed": "added"}

    assert {
        (turned.get(row.change, row.change), row.right and row.right.number, row.left and row.left.number)
        for row in there
    } == {(row.change, row.left and row.left.number, row.right and row.right.number) for row in back}


def test_only_what_left_the_longest_unchanged_order_is_out_of_place() -> None:
    order = ["a", "b", "c", "d"]

    assert out_of_place([(0, 3), (1, 0), (2, 1), (3, 2)], order, ["b", "c", "d", "a"]) == {(0, 3)}


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [(3, 3.0, True), (3, "3", False), (True, 1, False), (True, "true", False), (None, "", False), ([1], [1.0], True)],
)
def test_equal_values(left: object, right: object, expected: bool) -> None:
    assert equal(left, right) is expected  # type: ignore[arg-type]


def test_values_read_as_a_person_would_write_them() -> None:
    value = {"method": "refer", "headers": [{"key": "a", "value": True}], "note": "one\ntwo", "none": None}

    assert readable(value) == "method: refer\nheaders:\n  -\n    key: a\n    value: On\nnote: one\n  two\nnone:"


def test_values_that_differ_never_read_alike() -> None:
    assert readable_pair("3", 3) == ('"3"', "3")
