"""Days and times of day as they are said, in figures or in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

# Of each word, in the languages agents speak here, how many days it is from today.
_FROM_TODAY = {
    "today": 0, "tonight": 0, "heute": 0, "hoy": 0, "aujourd'hui": 0,
    "tomorrow": 1, "morgen": 1, "manana": 1, "demain": 1,
    "day after tomorrow": 2, "the day after tomorrow": 2, "ubermorgen": 2, "pasado manana": 2, "apres-demain": 2,
    "yesterday": -1, "gestern": -1, "ayer": -1, "hier": -1,
}  # fmt: skip
# By language, the words for each day of the week and for each month; as all words here without accents.
WEEKDAYS: Mapping[str, Sequence[str]] = {
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "de": ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag sonnabend", "sonntag"),
    "es": ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
MONTHS: Mapping[str, Sequence[str]] = {
    "en": (
        "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
        "september sep sept", "october oct", "november nov", "december dec",
    ),
    "de": (
        "januar jan janner", "februar feb", "marz maerz", "april apr", "mai", "juni jun", "juli jul", "august aug",
        "september sep sept", "oktober okt", "november nov", "dezember dez",
    ),
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre setiembre", "octubre",
        "noviembre", "diciembre",
    ),
    "fr": (
        "janvier janv", "fevrier fevr", "mars", "avril avr", "mai", "juin", "juillet juil", "aout", "septembre sept",
        "octobre oct", "novembre nov", "decembre dec",
    ),
}  # fmt: skip


def numbered(words: Sequence[str], first: int) -> dict[str, int]:
    """Each word with the number of its day or month."""
    return {word: number for number, each in enumerate(words, first) for word in each.split()}


_WEEKDAY = {word: number for words in WEEKDAYS.values() for word, number in numbered(words, 0).items()}
_MONTH = {word: number for words in MONTHS.values() for word, number in numbered(words, 1).items()}

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:t.*)?")
_FIGURES = re.compile(r"(\d{1,2})[./](\d{1,2})\.?(?:[./]?(\d{4}|\d{2}))?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?(?: of| de)? ([^\W\d]+)\.?,?(?: (?:de )?(\d{4}))?")
_MONTH_DAY = re.compile(r"([^\W\d]+)\.? (?:the )?(\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}))?")
_IN_DAYS = re.compile(r"(?:in|en|dans) (\d{1,3}) (?:days?|tagen|tag|dias?|jours?)")
_IN_WEEKS = re.compile(r"(?:in|en|dans) (\d{1,2}) (?:weeks?|wochen?|semanas?|semaines?)")
_BEFORE_WEEKDAY = ("on ", "this ", "next ", "am ", "nachsten ", "el ", "coming ")
_CLOCK = re.compile(r"(?:at )?(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2})? ?(a\.?m\.?|p\.?m\.?|o'?clock|uhr|h)?")
_NAMED = {"noon": time(12), "midday": time(12), "midnight": time(0), "mittag": time(12), "mitternacht": time(0)}


def day_in(said: str, today: date, *, relative: bool) -> date | None:
    """The day that a text is. A day without a year is the next one; `relative` allows "tomorrow" and "Friday"."""
    text = _plain(said)
    for year, month, day in _calendar(text):
        # A leap day without a year comes eight years from now at the latest.
        for one in (year,) if year is not None else range(today.year, today.year + 9):
            try:
                found = date(one, month, day)
            except ValueError:
                continue
            if year is not None or found >= today:
                return found
    return _relative(text, today) if relative else None


def _calendar(text: str) -> Iterator[tuple[int | None, int, int]]:
    if match := _ISO.fullmatch(text):
        yield int(match[1]), int(match[2]), int(match[3])
    if match := _FIGURES.fullmatch(text):
        year = int(match[3]) if match[3] else None
        yield (year + 2000 if year is not None and year < 100 else year), int(match[2]), int(match[1])
    # A weekday before the day of the month says nothing more.
    first, _, rest = text.partition(" ")
    if first.strip(",.") in _WEEKDAY and rest:
        text = rest.removeprefix("the ")
    for pattern, at_day, at_month in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        if (match := pattern.fullmatch(text)) and match[at_month] in _MONTH:
            yield (int(match[3]) if match[3] else None), _MONTH[match[at_month]], int(match[at_day])


def _relative(text: str, today: date) -> date | None:
    if text in _FROM_TODAY:
        return today + timedelta(days=_FROM_TODAY[text])
    if match := _IN_DAYS.fullmatch(text):
        return today + timedelta(days=int(match[1]))
    if match := _IN_WEEKS.fullmatch(text):
        return today + timedelta(weeks=int(match[1]))
    for word in _BEFORE_WEEKDAY:
        text = text.removeprefix(word)
    if text in _WEEKDAY:
        return today + timedelta(days=(_WEEKDAY[text] - today.weekday() - 1) % 7 + 1)
    return None


def clock_in(said: str) -> time | None:
    """The time of day that a text is: `19:00`, `7 pm`."""
    text = _plain(said)
    if text in _NAMED:
        return _NAMED[text]
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    half = (match[3] or "").replace(".", "")
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _plain(said: str) -> str:
    spread = unicodedata.normalize("NFKD", said.casefold())
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return " ".join(plain.replace("’", "'").split()).strip(" .?!")


def zone_of(attributes: Mapping[str, object]) -> ZoneInfo:
    """Where a conversation is, by an attribute of its variant; elsewhere UTC."""
    name = attributes.get("timezone")
    if isinstance(name, str) and name:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            pass
    return ZoneInfo("UTC")
