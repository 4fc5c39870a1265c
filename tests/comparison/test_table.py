"""The exact table and the chain, each against the plain definition."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from deployments.comparison.chain import chain, unique_chain
from deployments.comparison.table import longest_common

LETTERS = st.lists(st.sampled_from("abc"), max_size=12)


def longest_by_definition(left: list[str], right: list[str]) -> int:
    if not left or not right:
        return 0
    if left[0] == right[0]:
        return 1 + longest_by_definition(left[1:], right[1:])
    return max(longest_by_definition(left[1:], right), longest_by_definition(left, right[1:]))


@given(st.lists(st.sampled_from("abc"), max_size=7), st.lists(st.sampled_from("abc"), max_size=7))
def test_no_longer_common_sequence_exists(left: list[str], right: list[str]) -> None:
    assert len(longest_common(left, right)) == longest_by_definition(left, right)


@given(LETTERS, LETTERS)
def test_common_pairs_are_equal_and_in_order(left: list[str], right: list[str]) -> None:
    pairs = longest_common(left, right)

    assert all(left[i] == right[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))


@given(st.lists(st.integers(0, 9), max_size=9))
def test_no_longer_chain_exists(values: list[int]) -> None:
    found = chain(values)

    assert all(values[a] < values[b] for a, b in pairwise(found))
    longer = combinations(values, len(found) + 1)
    assert not any(all(a < b for a, b in pairwise(picked)) for picked in longer)


@given(LETTERS, LETTERS)
def test_anchors_occur_once_on_both_sides(left: list[str], right: list[str]) -> None:
    for i, j in unique_chain(left, right):
        assert left[i] == right[j]
        assert left.count(left[i]) == right.count(right[j]) == 1
