"""Values that follow a schema: what is wrong, where, and what no schema or value can do to whoever checks it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from deployments.resources.json_schema import UnusableError, object_of, problems_of_schema, problems_of_values

MENU = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["open"],
    "properties": {
        "open": {"type": "boolean"},
        "tables": {"type": "array", "items": {"$ref": "#/definitions/table"}, "uniqueItems": True},
        "phone": {"type": "string", "pattern": "^\\+[0-9]+$"},
    },
    "additionalProperties": False,
    "definitions": {"table": {"type": "object", "properties": {"seats": {"type": "integer", "minimum": 1}}}},
}


def said(values: dict[str, Any], schema: dict[str, Any] = MENU) -> list[str]:
    return [str(problem) for problem in problems_of_values(values, schema)]


def test_values_that_follow_the_schema_have_no_problem() -> None:
    assert problems_of_schema(MENU) == []
    assert said({"open": True, "tables": [{"seats": 2}], "phone": "+44"}) == []


def test_each_problem_stands_at_its_place() -> None:
    found = said({"tables": [{"seats": 2}, {"seats": 0}], "phone": "none", "guests/now": 3})

    assert found == [
        "'open' is a required property.",
        "“guests/now” is not in the schema.",
        "/phone: 'none' does not match the pattern ^\\+[0-9]+$.",
        "/tables/1/seats: 0 is less than the minimum of 1.",
    ]


@pytest.mark.parametrize(
    ("schema", "place", "words"),
    [
        ({"properties": {"a": {"$ref": "http://127.0.0.1:1/a.json"}}}, "/properties/a/$ref", "stays inside"),
        ({"$ref": "file:///etc/passwd"}, "/$ref", "stays inside"),
        ({"$ref": "#/definitions/none"}, "/$ref", "There is no #/definitions/none"),
        ({"properties": {"a": {"$id": "http://elsewhere/"}}}, "/properties/a/$id", "Only the whole schema"),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema"}, "/$schema", "draft 7"),
        ({"items": {"$schema": "http://json-schema.org/draft-07/schema#"}}, "/items/$schema", "draft 7"),
        ({"type": "objekt"}, "/type", "not valid under any"),
        ({"pattern": "("}, "/pattern", "no regular expression"),
        ({"patternProperties": {"[": {}}}, "/patternProperties", "no regular expression"),
        ({"pattern": "a" * 501}, "/pattern", "up to 500"),
        ({"title": "x" * 100_001}, "", "100,000 are allowed"),
    ],
)
def test_a_schema_that_cannot_be_used_says_where_and_why(schema: dict[str, Any], place: str, words: str) -> None:
    problems = problems_of_schema(schema)

    assert problems[0].path == place
    assert words in problems[0].sentence


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"not": value}
    return value


def test_what_is_nested_too_deeply_is_refused_before_it_is_checked() -> None:
    assert "levels deep" in problems_of_schema(nested(41))[0].sentence
    assert problems_of_schema(nested(39)) == []
    assert "levels deep" in said(nested(50), {})[0]
    with pytest.raises(UnusableError, match="nested"):
        object_of('{"a":' * 20_000 + "1" + "}" * 20_000)


DOUBLING = {
    "definitions": {f"d{n}": {"allOf": [{"$ref": f"#/definitions/d{n + 1}"}] * 2} for n in range(30)} | {"d30": {}},
    "$ref": "#/definitions/d0",
}


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        (DOUBLING, {}),
        ({"$ref": "#"}, {}),
        ({"properties": {"a": {"pattern": "^(a|a)*$"}}}, {"a": "a" * 60 + "b"}),
        ({"additionalProperties": False, "patternProperties": {"^(a|aa)+$": {}}}, {"a" * 60 + "b": 1}),
        ({"properties": {"a": {"items": {"enum": list(range(5000))}}}}, {"a": [-1] * 5000}),
    ],
    ids=["doubling", "itself", "pattern", "pattern of names", "long enum"],
)
def test_a_schema_that_would_run_for_ever_is_stopped_and_said(schema: dict[str, Any], values: dict[str, Any]) -> None:
    assert said(values, schema)


def test_many_items_that_cannot_be_sorted_are_told_apart_at_once() -> None:
    values = {"a": [[n] if n % 2 else n for n in range(8000)]}

    assert said(values, {"properties": {"a": {"uniqueItems": True}}}) == []
    assert said({"a": [1, 1.0]}, {"properties": {"a": {"uniqueItems": True}}}) == ["/a: an item stands there twice."]
    assert said({"a": [1, True, "1"]}, {"properties": {"a": {"uniqueItems": True}}}) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1]", "Write a JSON object"),
        ("{", "line 1, column 2"),
        ('{"a": NaN}', "NaN is no number"),
        ('{"a": 1, "a": 2}', "“a” stands there twice"),
        ('{"a": "\\ud800"}', "half a character"),
        ('{"a": ' + "1" * 5000 + "}", "too long"),
    ],
)
def test_text_that_is_no_usable_object_says_why(text: str, words: str) -> None:
    with pytest.raises(UnusableError, match=words):
        object_of(text)


def test_no_text_at_all_is_an_empty_object() -> None:
    assert object_of("  \n") == {}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
SCHEMAS = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array", "string", "integer", "boolean", "null"]),
            "pattern": st.sampled_from(["^a", "b$", "."]),
            "minLength": st.integers(0, 2),
            "uniqueItems": st.booleans(),
            "required": st.lists(st.sampled_from("abc"), unique=True, max_size=2),
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=2),
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "b"]), inner, max_size=2),
            "additionalProperties": st.booleans() | inner,
            "items": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "not": inner,
        },
    ),
    max_leaves=6,
)


@given(SCHEMAS, st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3))
def test_the_bounded_check_says_no_exactly_where_the_library_does(schema: Any, values: Any) -> None:
    assert problems_of_schema(schema) == []
    assert bool(problems_of_values(values, schema)) != Draft7Validator(schema).is_valid(values)
    assert object_of(json.dumps(values)) == values
