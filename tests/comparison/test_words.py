"""Which words of a changed line are marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.comparison import words
from deployments.comparison.row import Pieces
from deployments.comparison.words import mark

TEXT = st.lists(st.sampled_from(["sail", "fare", " ", ", ", ".", "é", "\u2028", "(", ")", "1", "\t"]), max_size=25).map(
    "".join
)


def joined(pieces: Pieces) -> str:
    return "".join(text for _, text in pieces)


def same(pieces: Pieces) -> str:
    return "".join(text for kind, text in pieces if kind == "same")


def shown(pieces: Pieces) -> str:
    return "".join(text if kind == "same" else f"[{text}]" for kind, text in pieces)


@given(TEXT, TEXT)
def test_pieces_joined_are_the_texts(left: str, right: str) -> None:
    before, after = mark(left, right)

    assert (joined(before), joined(after)) == (left, right)
    assert {kind for kind, _ in before} <= {"same", "removed"}
    assert {kind for kind, _ in after} <= {"same", "added"}


@given(TEXT, TEXT)
def test_what_is_marked_the_same_is_the_same(left: str, right: str) -> None:
    before, after = mark(left, right)

    assert same(before) == same(after)


@given(TEXT, TEXT)
def test_swapping_the_sides_mirrors_the_marks(left: str, right: str) -> None:
    before, after = mark(left, right)
    turned = {"same": "same", "removed": "added", "added": "removed"}

    back_before, back_after = mark(right, left)

    assert back_before == tuple((turned[kind], text) for kind, text in after)
    assert back_after == tuple((turned[kind], text) for kind, text in before)


@pytest.mark.parametrize(
    ("left", "right", "left_shown", "right_shown"),
    [
        ("fare = 1", "fare = 12", "fare = [1]", "fare = [12]"),
        ("Offer two sailings.", "Offer one sailing.", "Offer [two sailings].", "Offer [one sailing]."),
        ("return x", "return x + 1", "return x", "return x[ + 1]"),
        ("pay({{fn:quote}})", "pay({{fn:book}})", "pay({{fn:[quote]}})", "pay({{fn:[book]}})"),
        ("", "new", "", "[new]"),
        ("<b>", "<i>", "<[b]>", "<[i]>"),
        # Hardly a word stayed: marks between would only flicker.
        (
            "Ask for the ticket now.",
            "Never sell the last cabin.",
            "[Ask for the ticket now].",
            "[Never sell the last cabin].",
        ),
    ],
)
def test_marks(left: str, right: str, left_shown: str, right_shown: str) -> None:
    before, after = mark(left, right)

    assert (shown(before), shown(after)) == (left_shown, right_shown)


def test_a_very_long_line_is_marked_from_its_first_to_its_last_difference() -> None:
    left = "a" * 300_000 + "left and left" + "z" * 100_000
    right = "a" * 300_000 + "right and right" + "z" * 100_000

    before, after = mark(left, right)

    assert before == (("same", "a" * 300_000), ("removed", "left and lef"), ("same", "t" + "z" * 100_000))
    assert after[1] == ("added", "right and righ")


def test_a_very_long_line_is_not_cut_into_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_TOKEN", None)

    before, _ = mark("word " * 100_000, "word " * 100_000 + "more")

    assert before == (("same", "word " * 100_000),)
