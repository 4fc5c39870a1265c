"""Who became whom, when a removed and an added resource may be one with a new name."""

import pytest

from deployments.comparison import renames
from deployments.comparison.renames import MOST_PAIRS, renamed
from deployments.comparison.renames import Candidate as Known

PARKING = "Cars wait at the north gate and bicycles at the south gate until the ramp is down"


def candidate(name: str, body: str, proof: str = "") -> Known:
    return Known(name, body, body, proof)


def test_equal_bodies_are_one() -> None:
    assert renamed([candidate("Parking", PARKING)], [candidate("Waiting", PARKING)]) == [(0, 0)]


def test_similar_bodies_are_one() -> None:
    longer = PARKING + " and locked"

    assert renamed([candidate("Parking", PARKING)], [candidate("Waiting", longer)]) == [(0, 0)]


def test_little_in_common_is_not_enough() -> None:
    assert renamed([candidate("Parking", PARKING)], [candidate("Refunds", "Refunds take ten days at the gate")]) == []


def test_an_empty_body_is_nobody() -> None:
    assert renamed([candidate("a", "")], [candidate("b", "")]) == []


def test_two_equally_good_stay_apart() -> None:
    assert renamed([candidate("a", PARKING)], [candidate("b", PARKING), candidate("c", PARKING)]) == []
    assert renamed([candidate("a", PARKING)], [candidate("b", PARKING + " x"), candidate("c", PARKING + " y")]) == []


def test_of_several_equal_ones_the_name_decides() -> None:
    removed = [candidate("a", PARKING), candidate("b", PARKING)]
    added = [candidate("b", PARKING), candidate("a", PARKING)]

    assert renamed(removed, added) == [(0, 1), (1, 0)]


def test_the_best_for_one_must_be_the_best_for_the_other() -> None:
    removed = [candidate("a", PARKING), candidate("b", PARKING + " now")]
    added = [candidate("c", PARKING + " now please")]

    assert renamed(removed, added) == [(1, 0)]


def test_a_proof_settles_it_before_the_body() -> None:
    removed = [candidate("a", "scenario one body", "scenario"), candidate("b", PARKING)]
    added = [candidate("c", PARKING + " now", "scenario")]

    assert renamed(removed, added) == [(0, 0)]


def test_swapping_the_sides_gives_the_same_pairs() -> None:
    removed = [candidate(f"r{n}", f"{PARKING} {'gate ' * n}") for n in range(6)]
    added = [candidate(f"a{n}", f"{PARKING} {'ramp ' * n}") for n in range(7)]

    assert renamed(removed, added) == sorted((i, j) for j, i in renamed(added, removed))


def numbered(size: int, ending: str) -> list[Known]:
    # Words of their own, as real resources have, beside words that all of them share.
    return [candidate(f"{ending}{n}", f"{PARKING} berth{n} crane{n} deck{n} {ending}") for n in range(size)]


def test_of_many_candidates_those_with_rare_words_in_common_are_found() -> None:
    size = int(MOST_PAIRS**0.5) + 50

    assert renamed(numbered(size, "before"), numbered(size, "after")) == [(n, n) for n in range(size)]


def test_many_candidates_are_never_compared_all_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []
    likeness = renames._likeness
    monkeypatch.setattr(renames, "_likeness", lambda left, right: compared.append(1) or likeness(left, right))
    size = int(MOST_PAIRS**0.5) + 50

    renamed(numbered(size, "before"), numbered(size, "after"))

    assert len(compared) <= MOST_PAIRS
