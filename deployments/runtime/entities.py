"""Values of entities: what a caller said, checked by what the entity's file asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import phonenumbers
from pydantic import JsonValue

from deployments.runtime.days import clock_in, day_in
from deployments.runtime.patterns import Patterns
from deployments.runtime.playbook.fields import number as bound

Config: TypeAlias = Mapping[str, JsonValue]

# Ready-made kinds of codes, by the name an agent's file gives them.
PRESETS = {
    "email": r"[^@\s]+@[^@\s]+\.[^@\s.]+",
    "zip_code": r"[0-9]{5}(?:-?[0-9]{4})?",
    "postal_code": r"[A-Z0-9]{3,10}",
    "postcode": r"[A-Z0-9]{3,10}",
    "uk_postcode": r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}",
    "letters": r"[^\W\d_]+",
    "digits": r"[0-9]+",
    "alphanumeric": r"[^\W_]+",
}
_SPACES = re.compile(r"[\s\-‐-―]+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:(?:,\d{3})+|(?:\.\d{3})+)")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)")


@dataclass(frozen=True)
class Valid:
    """`value` is what `conv.entities.x.value` gives, always text; `native` is what the state keeps."""

    value: str
    native: JsonValue


@dataclass(frozen=True)
class Invalid:
    """`why` finishes the sentence "The value ..."."""

    why: str


def validate(said: str, kind: str, config: Config, today: date, patterns: Patterns) -> Valid | Invalid:
    """The value in the form its type has, or what is wrong with it. Relative days are counted from `today`."""
    said = said.strip()
    if not said:
        return Invalid("is empty.")
    return _KINDS.get(kind, _any)(said, config, today, patterns)


def _any(said: str, config: Config, today: date, patterns: Patterns) -> Valid | Invalid:
    return Valid(said, said)


def _numeric(said: str, config: Config, today: date, patterns: Patterns) -> Valid | Invalid:
    text = said.replace(" ", "")
    if not config.get("has_decimal") and _THOUSANDS.fullmatch(text):
        text = text.replace(",", "").replace(".", "")
    if not _NUMBER.fullmatch(text):
        return Invalid("is no number.")
    if len(text) > 40:
        return Invalid("is too large.")
    number = Decimal(text.replace(",", "."))
    about = float(number)
    if config.get("has_range"):
        # Both as the nearest float: exactly, 0.1 is less than the 0.1 of a configuration.
        least, most = bound(config.get("min")), bound(config.get("max"))
        if (least is not None and about < least) or (most is not None and about > most):
            return Invalid(_outside(least, most))
    if config.get("has_decimal"):
        return Valid(_written(about), about)
    if number != int(number):
        return Invalid("must be a whole number.")
    return Valid(str(int(number)), int(number))


def _written(number: float) -> str:
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def _outside(least: float | None, most: float | None) -> str:
    if least is None or most is None:
        return f"must be at {f'most {_written(most)}' if most is not None else f'least {_written(least or 0)}'}."
    return f"must be between {_written(least)} and {_written(most)}."


def _alphanumeric(said: str, config: Config, today: date, patterns: Patterns) -> Valid | Invalid:
    plain = _SPACES.sub("", said).upper()
    pattern = config.get("regular_expression")
    wanted = str(config.get("validation_type") or "").lower()
    if not isinstance(pattern, str) or not pattern:
        pattern = PRESETS.get(wanted, "")
    if config.get("enabled") is False or not pattern:
        return Valid(plain, plain) if plain else Invalid("is empty.")
    # As it was said counts too, for a pattern with spaces or hyphens of its own.
    for tried in (plain, said.upper(), said):
        if patterns.search(f"^(?:{pattern})$", tried) is not None:
            return Valid(plain, plain)
    return Invalid("does not have the form it must have.")


def _enum(said: str, config: Config, today: date, patterns: Patterns) -> Valid | Invalid:
    options = config.get("options")
    known = [str(one) for one in options] if isinstance(options, list) else []
    for option in known:
        if option.strip().casefold() == said.casefold():
            return Valid(option, option)
    return Invalid(f"must be one of these: {', '.join(known)}." if known else "has no options.")


def _date(said: str, config: Config, today: date, patterns: Patterns) -> Valid | Invalid:
    day = day_in(said, today, relative=config.get("relative_date") is True)
    if day is None:
        return Invalid("is no day of the calendar.")
    return Valid(day.isoformat(), day.isoformat())


def _time(said: str, config: Config, today: date, patterns: Patterns) -> Valid | Invalid:
    clock = clock_in(said)
    if clock is None:
        return Invalid("is no time of day.")
    start, end = clock_in(str(config.get("start_time") or "")), clock_in(str(config.get("end_time") or ""))
    if config.get("enabled") is not False and (
        (start is not None and clock < start) or (end is not None and clock > end)
    ):
        early, late = start.strftime("%H:%M") if start else "00:00", end.strftime("%H:%M") if end else "23:59"
        return Invalid(f"must be between {early} and {late}.")
    return Valid(clock.strftime("%H:%M"), clock.strftime("%H:%M"))


def _phone_number(said: str, config: Config, today: date, patterns: Patterns) -> Valid | Invalid:
    listed = config.get("country_codes")
    codes = [str(one) for one in listed] if isinstance(listed, list) else []
    countries = [country for code in codes for country in _countries(code)]
    for country in countries if codes else (None,):
        try:
            number = phonenumbers.parse(said, country)
        except phonenumbers.NumberParseException:
            continue
        region = phonenumbers.region_code_for_number(number)
        if phonenumbers.is_valid_number(number) and (not codes or region in countries):
            written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            return Valid(written, written)
    among = f" of {' or '.join(codes)}" if codes else ", with its country code"
    return Invalid(f"is no valid phone number{among}.")


def _countries(code: str) -> Sequence[str]:
    """`GB` for `GB` and `gb`; every country that is called by it for `+44` and `44`."""
    digits = code.strip().lstrip("+")
    if digits.isdecimal() and len(digits) <= 3:
        return phonenumbers.region_codes_for_country_code(int(digits))
    return (code.strip().upper(),)


_KINDS: Mapping[str, Callable[[str, Config, date, Patterns], Valid | Invalid]] = {
    "numeric": _numeric,
    "alphanumeric": _alphanumeric,
    "enum": _enum,
    "date": _date,
    "time": _time,
    "phone_number": _phone_number,
}
