"""Dates, times, numbers and the like in what a caller says: whatever way it is written, it is read back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.runtime.offline.numbers import numbers_in, spelled
from deployments.runtime.offline.value import Sort
from deployments.runtime.offline.values import Values

# A Thursday.
TODAY = date(2026, 11, 26)
DAYS = st.dates(TODAY, TODAY + timedelta(days=360))
LANGUAGES = st.sampled_from(["en-GB", "de", "es-MX", "fr"])
MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905


def found(sort: Sort, text: str, language: str = "en-GB") -> list[str]:
    return [value.text for value in Values(text, language, TODAY).of(sort)]


@settings(deadline=None)
@given(st.integers(0, 99), LANGUAGES)
def test_a_number_in_words_is_read_back(number: int, language: str) -> None:
    assert [value.text for value in numbers_in(spelled(number, language), language)] == [str(number)]


@settings(deadline=None)
@given(DAYS, st.integers(0, 4))
def test_a_day_is_read_back_however_it_is_written(day: date, form: int) -> None:
    written = [
        day.isoformat(),
        f"{day.day} {MONTHS[day.month - 1]}",
        f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day}.{day.month}.{day.year}",
    ][form]

    assert found("date", f"I would like to come on {written}, please") == [day.isoformat()]


@settings(deadline=None)
@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 2))
def test_a_time_is_read_back_however_it_is_written(hour: int, minute: int, form: int) -> None:
    half, twelve = ("pm" if hour >= 12 else "am"), (hour - 1) % 12 + 1
    written = [f"{hour:02}:{minute:02}", f"{twelve}:{minute:02} {half}", f"{twelve}:{minute:02}{half[0]}.m."][form]

    assert found("time", f"at {written} if you can") == [f"{hour:02}:{minute:02}"]


@settings(deadline=None)
@given(st.text("0123456789", min_size=7, max_size=15), st.sampled_from(["", " ", "-"]))
def test_a_telephone_number_is_read_back_however_it_is_grouped(digits: str, gap: str) -> None:
    grouped = gap.join(digits[start : start + 3] for start in range(0, len(digits), 3))
    # Figures that are a day as well are a day.
    day = found("date", f"my number is {grouped}")

    assert found("phone", f"my number is {grouped}") == ([] if day else [digits])


@settings(deadline=None)
@given(st.from_regex(r"[a-z][a-z0-9]{0,10}(\.[a-z]{1,5})?@[a-z]{1,10}\.(com|example|co\.uk)", fullmatch=True))
def test_an_address_is_read_back(address: str) -> None:
    assert found("email", f"Write to {address}, please.") == [address]


@settings(deadline=None)
@given(st.from_regex(r"[A-Z]{2}[0-9]{4}", fullmatch=True), st.booleans())
def test_a_code_is_read_back_with_and_without_a_gap(code: str, apart: bool) -> None:
    written = f"{code[:2]} {code[2:]}" if apart else code.lower()

    assert found("code", f"It is {written}") == [code]


@settings(deadline=None)
@given(st.text(max_size=200), LANGUAGES)
def test_no_text_is_too_odd_to_be_read(text: str, language: str) -> None:
    for value in Values(text, language, TODAY).all():
        assert 0 <= value.start < value.end <= len(text)


@pytest.mark.parametrize(
    ("sort", "said", "wanted", "language"),
    [
        ("date", "tomorrow", ["2026-11-27"], "en"),
        ("date", "the day after tomorrow", ["2026-11-28"], "en"),
        ("date", "on Thursday", ["2026-12-03"], "en"),
        ("date", "last Friday", ["2026-11-20"], "en"),
        ("date", "in two weeks", ["2026-12-10"], "en"),
        ("date", "on the 3rd", ["2026-12-03"], "en"),
        ("date", "12/1", ["2027-01-12"], "en-GB"),
        ("date", "12/1", ["2026-12-01"], "en-US"),
        ("date", "31 February", [], "en"),
        ("date", "I may come in March", [], "en"),
        ("date", "übermorgen", ["2026-11-28"], "de"),
        ("date", "am 3. Dezember", ["2026-12-03"], "de"),
        ("date", "heute Morgen", ["2026-11-26"], "de"),
        ("date", "pasado mañana por la mañana", ["2026-11-28"], "es"),
        ("date", "le 1er mars", ["2027-03-01"], "fr"),
        ("time", "at seven", ["19:00"], "en"),
        ("time", "half past seven", ["19:30"], "en"),
        ("time", "twenty to seven in the morning", ["06:40"], "en"),
        ("time", "quarter past nine", ["09:15"], "en"),
        ("time", "at noon", ["12:00"], "en"),
        ("time", "after 3 nights", [], "en"),
        ("time", "um halb acht", ["19:30"], "de"),
        ("time", "19 Uhr 30", ["19:30"], "de"),
        ("time", "a las nueve y cuarto de la noche", ["21:15"], "es"),
        ("time", "à 8 heures et demie", ["08:30"], "fr"),
        ("number", "a table for four", ["4"], "en"),
        ("number", "the one to Skarra", [], "en"),
        ("number", "zwei Erwachsene und ein Kind", ["2"], "de"),
        ("number", "on 3 May at 9:15", [], "en"),
        ("number", "room 12, 2.5 hours", ["12", "2.5"], "en"),
        ("phone", "oh seven seven double oh nine oh oh one two three", ["07700900123"], "en"),
        ("phone", "+49 155 501 00 66", ["+491555010066"], "en"),
        ("money", "€50.20 or fifty euros", ["50.20", "50"], "en"),
        ("money", "47 euros 60", ["47.60"], "en"),
        ("email", "jane at example dot com", ["jane@example.com"], "en"),
        ("name", "my name is anna lee and I am late", ["Anna Lee"], "en"),
        ("name", "Ich heiße Jürgen Groß", ["Jürgen Groß"], "de"),
        ("code", "N L 2 9 0 6", ["NL2906"], "en"),
    ],
)  # fmt: skip
def test_values_as_people_say_them(sort: Sort, said: str, wanted: list[str], language: str) -> None:
    assert found(sort, said, language) == wanted
