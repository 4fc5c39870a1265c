"""Telephone numbers: read as people write them, kept as E.164, shown as their own country writes them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, ValidationResult

from deployments.countries import NAMES

EXAMPLE = "+44 20 7946 0018"
BETWEEN = {"Pd", "Ps", "Pe", "Cf"}  # hyphens, brackets, and the invisible marks that come along when one is copied
NOWHERE = "001"  # numbers of no country: worldwide free numbers and the like
LENGTHS = {
    ValidationResult.TOO_SHORT: "too short",
    ValidationResult.TOO_LONG: "too long",
    ValidationResult.INVALID_LENGTH: "of a length no number has",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "too short, without an area code,",
}


class NoNumberError(ValueError):
    """What was written is no telephone number; says why, and what fits."""


def e164_of(text: str, country: str = "") -> str:
    """The number as it is kept. One that begins with + brings its country, any other needs to be told."""
    text = text.strip()
    if not text:
        raise NoNumberError(f"Write a number, like {EXAMPLE}.")
    if not all(_belongs(character) for character in text):
        raise NoNumberError("Write the number in digits, with spaces, hyphens or brackets between them; nothing else.")
    try:
        number = phonenumbers.parse(text, country.upper() or None)
    except NumberParseException as problem:
        raise NoNumberError(_why_unread(text, problem)) from None
    length = phonenumbers.is_possible_number_with_reason(number)
    country = _country(number)
    where = "worldwide numbers" if country == NOWHERE else f"its country, {name_of(country)}"
    if length in LENGTHS:
        raise NoNumberError(f"This number is {LENGTHS[length]} for {where}. Check the digits.")
    if not phonenumbers.is_valid_number(number):
        raise NoNumberError(f"There is no such number in {where}. Check the digits.")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def international(e164: str) -> str:
    """ "+44 20 7946 0018": may be dialled from anywhere, and read."""
    return phonenumbers.format_number(phonenumbers.parse(e164), PhoneNumberFormat.INTERNATIONAL)


def local(e164: str) -> str:
    """ "020 7946 0018": as its own country writes it."""
    number = phonenumbers.parse(e164)
    abroad = phonenumbers.region_code_for_number(number) == NOWHERE
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL if abroad else PhoneNumberFormat.NATIONAL)


def country_of(e164: str) -> str:
    """The country's code, like GB; `NOWHERE` for a number of no country."""
    return _country(phonenumbers.parse(e164))


def name_of(country: str) -> str:
    return "International" if country == NOWHERE else NAMES.get(country, country)


@lru_cache(maxsize=1)
def countries() -> list[tuple[str, str]]:
    """Every country that has numbers, by name: its code, and its name with its calling code."""
    found = sorted((name_of(code), code) for code in phonenumbers.SUPPORTED_REGIONS)
    return [(code, f"{name} (+{phonenumbers.country_code_for_region(code)})") for name, code in found]


def _belongs(character: str) -> bool:
    between = character.isspace() or character in "+＋./·" or unicodedata.category(character) in BETWEEN
    return between or character.isdecimal()


def _why_unread(text: str, problem: NumberParseException) -> str:
    if problem.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        if text[0] in "+＋":
            return f"No country has the code this number begins with. Written whole, one looks like {EXAMPLE}."
        return f"Choose the country, or write the number with + and the country’s code, like {EXAMPLE}."
    length = "too long" if problem.error_type == NumberParseException.TOO_LONG else "too short"
    return f"This is {length} for a number. Written whole, one looks like {EXAMPLE}."


def _country(number: PhoneNumber) -> str:
    code = phonenumbers.region_code_for_number(number)
    return code or phonenumbers.region_code_for_country_code(number.country_code or 0)
