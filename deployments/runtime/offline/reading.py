"""A wish read from the caller's words: one value for each, and no value twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from deployments.runtime.offline import contacts, times
from deployments.runtime.offline.classes import class_of
from deployments.runtime.offline.kinds import Wish
from deployments.runtime.offline.spoken import folded
from deployments.runtime.offline.value import Sort, Value
from deployments.runtime.offline.values import Values
from deployments.runtime.patterns import Patterns
from deployments.runtime.retrieval import words

_NONE = re.compile(
    r"\b(?:none|nothing|no|without|on foot|walking|neither|keine?s?|ohne|zu fuss|nada|ninguno|sin|a pie"
    r"|rien|aucun|sans|a pied)\b"
)
_ALONE = re.compile(r"\b(?:just me|only me|by myself|on my own|alone|just myself|allein|nur ich|solo yo|seul)\b")
_PEOPLE = re.compile(r"people|person|guest|passenger|adult|party|gaste|personen|personas|personnes")
_FROM = re.compile(r"\b(?:from|leaving|starting (?:at|in)|von|ab|desde|depuis|de)(?: the)? $")
_TO = re.compile(r"\b(?:to|for|towards?|nach|zum|zur|hacia|a|vers|pour)(?: the)? $")
_PLACE = re.compile(
    r"\b(?:to|from|in|at|for|nach|von|in|a|de|en)\s+((?:[A-ZÄÖÜÉ][\w'’-]*)(?:\s+[A-ZÄÖÜÉ][\w'’-]*){0,3})"
)
_SHORT_ANSWER = 6
_LONG_ENOUGH = 4


@dataclass
class Heard:
    """One text of the caller's, while values are taken from it."""

    values: Values
    language: str
    # What the agent said last: a time that it named is the one that is meant.
    before: str = ""
    taken: list[Value] = field(default_factory=list)
    # Numbers that an earlier call of this turn has used up.
    spent: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        return self.values.text

    def free(self, found: Iterable[Value]) -> list[Value]:
        return [value for value in found if not any(value.overlaps(other) for other in self.taken)]

    def take(self, value: Value, text: str | None = None) -> str:
        self.taken.append(value)
        return value.text if text is None else text


def read(wish: Wish, heard: Heard, *, asked: bool, rivals: Sequence[Wish] = ()) -> str | None:
    """The value in the text, as text. `asked`: it was the question, so that a bare answer counts; `rivals` are the
    other wishes that want a value from the same text."""
    match wish.meant:
        case "options":
            return _option(wish, heard, asked)
        case "pattern":
            return _patterned(wish, heard)
        case "flag":
            said = class_of(heard.text, heard.language)
            return None if said == "neither" else ("true" if said == "yes" else "false")
        case "number":
            return _number(wish, heard, asked, rivals)
        case "time":
            return _time(wish, heard, asked)
        case "name":
            return _name(wish, heard, asked)
        case "whole" | "phrase":
            return None
        case "date":
            return _first("date", heard, past=wish.past)
        case "phone":
            return _first("phone", heard)
        case sort:
            return _first(sort, heard)


def read_freely(wish: Wish, heard: Heard, *, asked: bool) -> str | None:
    """Texts that no form marks: all of the answer, or the place it names."""
    if wish.meant == "whole":
        return _rest(heard) if asked else heard.text.strip() or None
    if wish.meant != "phrase":
        return None
    for match in _PLACE.finditer(heard.text):
        value = Value("name", match[1], match.start(1), match.end(1))
        if heard.free([value]) and not _against(wish, heard.text, value):
            return heard.take(value)
    short = len(heard.text.split()) <= _SHORT_ANSWER and "?" not in heard.text
    return _rest(heard) if asked and short and class_of(heard.text, heard.language) == "neither" else None


def _first(sort: Sort, heard: Heard, *, past: bool = False) -> str | None:
    found = heard.free(heard.values.of(sort, past=past))
    return heard.take(found[0]) if found else None


def _time(wish: Wish, heard: Heard, asked: bool) -> str | None:
    found = heard.free(heard.values.times)
    if not found and asked:
        bare = [times.as_time(number, heard.text, heard.language) for number in heard.free(heard.values.numbers)]
        found = [value for value in bare if value is not None]
    if not found:
        return None
    value = found[0]
    if value.other is None:
        return heard.take(value)
    named, other = value.text in heard.before, value.other in heard.before
    if named != other:
        return heard.take(value, value.text if named else value.other)
    early = bool(wish.example) and wish.example < "12:00"
    return heard.take(value, min(value.text, value.other) if early else None)


