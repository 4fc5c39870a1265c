from __future__ import annotations

import subprocess
import sys

import phonenumbers
import pytest

from deployments.countries import NAMES
from deployments.telephone import NoNumberError, countries, country_of, e164_of, international, local, name_of


@pytest.mark.parametrize(
    ("text", "country", "e164"),
    [
        ("020 7946 0018", "GB", "+442079460018"),
        ("020 7946 0018", "gb", "+442079460018"),
        ("+44 20 7946 0018", "", "+442079460018"),
        ("+44 20 7946 0018", "NO", "+442079460018"),
        ("0047 22 12 34 56", "GB", "+4722123456"),
        ("(202) 555-0143", "US", "+12025550143"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("\u202a+44 20\u00a07946\u20110018\u202c", "", "+442079460018"),
        ("０２０ ７９４６ ００１８", "GB", "+442079460018"),
        ("+800 1234 5678", "", "+80012345678"),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, country: str, e164: str) -> None:
    assert e164_of(text, country) == e164


@pytest.mark.parametrize(
    ("text", "country", "why"),
    [
        ("", "", "Write a number, like"),
        ("020 7946 0018", "", "Choose the country, or write the number with +"),
        ("020 7946 0018", "ZZ", "Choose the country, or write the number with +"),
        ("1-800-FLOWERS", "US", "in digits"),
        ("+44 20 7946 0018 ext. 5", "", "in digits"),
        ("+44 20 7946 0018;5", "", "in digits"),
        ("+442079460018\0", "", "in digits"),
        ("+", "", "too short"),
        ("112", "NO", "too short for its country, Norway"),
        ("+47 99 99 99 99 99", "", "too long for its country, Norway"),
        ("7946 0018", "GB", "without an area code, for its country, United Kingdom"),
        ("020 7946 0018 / 020 7946 0019", "GB", "too long"),
        ("+999 123 456", "", "No country has the code"),
        ("+44 11 1111 1111", "", "no such number in its country, United Kingdom"),
    ],
)
def test_what_is_no_number_is_told_why(text: str, country: str, why: str) -> None:
    with pytest.raises(NoNumberError, match=why.replace("+", r"\+")):
        e164_of(text, country)


def test_a_number_is_shown_as_its_country_writes_it_and_for_dialling_from_anywhere() -> None:
    assert (local("+442079460018"), international("+442079460018")) == ("020 7946 0018", "+44 20 7946 0018")
    assert (local("+12025550143"), name_of(country_of("+12025550143"))) == ("(202) 555-0143", "United States")


def test_a_number_of_no_country_is_shown_whole() -> None:
    assert (local("+80012345678"), name_of(country_of("+80012345678"))) == ("+800 1234 5678", "International")


def test_every_country_that_has_numbers_may_be_chosen_by_its_name() -> None:
    offered = dict(countries())

    assert offered.keys() == phonenumbers.SUPPORTED_REGIONS == NAMES.keys()
    assert offered["NO"] == "Norway (+47)"
    assert list(offered.values()) == sorted(offered.values())


def test_the_towns_of_the_world_stay_out_of_memory() -> None:
    code = (
        "import sys; from deployments import telephone as t; t.countries(); t.local('+442079460018');"
        "sys.exit('phonenumbers.geodata' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
