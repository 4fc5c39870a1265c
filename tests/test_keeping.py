"""What a process keeps of finished things: those asked for last, made once."""

from __future__ import annotations

from collections.abc import Collection

from deployments.keeping import Kept, forget_everything


class Maker:
    """Makes a thing of each key, and knows what it was asked for together."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, keys: Collection[str]) -> dict[str, str]:
        self.asked.append(list(keys))
        return {key: key * 10 for key in keys}


def test_what_is_not_kept_is_made_at_once() -> None:
    kept, make = Kept[str](most=9, weight=900), Maker()
    kept.several("b", make, len)

    assert kept.several("abc", make, len) == {"a": "a" * 10, "b": "b" * 10, "c": "c" * 10}
    assert make.asked == [["b"], ["a", "c"]]


def test_what_was_asked_for_longest_ago_is_forgotten_first() -> None:
    kept, make = Kept[str](most=9, weight=25), Maker()

    for key in "abacab":
        kept.several(key, make, len)

    assert make.asked == [["a"], ["b"], ["c"], ["b"]]
    assert kept.held == 20


def test_what_is_too_heavy_is_given_and_not_kept() -> None:
    kept, make = Kept[str](most=9, weight=9), Maker()

    assert kept.several("a", make, len) == {"a": "a" * 10}
    assert kept.find("a") is None
    assert kept.held == 0


def test_one_thing_is_made_once() -> None:
    kept = Kept[str](most=2, weight=9)
    made: list[str] = []

    def make() -> str:
        made.append("a")
        return "a"

    assert [kept.get(1, make, len), kept.get(1, make, len)] == ["a", "a"]
    assert made == ["a"]


def test_everything_is_forgotten_together() -> None:
    kept = Kept[str](most=2, weight=9)
    kept.get(1, lambda: "a", len)

    forget_everything()

    assert kept.find(1) is None
    assert kept.held == 0


def test_what_is_being_made_while_all_is_forgotten_is_not_kept() -> None:
    kept = Kept[str](most=2, weight=9)

    def make() -> str:
        forget_everything()
        return "a"

    assert kept.get(1, make, len) == "a"
    assert kept.find(1) is None
