"""Numbers in digits, and in words up to ninety-nine."""

from __future__ import annotations

import re
from functools import lru_cache

from deployments.runtime.offline.spoken import any_of, base, folded
from deployments.runtime.offline.value import Value

MOST = 99

_ONES = {
    "en": """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""",
    "de": """null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn
        siebzehn achtzehn neunzehn""",
    "es": """cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis
        diecisiete dieciocho diecinueve""",
    "fr": """zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept
        dix-huit dix-neuf""",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "fr": "vingt trente quarante cinquante soixante",
}
_ALSO = {
    "en": {"oh": 0, "nought": 0, "none": 0, "couple": 2, "a dozen": 12},
    "de": {"zwo": 2, "dreissig": 30, "keine": 0},
    "es": {"ninguno": 0, "ninguna": 0},
    "fr": {"aucun": 0, "aucune": 0},
}
# Words that are an article or a pronoun as often as a number: they count where little else is said.
_ONE = {
    "en": {"one": 1},
    "de": {"ein": 1, "eine": 1, "einen": 1, "einer": 1, "einem": 1},
    "es": {"un": 1, "una": 1, "uno": 1},
    "fr": {"un": 1, "une": 1},
}
_FEW_WORDS = 3
_NO_NUMBER_BEFORE = re.compile(r"\b(?:the|which|that|this|no|any|some|every|another|last|first|next) $")

_DIGITS = re.compile(r"(?<![\w.,:/+-])\d{1,9}(?:[.,]\d{1,3})?(?![\w:/]|[.,-]\d)")


def spelled(number: int, language: str) -> str:
    """A number from 0 to 99 in words."""
    code = base(language)
    ones, tens = _ONES[code].split(), _TENS[code].split()
    if number < len(ones):
        return ones[number]
    if code == "fr" and number >= 70:
        rest = number - (60 if number < 80 else 80)
        if number == 71:
            return "soixante et onze"
        score = "soixante" if number < 80 else "quatre-vingt"
        return f"{score}-{ones[rest]}" if rest else "quatre-vingts"
    ten, one = tens[number // 10 - 2], number % 10
    if not one:
        return ten
    match code:
        case "de":
            return f"{'ein' if one == 1 else ones[one]}und{ten}"
        case "es":
            return f"veinti{ones[one]}" if number < 30 else f"{ten} y {ones[one]}"
        case "fr":
            return f"{ten} et un" if one == 1 else f"{ten}-{ones[one]}"
        case _:
            return f"{ten} {ones[one]}"


@lru_cache
def words_of(language: str) -> dict[str, int]:
    """Every number in words, folded, with the words for one that may be articles."""
    code = base(language)
    known = {folded(spelled(number, code)).replace("-", " "): number for number in range(MOST + 1)}
    return known | {folded(word): number for word, number in (_ALSO[code] | _ONE[code]).items()}


@lru_cache
def pattern(language: str) -> str:
    """A pattern for a number in words, or in one or two digits."""
    return rf"(?:\d{{1,2}}|{any_of(words_of(language))})"


def read(word: str, language: str) -> int | None:
    """What `pattern` matched."""
    return int(word) if word.isdecimal() else words_of(language).get(re.sub(r"[ -]+", " ", word))


def numbers_in(text: str, language: str) -> list[Value]:
    plain = folded(text)
    found = [Value("number", _decimal(match[0]), *match.span()) for match in _DIGITS.finditer(plain)]
    articles = _ONE[base(language)]
    few = len(plain.split()) <= _FEW_WORDS
    for match in _words(language).finditer(plain):
        number = words_of(language)[re.sub(r"[ -]+", " ", match[0])]
        pointed = _NO_NUMBER_BEFORE.search(plain[: match.start()]) or plain[match.end() :].startswith(" of")
        if match[0] in articles and (pointed or not (few or match[0] == "one")):
            continue
        found.append(Value("number", str(number), *match.span()))
    return sorted(found, key=lambda value: value.start)


@lru_cache
def _words(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){any_of(words_of(language))}(?![\w-])")


def _decimal(written: str) -> str:
    whole, _, rest = written.replace(",", ".").partition(".")
    if len(rest) == 3:
        # A thousand, grouped.
        return str(int(whole + rest))
    return f"{int(whole)}.{rest}" if rest.strip("0") else str(int(whole))