def _number(wish: Wish, heard: Heard, asked: bool, rivals: Sequence[Wish]) -> str | None:
    found = [number for number in heard.free(heard.values.numbers) if number.text not in heard.spent]
    mine = [number for number in found if _near(number, heard.text, wish)]
    others = [number for number in found if any(_near(number, heard.text, rival) for rival in rivals)]
    for number in (*mine, *(number for number in found if number not in others)):
        return heard.take(number)
    plain = folded(heard.text)
    alone = _ALONE.search(plain)
    if alone and _PEOPLE.search(wish.words):
        return heard.take(Value("number", "1", *alone.span()))
    if asked and class_of(heard.text, heard.language) == "no":
        return "0"
    return None


def _near(number: Value, text: str, wish: Wish) -> bool:
    """One of the two words after a number, or the one before it, is a word of the wish: `2 adults`, `room 12`."""
    plain = folded(text)
    after = re.findall(r"\w+", plain[number.end :])[:2]
    before = re.findall(r"\w+", plain[: number.start])[-1:]
    wanted = [word for word in re.findall(r"\w+", wish.words) if len(word) >= _LONG_ENOUGH]
    return any(_alike(word, other) for word in (*after, *before) for other in wanted)


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= _LONG_ENOUGH and long.startswith(short[: max(_LONG_ENOUGH, len(short) - 2)])


def _name(wish: Wish, heard: Heard, asked: bool) -> str | None:
    found = heard.free(heard.values.names)
    if found:
        return heard.take(found[0])
    if asked and class_of(heard.text, heard.language) == "neither":
        bare = contacts.bare_name(heard.text)
        if bare is not None and heard.free([bare]):
            return heard.take(bare)
    return None


def _option(wish: Wish, heard: Heard, asked: bool) -> str | None:
    plain = folded(heard.text)
    found: list[tuple[Value, str]] = []
    for option in sorted(wish.options, key=lambda option: (-len(option), option)):
        for match in re.finditer(rf"(?<!\w){re.escape(folded(option))}(?:e?s|n)?(?!\w)", plain):
            value = Value("name", option, *match.span())
            if heard.free([value]) and not any(value.overlaps(other) for other, _ in found):
                found.append((value, option))
    for value, option in sorted(found, key=lambda one: one[0].start):
        if folded(option) != "none" and not _against(wish, heard.text, value):
            heard.take(value)
            return option
    if "none" in map(folded, wish.options) and (asked or "on foot" in plain) and _NONE.search(plain):
        return next(option for option in wish.options if folded(option) == "none")
    return None if found else _by_words(wish, heard)


def _by_words(wish: Wish, heard: Heard) -> str | None:
    """The only option that shares a word with the text, where no option is said in full."""
    said = words(heard.text, heard.language)
    sharing = [option for option in wish.options if said & words(option, heard.language)]
    free = [option for option in sharing if not any(value.text == option for value in heard.taken)]
    return free[0] if len(free) == 1 else None


def _patterned(wish: Wish, heard: Heard) -> str | None:
    """Some words in a row that fit the entity's pattern, written without spaces and in capitals."""
    patterns = Patterns()
    pieces = [(match.start(), match.end()) for match in re.finditer(r"\S+", heard.text)][:40]
    for width in range(1, min(len(pieces), 8) + 1):
        for begin in range(len(pieces) - width + 1):
            start, end = pieces[begin][0], pieces[begin + width - 1][1]
            joined = re.sub(r"[\s.,!?-]", "", heard.text[start:end]).upper()
            value = Value("code", joined, start, end)
            if 2 <= len(joined) <= 40 and heard.free([value]) and patterns.search(f"^(?:{wish.pattern})$", joined):
                return heard.take(value)
    return None


def _against(wish: Wish, text: str, value: Value) -> bool:
    """Whether the word before says the other end of a journey."""
    before = folded(text[: value.start])
    if wish.towards == "to":
        return bool(_FROM.search(before))
    return wish.towards == "from" and bool(_TO.search(before))


def _rest(heard: Heard) -> str | None:
    """The text without the values that others have taken; nothing, where only small words are left."""
    text = heard.text
    for value in sorted(heard.taken, key=lambda value: -value.start):
        text = f"{text[: value.start]} {text[value.end :]}"
    text = re.sub(r"\s+([,.;!?])", r"\1", " ".join(text.split())).strip(" ,.;-")
    text = re.sub(r"(?:,|\b(?:on|at|and|in|the|for|from|am|um|und))\s*$", "", text, flags=re.IGNORECASE).strip(" ,.;-")
    return text if re.search(r"\w{2,}", text) else None
