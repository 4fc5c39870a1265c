"""What a text lets one do: its references to what is offered, each with the condition it stands under.

    If they accept, call start_refund with kind="full".

is the act `start_refund` under `If they accept`, with one literal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from deployments.runtime.offline.classes import AFTER_OFFER, Class, Kind, class_wanted, is_otherwise, meant_by
from deployments.runtime.offline.spoken import folded, sentences, units
from deployments.runtime.scene import Offered

BEFORE = 160

_VERB = (
    r"(?:call|use|run|trigger|invoke|execute|start|do|go to|send|transfer(?: them| the \w+)? to"
    r"|hand(?: them| the \w+)? (?:over|off) to"
    r"|put (?:them|the \w+) through to|rufe?|nutze|llama a|usa|appelle|utilise)"
)
_TIME_WORD = r"(?:then|now|first|next|please|always|and|immediately|at once|straight away|afterwards)"
# Nothing but the order to call it: no condition.
_PLAIN = re.compile(
    rf"^(?:(?:{_TIME_WORD})[, ]+)*(?:(?:ask|say|tell|explain)\b[^:;]{{0,120}}[.,]?\s(?:and|then|and then)\s)?"
    rf"(?:(?:{_TIME_WORD})[, ]+)*{_VERB}\s+(?:the )?(?:function |tool )?$",
    re.IGNORECASE,
)
_CALLED = re.compile(rf"{_VERB}\s+(?:the )?(?:function |tool )?[`'\"]?$", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|once|unless|in case|as soon as|should|wenn|falls|si|quand|cuando)\b|^(?:on|for|to)\b",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"^[^.;]{0,40}?\b(?:if|when|unless|once|after|before|during|between|outside|in case|only|for|on|from)\b(?! once\b)"
    r"(?:(?!,? (?:then|otherwise|else)\b)[^.;])*",
    re.IGNORECASE,
)
# A further reference stands under what was said since: the last sentence, or what `then` or `otherwise` begins.
_PIECES = re.compile(r"[.;!?]\s|,?\s(?=(?:then|otherwise|else)\b)")
_FOLLOWS = re.compile(r"^,?\s*(?:(?:and|then)\s*)*(?:call|use)?\s*$", re.IGNORECASE)
_LITERAL = re.compile(r"\b(\w{1,60})\s?=\s?(?:\"([^\"]{0,200})\"|'([^']{0,200})'|“([^”]{0,200})”|([\w.:+-]{1,60}))")
_JOINED = re.compile(r"^(?: with [^,;.]{1,60})?(?:,| or| and|, or|, and)\s*$", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{1,200})[\"”“»]")
_WISH = re.compile(
    r"\b(?:wants?|would like|wish(?:es)?|needs?|asks?|accepts?|agrees?|prefers?)\b|^(?:to|for)\b", re.IGNORECASE
)
_FACT = re.compile(r"\b(?:if|unless|when)\b", re.IGNORECASE)
_UNKNOWN = re.compile(
    r"(?:is|are) (?:not (?:yet )?known|unknown|missing|not given)|(?:do|does) not have|don't have|doesn't have",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\bwith ([^.;]{1,200})")


@dataclass(frozen=True)
class Act:
    """`condition` is what stands before the reference and, behind it, what begins with `if` and the like.

    `plain`: there is none. `order` says which came first in its text.
    """

    name: str
    condition: str
    order: int
    plain: bool
    after_offer: bool
    # Its condition is a wish, or only a time: then it can be offered. `If they carry skis` cannot.
    can_be_offered: bool
    otherwise: bool
    # Only while its own values are not known.
    if_unknown: bool
    wants: Class
    kinds: frozenset[Kind]
    literals: Mapping[str, str] = field(default_factory=dict)
    # What is listed behind `with`, in the order of the parameters.
    listed: Sequence[str] = ()
    examples: Sequence[str] = ()


def acts_in(text: str, offered: Sequence[Offered]) -> tuple[Act, ...]:
    """The acts of a text, in its order. Only what is offered can be done."""
    return _acts(text, tuple(one.name for one in offered))


@lru_cache(maxsize=2048)
def _acts(text: str, names: tuple[str, ...]) -> tuple[Act, ...]:
    if not names or not text:
        return ()
    pattern = re.compile(
        r"(?<![\w])(?:" + "|".join(sorted(map(re.escape, names), key=lambda name: (-len(name), name))) + r")(?![\w])"
    )
    found: list[Act] = []
    for unit in units(text):
        for stretch in [unit.text] if unit.is_item else sentences(unit.text):
            found += _in_stretch(stretch, pattern, len(found))
    return tuple(found)


def _in_stretch(stretch: str, names: re.Pattern[str], count: int) -> Iterator[Act]:
    """The acts of a sentence, or of an item of a list, where a condition reaches over its sentences."""
    end, lead, plain = 0, "", False
    references = [match for match in names.finditer(stretch) if _is_reference(stretch, match)]
    for number, match in enumerate(references):
        between = stretch[end : match.start()]
        until = references[number + 1].start() if number + 1 < len(references) else len(stretch)
        after = _up_to_the_end(stretch[match.end() : until])
        if not (number and _JOINED.match(between)):
            lead = (_PIECES.split(between)[-1] if number else between)[-BEFORE:].strip()
            follows = bool(number and _FOLLOWS.match(lead))
            plain = follows or (bool(_PLAIN.match(f"{lead} ")) and not _CONDITION.search(lead))
        trailing = _TRAILING.match(after)
        behind = trailing[0].strip() if trailing else ""
        whole = f"{lead} {re.sub(r',? and$', '', behind)}".strip()
        yield Act(
            name=match[0],
            condition=whole,
            order=count + number,
            plain=plain and trailing is None,
            after_offer=bool(AFTER_OFFER.search(folded(whole))),
            can_be_offered=bool(_WISH.search(whole)) or bool(plain and not _FACT.search(behind)),
            otherwise=is_otherwise(whole),
            if_unknown=bool(_UNKNOWN.search(whole)),
            wants=class_wanted(whole),
            kinds=meant_by(whole),
            literals={one[1]: one[2] or one[3] or one[4] or one[5] or "" for one in _LITERAL.finditer(after)},
            listed=_items(after),
            examples=tuple(_QUOTED.findall(lead)),
        )
        end = match.end() + (trailing.end() if trailing else 0)


def _is_reference(stretch: str, match: re.Match[str]) -> bool:
    """A name that is also a word (`timetable`) is meant as a function only where something is called."""
    return "_" in match[0] or bool(_CALLED.search(stretch[: match.start()])) or stretch[match.end() :][:1] in {"(", "`"}


def _up_to_the_end(text: str) -> str:
    match = re.search(r"[.!?](?:\s|$)", text)
    return text[: match.start()] if match else text


def _items(after: str) -> tuple[str, ...]:
    match = _LISTED.match(after.strip())
    if match is None or "=" in match[1]:
        return ()
    return tuple(item.strip() for item in re.split(r", and |,| and ", match[1]) if item.strip())
