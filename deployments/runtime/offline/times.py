"""Times of day, as a clock shows them or as people say them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from deployments.runtime.offline import numbers
from deployments.runtime.offline.spoken import any_of, base, folded
from deployments.runtime.offline.value import Value

_CLOCK = re.compile(
    r"(?<![\w:.,/-])(?P<h>[01]?\d|2[0-3])(?::|h|\.(?=\d\d ?(?:uhr|[ap]\.?m)))(?P<m>[0-5]\d)"
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?(?![\d:/]|-\d)"
)
_HALF_DAY = re.compile(r"(?<![\w:.,/-])(?P<h>1[0-2]|0?[1-9]) ?(?P<half>[ap])\.?m\b\.?")

# A bare number is an hour only where no noun follows that it may count.
_ENDS = r"(?= (?:in|on|at|for|with|to|from|tomorrow|today|tonight|please|and|or|if)\b|[,.;!?]|\s*$)"
# {h} is an hour, {n} a number of minutes; the words around them say which way they count.
_SAID = {
    "en": (
        ("half past {h}", "past", 30), ("quarter past {h}", "past", 15), ("quarter to {h}", "to", 15),
        ("{n} (?:minutes )?past {h}", "past", 0), ("{n} (?:minutes )?to {h}", "to", 0),
        ("{h} o'?clock", "past", 0), (f"(?:at|around|until|till|by|before|after) {{h}}(?: {{n}})?{_ENDS}", "past", 0),
    ),
    "de": (
        ("halb {h}", "to", 30), ("viertel nach {h}", "past", 15), ("viertel vor {h}", "to", 15),
        ("{n} (?:minuten )?nach {h}", "past", 0), ("{n} (?:minuten )?vor {h}", "to", 0),
        ("{h} uhr(?: {n})?", "past", 0), ("(?:um|gegen|bis|ab) {h}", "past", 0),
    ),
    "es": (
        ("las? {h} y media", "past", 30), ("las? {h} y cuarto", "past", 15), ("las? {h} menos cuarto", "to", 15),
        ("las? {h} menos {n}", "to", 0), ("las? {h} y {n}", "past", 0), ("(?:a|hasta|sobre) las? {h}", "past", 0),
    ),
    "fr": (
        ("{h} heures? et demie?", "past", 30), ("{h} heures? et quart", "past", 15),
        ("{h} heures? moins le quart", "to", 15), ("{h} heures? moins {n}", "to", 0),
        ("{h} (?:heures?|h)(?: {n})?", "past", 0),
    ),
}  # fmt: skip
_WHOLE = {
    "en": {"noon": "12:00", "midday": "12:00", "midnight": "00:00"},
    "de": {"mittags": "12:00", "zu mittag": "12:00", "mitternacht": "00:00"},
    "es": {"mediodía": "12:00", "medianoche": "00:00"},
    "fr": {"midi": "12:00", "minuit": "00:00"},
}
_EARLY = {
    "en": ("morning",),
    "de": ("morgens", "vormittags", "früh", "am morgen", "am vormittag"),
    "es": ("de la mañana", "por la mañana"),
    "fr": ("du matin",),
}
_LATE = {
    "en": ("afternoon", "evening", "night", "tonight"),
    "de": ("nachmittags", "abends", "am nachmittag", "am abend", "nachts"),
    "es": ("de la tarde", "de la noche", "por la tarde"),
    "fr": ("de l'après-midi", "du soir"),
}


def times_in(text: str, language: str) -> list[Value]:
    """Times as `19:00`. A bare hour from one to seven is in the afternoon."""
    plain, code = folded(text), base(language)
    found: list[Value] = []
    for value in (*_clocks(plain, code), *_said(plain, code)):
        if not any(value.overlaps(other) for other in found):
            found.append(value)
    return sorted(found, key=lambda value: value.start)


def as_time(number: Value, text: str, language: str) -> Value | None:
    """A bare number as an hour, for who was asked for one."""
    if not number.text.isdecimal() or not 0 <= int(number.text) <= 24:
        return None
    return _value(int(number.text), 0, number.start, number.end, folded(text), base(language))


def _clocks(plain: str, code: str) -> Iterator[Value]:
    for match in (*_CLOCK.finditer(plain), *_HALF_DAY.finditer(plain)):
        hour, minute = int(match["h"]), int(match.groupdict().get("m") or 0)
        if match["half"] and hour > 12:
            continue
        if match["half"]:
            hour = hour % 12 + (12 if match["half"] == "p" else 0)
        elif _part_of_day(plain, match.end(), code) == "late" and hour < 12:
            hour += 12
        yield Value("time", f"{hour:02}:{minute:02}", *match.span())


def _said(plain: str, code: str) -> Iterator[Value]:
    for word, clock in _WHOLE[code].items():
        for match in re.finditer(rf"(?<!\w){re.escape(folded(word))}\b", plain):
            yield Value("time", clock, *match.span())
    for pattern, way, minutes in _patterns(code):
        for match in pattern.finditer(plain):
            hour = numbers.read(match["h"], code)
            counted = match.groupdict().get("n")
            more = minutes or (numbers.read(counted, code) or 0 if counted else 0)
            if hour is None or hour > 24 or more > 59:
                continue
            if way == "to" and more:
                hour, more = (hour - 1) % 24 if hour != 1 else 12, 60 - more
            yield _value(hour, more, match.start(), match.end(), plain, code)


def _value(hour: int, minute: int, start: int, end: int, plain: str, code: str) -> Value:
    part = _part_of_day(plain, end, code)
    if part == "late" and hour < 12:
        hour += 12
    elif part == "early" and hour == 12:
        hour = 0
    elif part is None and 1 <= hour <= 7:
        hour += 12
    bare = part is None and 1 <= (hour % 24) <= 23
    return Value("time", _clock(hour, minute), start, end, _clock(hour + 12, minute) if bare else None)


def _clock(hour: int, minute: int) -> str:
    return f"{hour % 24:02}:{minute:02}"


def _part_of_day(plain: str, after: int, code: str) -> str | None:
    """Whether the words that follow the time, or stand anywhere if none do, say morning or evening."""
    for text in (plain[after : after + 25], plain):
        for part, words in (("early", _EARLY[code]), ("late", _LATE[code])):
            if any(re.search(rf"(?<!\w){re.escape(folded(word))}\b", text) for word in words):
                return part
    return None


@lru_cache
def _patterns(code: str) -> tuple[tuple[re.Pattern[str], str, int], ...]:
    hour, minutes = f"(?P<h>{numbers.pattern(code)})", f"(?P<n>{numbers.pattern(code)})"
    if code == "fr":
        hour = f"(?P<h>{numbers.pattern(code)}|{any_of(['une'])})"
    return tuple(
        (re.compile(rf"(?<![\w:.]){said.format(h=hour, n=minutes)}(?![\w:]|[.,]\d)"), way, number)
        for said, way, number in _SAID[code]
    )
