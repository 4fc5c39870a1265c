"""Putting two people's texts together: what does not overlap, and nothing lost where it does."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.comparison import merge, merging

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "d e"]), max_size=12).map("\n".join)


@st.composite
def apart(draw: st.DrawFn) -> tuple[str, str, str, str]:
    """A text, two edits of it that leave a line between them, and both edits applied one after the other."""
    fresh = (f"new {number}" for number in count())
    base, mine, theirs, both = [], [], [], []
    for number in range(draw(st.integers(1, 6))):
        kept = [f"line {number}.{place}" for place in range(draw(st.integers(1, 3)))]
        for text in (base, mine, theirs, both):
            text.extend(kept)
        old = [f"old {number}.{place}" for place in range(draw(st.integers(0, 3)))]
        new = [next(fresh) for _ in range(draw(st.integers(0, 3)))]
        who = draw(st.sampled_from(["mine", "theirs", "nobody"]))
        base.extend(old)
        mine.extend(new if who == "mine" else old)
        theirs.extend(new if who == "theirs" else old)
        both.extend(old if who == "nobody" else new)
    return "\n".join(base), "\n".join(mine), "\n".join(theirs), "\n".join(both)


@given(apart())
def test_edits_that_do_not_overlap_merge_to_what_one_after_the_other_makes(texts: tuple[str, str, str, str]) -> None:
    base, mine, theirs, both = texts

    merged = merge(base, mine, theirs)

    assert merged.is_clean
    assert merged.text == both


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_of_any_of_the_three_is_lost(base: str, mine: str, theirs: str) -> None:
    regions = merge(base, mine, theirs).regions

    for name, text in (("base", base), ("mine", mine), ("theirs", theirs)):
        assert "\n".join(line for region in regions for line in getattr(region, name)) == text
    assert all(len({region.base, region.mine, region.theirs}) == 3 for region in regions if region.state == "overlap")


@given(TEXTS, TEXTS)
def test_where_only_one_changed_it_theirs_is_the_merge(base: str, other: str) -> None:
    assert merge(base, other, base).text == merge(base, base, other).text == merge(base, other, other).text == other


@given(TEXTS, TEXTS, TEXTS)
def test_who_is_called_mine_decides_nothing_but_the_overlaps(base: str, mine: str, theirs: str) -> None:
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)

    assert one.overlaps == other.overlaps
    assert not one.is_clean or one.text == other.text


def test_an_overlap_shows_all_three_and_keeps_mine() -> None:
    merged = merge("one\ntwo\nthree\nfour", "one\nTWO\nthree\nfour", "one\n2\nthree\nFOUR")

    assert [region.state for region in merged.regions] == ["same", "overlap", "same", "theirs"]
    assert (merged.regions[1].base, merged.regions[1].mine, merged.regions[1].theirs) == (("two",), ("TWO",), ("2",))
    assert merged.text == "one\nTWO\nthree\nFOUR"


def test_a_text_too_long_to_compare_overlaps_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MOST_LINES", 2)

    assert not merge("a\nb\nc", "A\nb\nc", "a\nb\nC").is_clean
    assert merge("a\nb\nc", "a\nb\nc", "a\nb\nC").text == "a\nb\nC"
