"""Telephone numbers, e-mail addresses, amounts of money, codes and names."""

from __future__ import annotations

import re
from functools import lru_cache

from deployments.runtime.offline.numbers import words_of
from deployments.runtime.offline.spoken import any_of, base, folded
from deployments.runtime.offline.value import Value

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_EMAIL_SAID = re.compile(r"\b([\w.+-]{1,64}) at ([\w-]{1,63}(?: dot [\w-]{1,63}){1,4})\b")
_CURRENCY = r"(?:€|\$|£|eur|usd|gbp|chf)"
_MONEY_NAMED = r"(?:€|euros?|eur|dollars?|usd|pounds?|gbp|pfund|dólares|dolares|livres|chf|francs?|franken)"
_AMOUNT = r"(\d{1,7}(?:[.,]\d{1,2})?)"
_CODE = re.compile(r"(?<![\w-])(?=[a-z0-9-]{4,20}(?![\w-]))(?=[a-z-]*\d)[a-z0-9]+(?:-[a-z0-9]+)*")
# Letters and digits apart: `NL 2906`, `N L 2 9 0 6`.
_CODE_APART = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,3} ){1,4}(?:\d{1,6} ?){1,8}(?![\w-])|(?<![\w-])[a-z]{2,3} \d{3,6}(?![\w-])"
)
_TWICE = {"en": {"double": 2, "triple": 3}, "de": {"doppel": 2}, "es": {"doble": 2}, "fr": {"double": 2}}
_PHONE_LEAST, _PHONE_MOST = 7, 15
_GAP = re.compile(r"[ ()./-]{0,3}")
_NAME = {
    "en": r"(?:(?:my |the )?name(?:'s| is)|this is|i am called|it is under|under the name(?: of)?)",
    "de": r"(?:(?:mein|der) name ist|ich heiße|ich heisse|hier ist|hier spricht|auf den namen)",
    "es": r"(?:me llamo|mi nombre es|el nombre es|a nombre de)",
    "fr": r"(?:je m'appelle|mon nom est|au nom de|le nom est)",
}
_NO_NAME = frozenset(
    ["for", "and", "please", "but", "about", "from", "calling", "here", "und", "bitte", "y", "et", "not"]
)


def emails_in(text: str, language: str) -> list[Value]:
    found = [Value("email", match[0], *match.span()) for match in _EMAIL.finditer(text)]
    if base(language) == "en":
        found += [
            Value("email", f"{match[1]}@{match[2].replace(' dot ', '.')}", *match.span())
            for match in _EMAIL_SAID.finditer(text.lower())
        ]
    return found


def money_in(text: str, language: str) -> list[Value]:
    """Amounts as digits, without their currency."""
    plain = folded(text)
    found: list[Value] = []
    for pattern in _of_money(base(language)):
        for match in pattern.finditer(plain):
            cents = match[2] if match.re.groups > 1 else None
            value = Value("money", _amount(match[1], cents, language), *match.span())
            if not any(value.overlaps(other) for other in found):
                found.append(value)
    return sorted(found, key=lambda value: value.start)


@lru_cache
def _of_money(code: str) -> tuple[re.Pattern[str], ...]:
    words = any_of(words_of(code))
    return (
        re.compile(rf"(?<!\w){_CURRENCY} ?{_AMOUNT}(?![\w.,]*\d)"),
        re.compile(rf"(?<![\w.,]){_AMOUNT} ?{_MONEY_NAMED}(?: (\d{{2}})\b)?"),
        re.compile(rf"\b({words}) {_MONEY_NAMED}(?: ({words})\b)?"),
    )


def _amount(whole: str, cents: str | None, language: str) -> str:
    known = words_of(language)
    written = str(known[whole]) if whole in known else whole.replace(",", ".")
    if cents:
        return f"{written}.{int(known.get(cents, cents)):02}"
    return written


def phones_in(text: str, language: str) -> list[Value]:
    """Seven to fifteen digits, written or said one by one or in twos."""
    found: list[Value] = []
    digits, begin, end, twice = "", -1, -1, 1
    for match in _digit_words(language).finditer(folded(text)):
        if begin >= 0 and not _GAP.fullmatch(text[end : match.start()]):
            found += _phone(digits, begin, end)
            digits, begin, twice = "", -1, 1
        if begin < 0:
            begin = match.start()
        end = match.end()
        if match["twice"]:
            twice = _TWICE[base(language)][match["twice"]]
            continue
        said = match["digits"] or str(words_of(language)[re.sub(r"[ -]+", " ", match["word"])])
        digits, twice = digits + said * twice, 1
    return found + _phone(digits, begin, end)


def _phone(digits: str, begin: int, end: int) -> list[Value]:
    return [Value("phone", digits, begin, end)] if _PHONE_LEAST <= len(digits.lstrip("+")) <= _PHONE_MOST else []


@lru_cache
def _digit_words(language: str) -> re.Pattern[str]:
    twice = any_of(_TWICE[base(language)])
    return re.compile(
        rf"(?P<digits>(?<![\w+])\+?\d+(?!\w))|(?<!\w)(?P<twice>{twice})(?!\w)|(?<!\w)(?P<word>{any_of(words_of(language))})(?!\w)"
    )


def codes_in(text: str) -> list[Value]:
    """Codes in capitals without what stands between their parts."""
    found: list[Value] = []
    for match in (*_CODE_APART.finditer(text), *_CODE.finditer(text.lower())):
        written = match[0].strip()
        value = Value("code", re.sub(r"[ -]", "", written).upper(), match.start(), match.start() + len(written))
        if len(value.text) >= 4 and not any(value.overlaps(other) for other in found):
            found.append(value)
    return sorted(found, key=lambda value: value.start)


def names_in(text: str, language: str) -> list[Value]:
    """One to three words after `my name is` and the like."""
    match = re.search(rf"\b{folded(_NAME[base(language)])}:? ", folded(text))
    return [one] if match and (one := _name(text, match.end())) else []


def bare_name(text: str) -> Value | None:
    """One to three words that are the whole answer to a question for a name."""
    begin = re.match(r"(?:(?:yes|sure|it'?s|it is|under|for|ja|auf|si|oui|sous)[, ]+)*", folded(text))
    start = begin.end() if begin else 0
    rest = text[start:].strip(" .,!")
    if not rest or "?" in text or len(rest.split()) > 3 or any(letter.isdigit() for letter in rest):
        return None
    return _name(text, start)


def _name(text: str, start: int) -> Value | None:
    words: list[str] = []
    end = start
    for match in re.finditer(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*\.?", text[start:]):
        if len(words) == 3 or match[0].lower() in _NO_NAME or text[end : start + match.start()].strip(" "):
            break
        words.append(match[0].rstrip("."))
        end = start + match.end()
    if not words:
        return None
    name = " ".join(words)
    return Value("name", name.title() if name.islower() else name, start, end)
