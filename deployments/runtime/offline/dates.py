"""Days: written in figures or with a month, by weekday, or counted from today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from deployments.runtime.days import MONTHS, WEEKDAYS, numbered
from deployments.runtime.offline import numbers
from deployments.runtime.offline.spoken import any_of, base, folded
from deployments.runtime.offline.value import Value

_RELATIVE = {
    "en": {
        "the day after tomorrow": 2, "day after tomorrow": 2, "the day before yesterday": -2, "tomorrow": 1,
        "tmrw": 1, "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0,
        "yesterday": -1, "last night": -1,
    },
    "de": {"übermorgen": 2, "morgen": 1, "heute": 0, "gestern": -1, "vorgestern": -2},
    "es": {"pasado mañana": 2, "mañana": 1, "hoy": 0, "esta noche": 0, "esta tarde": 0, "ayer": -1, "anteayer": -2},
    "fr": {"après-demain": 2, "demain": 1, "aujourd'hui": 0, "ce soir": 0, "ce matin": 0, "hier": -1, "avant-hier": -2},
}  # fmt: skip
# A word for tomorrow that is the morning here.
_MORNING = re.compile(r"(?:\b(?:am|guten|heute|gestern|ubermorgen|por la|de la|esta) )$")
_IN_DAYS = {
    "en": (r"in {n} (day|week)s?", r"{n} (day|week)s? ago"),
    "de": (r"in {n} (tag|woche)(?:en|n)?", r"vor {n} (tag|woche)(?:en|n)?"),
    "es": (r"(?:en|dentro de) {n} (dia|semana)s?", r"hace {n} (dia|semana)s?"),
    "fr": (r"dans {n} (jour|semaine)s?", r"il y a {n} (jour|semaine)s?"),
}
_WEEKS = {"week", "woche", "semana", "semaine"}
_LAST = {"en": r"last ", "de": r"letzte[nrs]? |vergangene[nrs]? ", "es": r"(?:el )?(?:pasado )", "fr": r""}
_LAST_AFTER = {"en": r"", "de": r"", "es": r" pasado", "fr": r" (?:dernier|passe)"}
_ORDINAL_WORDS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"""
_ORDINALS = dict(zip(_ORDINAL_WORDS.split(), range(1, 21), strict=True))

_ISO = re.compile(r"(?<![\d-])(\d{4})-(\d{1,2})-(\d{1,2})(?![\d-])")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4}|\d{2})(?!\d))?")
_SLASHED = re.compile(
    r"(?<![\d/])(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d{2})(?![\d/])|(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])"
)
_DAY_ALONE = re.compile(r"\bthe (\d{1,2})(?:st|nd|rd|th)\b")


def dates_in(text: str, language: str, today: date, *, past: bool = False) -> list[Value]:
    """Days as `2026-03-12`. A day without a year, or a weekday, is the next one; `past`: the last one."""
    plain, code = folded(text), base(language)
    found: list[Value] = []
    for day, start, end in (
        *_figures(plain, language, today, past),
        *_with_months(plain, code, today, past),
        *_counted(plain, code, today),
        *_weekdays(plain, code, today, past),
    ):
        value = Value("date", day.isoformat(), start, end)
        if not any(value.overlaps(other) for other in found):
            found.append(value)
    return sorted(found, key=lambda value: value.start)


_Day = tuple[date, int, int]


def _figures(plain: str, language: str, today: date, past: bool) -> Iterator[_Day]:
    month_first = language.lower() == "en-us"
    for match in _ISO.finditer(plain):
        yield from _day(match, int(match[1]), int(match[2]), int(match[3]), today, past)
    for match in _DOTTED.finditer(plain):
        yield from _day(match, _year(match[3]), int(match[2]), int(match[1]), today, past)
    for match in _SLASHED.finditer(plain):
        one, two = int(match[1] or match[4]), int(match[2] or match[5])
        month, day = (one, two) if month_first else (two, one)
        yield from _day(match, _year(match[3]), month, day, today, past)


