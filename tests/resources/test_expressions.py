"""Patterns that no process survives compiling, told apart from those that people write."""

from __future__ import annotations

import pytest

from deployments.resources.checking.patterns import fault_of_pattern
from deployments.resources.expressions import is_costly
from deployments.resources.json_schema import problems_of_schema
from deployments.runtime.patterns import Patterns

TOO_MUCH = [
    "(?:(?:x{99}){99}){99}",
    "(" * 18 + "x" + ")+" * 18,
    "(?:" * 14 + "x" + "){2}" * 14,
    # What stands in a comment or a class opens and closes nothing.
    "(?#[)(?:(?:x{99}){99}){99}(?#])",
    "(?x)# [\n(?:(?:x{99}){99}){99}# ]",
    "[(](?:(?:x{99}){99}){99}",
    "(?i:(?>(?:(?:x{99}|y){99}|z){99}))",
    # Told to pass over white space, `regex` does so within a repeat, too.
    "(?x)(?:(?:x{ 99}){ 99}){ 99}",
    "(?i-s:(?sx:(?:(?:x{9#\n9}){9#\n9}){9#\n9}))",
    r"(?x)(?:(?:\\{ 99}){ 99}){ 99}",
]
AS_PEOPLE_WRITE = [
    r"^\d{4}-\d{2}-\d{2}$",
    r"(?:[A-Z]{2}\d{2}\s?(?:\d{4}\s?){4,7})|(?:\w+@(?:\w+\.)+\w{2,})",
    r"^(?P<code>[A-Z]{6})$",
    "(?:[0-9 ]{0,999}){0,999}",
    "(?:(?:yes|no) ?){1,20}",
    r"(?x) ^ [{] \d{4} - \{ \d{2} } $  # a year and a month",
    r"\{\d{4}\}",
]


@pytest.mark.parametrize("pattern", TOO_MUCH)
def test_a_pattern_that_would_fill_the_memory_is_never_compiled(pattern: str) -> None:
    patterns = Patterns()

    assert is_costly(pattern)
    assert fault_of_pattern(pattern)
    assert problems_of_schema({"properties": {"a": {"pattern": pattern}}})
    assert patterns.search(pattern, "xxxx") is None
    assert "does not compile" in patterns.warnings[0]


@pytest.mark.parametrize("pattern", AS_PEOPLE_WRITE)
def test_a_pattern_that_people_write_is(pattern: str) -> None:
    assert not is_costly(pattern)
    assert not problems_of_schema({"properties": {"a": {"pattern": pattern}}})
