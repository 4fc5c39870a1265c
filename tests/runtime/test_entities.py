"""Values of entities: what fits, in which form it is kept, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from deployments.runtime.entities import Invalid, Valid, validate
from deployments.runtime.patterns import Patterns

TODAY = date(2026, 1, 15)
RANGE = {"has_range": True, "min": 1, "max": 8}


@pytest.mark.parametrize(
    ("kind", "config", "said", "value", "native"),
    [
        ("numeric", RANGE, "6", "6", 6),
        ("numeric", RANGE, "12", None, None),
        ("numeric", RANGE, "2.5", None, None),
        ("numeric", {"has_decimal": True}, "2,50", "2.5", 2.5),
        ("numeric", {"has_decimal": True}, "2.500", "2.5", 2.5),
        ("numeric", {"has_decimal": True, "has_range": True, "min": 0.1, "max": 0.3}, "0.1", "0.1", 0.1),
        ("numeric", {"has_decimal": True, "has_range": True, "min": 0.1, "max": 0.3}, "0,3", "0.3", 0.3),
        ("numeric", {}, "1,000", "1000", 1000),
        ("numeric", {}, "-1.250.000", "-1250000", -1250000),
        ("numeric", {}, "4.0", "4", 4),
        ("numeric", {}, "12345678901234567891", "12345678901234567891", 12345678901234567891),
        ("numeric", {}, "1" * 41, None, None),
        ("numeric", {}, "six", None, None),
        ("numeric", {"has_range": True, "min": 0, "max": float("inf")}, "-1", None, None),
        ("numeric", {"has_range": True, "min": 0, "max": 10**400}, "7", "7", 7),
        ("alphanumeric", {"enabled": True, "regular_expression": "[A-Z]{2}[0-9]{4}"}, "ab 12-34", "AB1234", "AB1234"),
        ("alphanumeric", {"enabled": True, "regular_expression": "[A-Z]{2}[0-9]{4}"}, "abc", None, None),
        ("alphanumeric", {}, "x y", "XY", "XY"),
        ("enum", {"options": ["Harrow Quay", "Skarra"]}, "harrow quay", "Harrow Quay", "Harrow Quay"),
        ("enum", {"options": ["Harrow Quay"]}, "Oslo", None, None),
        ("date", {}, "2026-02-30", None, None),
        ("date", {}, "2026-02-28", "2026-02-28", "2026-02-28"),
        ("date", {}, "12 March", "2026-03-12", "2026-03-12"),
        ("date", {}, "March 12th, 2027", "2027-03-12", "2027-03-12"),
        ("date", {}, "14.1.", "2027-01-14", "2027-01-14"),
        ("date", {}, "3 févr. 2027", "2027-02-03", "2027-02-03"),
        ("date", {}, "29 February", "2028-02-29", "2028-02-29"),
        ("date", {}, "29 February 2026", None, None),
        ("date", {}, "0000-03-12", None, None),
        ("date", {}, "tomorrow", None, None),
        ("date", {"relative_date": True}, "tomorrow", "2026-01-16", "2026-01-16"),
        ("date", {"relative_date": True}, "on Thursday", "2026-01-22", "2026-01-22"),
        ("date", {"relative_date": True}, "mañana", "2026-01-16", "2026-01-16"),
        ("time", {"enabled": True, "start_time": "09:00", "end_time": "18:00"}, "7pm", None, None),
        ("time", {"enabled": True, "start_time": "09:00", "end_time": "21:00"}, "7 p.m.", "19:00", "19:00"),
        ("time", {}, "25:00", None, None),
        ("phone_number", {"country_codes": ["GB"]}, "020 7946 0018", "+442079460018", "+442079460018"),
        ("phone_number", {"country_codes": ["GB"]}, "+49 30 901820", None, None),
        ("phone_number", {"country_codes": ["GB", "DE"]}, "+49 30 901820", "+4930901820", "+4930901820"),
        ("phone_number", {}, "030 901820", None, None),
        ("phone_number", {"country_codes": ["²", "9" * 5000]}, "030 901820", None, None),
        ("phone_number", {"country_codes": ["+1"]}, "+1 416 555 0123", "+14165550123", "+14165550123"),
        ("phone_number", {"country_codes": ["44"]}, "01534 512345", "+441534512345", "+441534512345"),
        ("phone_number", {"country_codes": ["+999"]}, "+49 30 901820", None, None),
        ("free_text", {}, " a red bag ", "a red bag", "a red bag"),
        ("free_text", {}, "  ", None, None),
    ],
)
def test_what_is_said_is_valid_or_not(kind: str, config: dict, said: str, value: object, native: object) -> None:  # type: ignore[type-arg]
    found = validate(said, kind, config, TODAY, Patterns())

    if value is None:
        assert isinstance(found, Invalid)
        assert found.why.endswith(".")
    else:
        assert found == Valid(value, native)  # type: ignore[arg-type]


@given(some.text(), some.sampled_from(["numeric", "alphanumeric", "enum", "date", "time", "phone_number", "address"]))
def test_nothing_said_is_too_odd(said: str, kind: str) -> None:
    found = validate(said, kind, {"relative_date": True, "enabled": True, "options": ["A"]}, TODAY, Patterns())

    if isinstance(found, Valid):
        assert found.value.strip()
        assert validate(found.value, kind, {"options": ["A"]}, TODAY, Patterns()) == found or kind == "phone_number"


@given(some.dates(TODAY, TODAY + timedelta(days=300)))
def test_a_day_is_the_same_in_every_form(day: date) -> None:
    forms = (day.isoformat(), f"{day.day} {day:%B}", f"{day:%B} {day.day}", f"{day:%A} the {day.day}. {day:%B}")

    assert {validate(form, "date", {}, TODAY, Patterns()) for form in forms} == {
        Valid(day.isoformat(), day.isoformat())
    }