def _with_months(plain: str, code: str, today: date, past: bool) -> Iterator[_Day]:
    (after, before), months = _month_patterns(code), numbered(MONTHS[code], 1)
    for match in after.finditer(plain):
        yield from _day(match, _year(match[3]), months[match[2]], _ordinal(match[1], code), today, past)
    for match in before.finditer(plain) if code == "en" else ():
        yield from _day(match, _year(match[3]), months[match[1]], _ordinal(match[2], code), today, past)
    for match in _DAY_ALONE.finditer(plain) if code == "en" else ():
        day = int(match[1])
        for later in range(13):
            month = today.month - 1 + (-later if past else later)
            try:
                found = date(today.year + month // 12, month % 12 + 1, day)
            except ValueError:
                continue
            if found <= today if past else found >= today:
                yield found, *match.span()
                break


def _counted(plain: str, code: str, today: date) -> Iterator[_Day]:
    for match in _relative_pattern(code).finditer(plain):
        word = re.sub(r"[ -]+", " ", match[0])
        if not (word in {"morgen", "manana"} and _MORNING.search(plain[: match.start()])):
            yield today + timedelta(days=_relative(code)[word]), *match.span()
    for written, sign in zip(_IN_DAYS[code], (1, -1), strict=True):
        for match in re.finditer(rf"\b{written.format(n=f'({numbers.pattern(code)})')}\b", plain):
            count = numbers.read(match[1], code)
            if count is not None:
                yield today + timedelta(days=sign * count * (7 if match[2] in _WEEKS else 1)), *match.span()


def _weekdays(plain: str, code: str, today: date, past: bool) -> Iterator[_Day]:
    names = numbered(WEEKDAYS[code], 0)
    before, after = _LAST[code], _LAST_AFTER[code]
    for match in re.finditer(rf"\b({before or '(?!)'})?({any_of(names)})({after or '(?!)'})?\b", plain):
        if past or match[1] or match[3]:
            yield today - timedelta(days=(today.weekday() - names[match[2]] - 1) % 7 + 1), *match.span()
        else:
            yield today + timedelta(days=(names[match[2]] - today.weekday() - 1) % 7 + 1), *match.span()


def _day(match: re.Match[str], year: int | None, month: int, day: int, today: date, past: bool) -> Iterator[_Day]:
    """The day, if there is one: in the given year, else the next (or last) there is."""
    for candidate in [year] if year else [today.year + (-step if past else step) for step in range(5)]:
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year or (found <= today if past else found >= today):
            yield found, *match.span()
            return


def _year(written: str | None) -> int | None:
    if not written:
        return None
    return int(written) if len(written) == 4 else 2000 + int(written)


def _ordinal(written: str, code: str) -> int:
    digits = re.match(r"\d+", written)
    if digits:
        return int(digits[0])
    if written in _ORDINALS:
        return _ORDINALS[written]
    if written in {"premier", "ersten", "primero"}:
        return 1
    return numbers.read(written, code) or 0


@lru_cache
def _relative(code: str) -> dict[str, int]:
    return {folded(word).replace("-", " "): days for word, days in _RELATIVE[code].items()}


@lru_cache
def _relative_pattern(code: str) -> re.Pattern[str]:
    return re.compile(rf"\b{any_of(_relative(code))}\b")


@lru_cache
def _month_patterns(code: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    ordinals = any_of([*_ORDINALS, "premier", "primero", "ersten"])
    day = rf"(\d{{1,2}}(?:st|nd|rd|th|er|\.)?|{ordinals}|{numbers.pattern(code)})"
    month, year = any_of(numbered(MONTHS[code], 1)), r"(?:,? (?:de |del )?(\d{4}))?"
    return (
        re.compile(rf"(?<![\w:.]){day} ?(?:of |de )?\b({month})\b\.?{year}"),
        re.compile(rf"\b({month})\.? (?:the )?{day}(?![\w:.]){year}"),
    )
