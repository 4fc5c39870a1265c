"""Text as it is compared: lower case, no accents, every letter still in its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

LANGUAGES = ("en", "de", "es", "fr")

_MARKER = re.compile(r"(?:[-*•]|\d{1,2}[.)])\s+")
_END = re.compile(r"(?<=[.!?…])[\"”’')]*\s+(?=\S)|\n+")
# After these a full stop ends no sentence.
_SHORT = re.compile(r"\b(?:e\.g|i\.e|z\.b|p\. ?ej|approx|dr|mr|mrs|ms|nr|st|vs|[ap]\.m)\.$", re.IGNORECASE)


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """As long as the text, so that a place in one is the same place in the other."""
    return "".join(map(_base, text)).replace("’", "'")


def _base(letter: str) -> str:
    lowered = letter.lower()
    spread = unicodedata.normalize("NFKD", lowered)
    # Letters that become two (the dotted capital I) stay one.
    return spread[0] if spread and not unicodedata.combining(spread[0]) else letter


def base(language: str) -> str:
    """`es` for `es-MX`; English where nothing is known of the language."""
    code = language.split("-")[0].lower()
    return code if code in LANGUAGES else "en"


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with its mark; a line is never part of two."""
    found: list[str] = []
    begin = 0
    for match in _END.finditer(text):
        piece = text[begin : match.start()].strip()
        if "\n" not in match[0] and _SHORT.search(piece):
            continue
        found.append(text[begin : match.end()].strip())
        begin = match.end()
    found.append(text[begin:].strip())
    return [sentence for sentence in found if sentence]


@dataclass(frozen=True)
class Unit:
    """A paragraph or an item of a list, its lines joined: they were only wrapped."""

    text: str
    is_item: bool


@lru_cache(maxsize=2048)
def units(text: str) -> tuple[Unit, ...]:
    found: list[Unit] = []
    open_for_more = False
    for line in text.splitlines():
        stripped = line.strip()
        marker = _MARKER.match(stripped)
        if not stripped or stripped.startswith("#"):
            open_for_more = False
        elif marker:
            found.append(Unit(stripped[marker.end() :], True))
            open_for_more = True
        elif open_for_more:
            found[-1] = Unit(f"{found[-1].text} {stripped}", found[-1].is_item)
        else:
            found.append(Unit(stripped, False))
            open_for_more = True
    return tuple(found)


def any_of(phrases: Iterable[str]) -> str:
    """A pattern for one of these phrases, the longest first; a space in them may be a hyphen."""
    ordered = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(re.escape(phrase).replace(r"\ ", r"[ -]+") for phrase in ordered) + ")"
