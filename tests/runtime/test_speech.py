"""Corrections of what was heard, filters and pronunciations of what is said, and patterns that would never end."""

from __future__ import annotations

from time import monotonic

import pytest

from deployments.resources import Resource, Value
from deployments.runtime.patterns import LONGEST, TOGETHER, Patterns
from deployments.runtime.speech import corrected, filtered, pronounced

HANGS = r"^(o|oo)+$"
LONG = "o" * 80 + "!"


def resource(name: str, **fields: Value) -> Resource:
    return Resource("any", name, "file", name, fields)


def correction(*rules: tuple[str, str, str]) -> Resource:
    rows: list[Value] = [
        {"regular_expression": pattern, "replacement": replacement, "replacement_type": sort}
        for pattern, replacement, sort in rules
    ]
    return resource("c", regular_expressions=rows)


def test_corrections_apply_in_order_whatever_the_case() -> None:
    rules = [
        correction((r"\bhero (key|quay)\b", "Harrow Quay", "partial"), (r"harrow", "Old", "partial")),
        correction((r"help", "I need a person", "full")),
    ]

    assert corrected("from Hero Key please", rules, Patterns()) == "from Old Quay please"
    assert corrected("please HELP me now", rules, Patterns()) == "I need a person"
    assert corrected("nothing", rules, Patterns()) == "nothing"


@pytest.mark.parametrize("reference", [r"\1", "$1", r"\g<1>"])
def test_a_replacement_names_groups_either_way(reference: str) -> None:
    rule = resource("p", regex=r"\b(\d)(\d)?\b", replacement=f"{reference}-$2", case_sensitive=True)

    assert pronounced("room 12 of 3", [rule], "en", Patterns()) == "room 1-2 of 3-"


def test_pronunciations_go_on_from_each_other_and_keep_to_their_language() -> None:
    rules = [
        resource("1", regex="skarra", replacement="SKAR-uh", language_code="en"),
        resource("2", regex="SKAR", replacement="Skahr", case_sensitive=True),
        resource("3", regex="uh", replacement="", language_code="de-DE"),
    ]

    assert pronounced("To Skarra", rules, "en-GB", Patterns()) == "To Skahr-uh"
    assert pronounced("To Skarra", rules, "de-DE", Patterns()) == "To Skarra"


@pytest.mark.parametrize(("said_too", "left"), [(True, "Thank you. Goodbye"), (False, "Thank you.")])
def test_a_filter_cuts_the_reply_where_its_phrase_stands(said_too: bool, left: str) -> None:
    filters = [
        resource("other", regular_expressions=["goodbye"], language_code="fr"),
        resource("ends", regular_expressions=["never", r"\bgoodbye\b"], say_phrase=said_too, function="end_call"),
        resource("late", regular_expressions=["thank"]),
    ]

    caught = filtered("Thank you. Goodbye and farewell.", filters, "en-GB", Patterns())

    assert caught is not None
    assert (caught.text, caught.by, caught.function) == (left, "ends", "end_call")
    assert filtered("Nothing of it.", filters, "en-GB", Patterns()) is None


@pytest.mark.parametrize("pattern", ["(", "*", "[z-a]", r"(?P<n>x)(?P<n>y)", "x{99999999999999999999}"])
def test_a_pattern_that_does_not_compile_never_matches(pattern: str) -> None:
    patterns = Patterns()

    assert corrected("(*x", [correction((pattern, "!", "full"))], patterns) == "(*x"
    assert len(patterns.warnings) == 1


def test_patterns_without_end_are_stopped_and_the_turn_goes_on() -> None:
    patterns = Patterns()
    rules = [correction(*([(HANGS, "!", "full")] * 40), ("o", "x", "full"))]

    began = monotonic()
    corrected(LONG, rules, patterns)

    # Forty would take four seconds, and one of them alone years.
    assert monotonic() - began < TOGETHER * 4
    assert patterns.left < TOGETHER
    assert any("took longer" in warning for warning in patterns.warnings)
    assert any("not tried" in warning for warning in patterns.warnings)


@pytest.mark.parametrize("replacement", ["ab" * 1000, r"\1\1" * 500])
def test_texts_do_not_grow_without_end(replacement: str) -> None:
    patterns = Patterns()
    rule = correction(*([(r"(\w)", replacement, "partial")] * 30))

    said = corrected("one moment", [rule], patterns)

    assert len(said) <= LONGEST
    assert any("makes more than 50,000 letters" in warning for warning in patterns.warnings)


def test_a_group_that_no_number_names_is_empty() -> None:
    rule = correction((r"(\d+)", r"<\g<²>\g<99999999999999999999>>", "partial"))

    assert corrected("gate 12", [rule], Patterns()) == "gate <>"
