"""Texts written for a model, turned into words for the caller.

A function's `Tell the caller that the room is free. Ask for the name.` becomes `The room is free. Could you tell me the
name?`; orders are not said. The caller of the text is you, and the agent, whom the text calls you, is I.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from deployments.runtime.offline.classes import class_of, class_wanted
from deployments.runtime.offline.fixed import fixed
from deployments.runtime.offline.persons import CALLER, plain_lists, to_caller
from deployments.runtime.offline.spoken import folded, sentences, units

_QUOTED = r"[\"“„«]([^\"“”„«»]{2,400})[\"”“»]"
_WORDS = re.compile(
    rf"\b(?:say|tell|ask|something like|reply|answer|respond|greet)\b[^\"“„«]{{0,80}}{_QUOTED}", re.IGNORECASE
)
_QUESTION = re.compile(rf"{_QUOTED}")
_OF_THE_CALLER = re.compile(r"\b(?:if|when)\b[^\"“]{0,60}\b(?:says?|asks?|answers?|said)\b[^\"“]{0,30}$", re.IGNORECASE)

_AGAIN = re.compile(
    r",? (?:and|then|and then) (?=(?:ask|offer|tell|say|do not|don't|let|go|call|wait|explain)\b)", re.IGNORECASE
)
_CONDITIONAL = re.compile(r"^\W*(?:if|when|unless|once)\b", re.IGNORECASE)
_LEADING = re.compile(r"^(?:then|now|first|please|also|next|and|but|so|in that case)[, ]+", re.IGNORECASE)
_TELL = re.compile(
    rf"^(?:tell|inform|remind|assure|warn|let) {CALLER}(?: know)?(?: about)?(?: that|:)? (?P<rest>.+)$", re.IGNORECASE
)
_SAY = re.compile(
    rf"^(?:say|explain|confirm|mention|state|reply|answer|announce|add)(?: to {CALLER})?(?: exactly)?(?: that\b|:)?"
    r" ?(?P<rest>.+)$",
    re.IGNORECASE,
)
_READ = re.compile(r"^(?:read|repeat|sum up|summarise)\b[^:]{0,80}: (?P<rest>.+)$", re.IGNORECASE)
_NOTHING_TO_SAY = re.compile(r"^(?:so|it|this|goodbye|hello|nothing|yes|no|you|them|sorry)(?: \w+)?$", re.IGNORECASE)
_ASK = re.compile(
    rf"^ask (?:{CALLER} )?(?:(?:again|once|once more|politely|kindly|first|only) )*(?P<rest>.+)$", re.IGNORECASE
)
_ASK_TAIL = re.compile(
    r"(?:,? (?:never|then|before|unless|only|if|when|one .+ at a time)\b.*|,? (?:first|again))$", re.IGNORECASE
)
_OFFER = re.compile(rf"^offer (?:{CALLER} )?(?P<rest>.+)$", re.IGNORECASE)
_ORDER = re.compile(
    r"^(?:do not|don't|never|always|only|call|use|name|go|goes|wait|continue|stop|thank|listen|read|keep|move|proceed"
    r"|make|speak|give|send|describe|find|look|check|try|be|remember|if|when|once|unless|otherwise|begin|start|return|collect"
    r"|get|handle|follow|press|run|respond|write|hold|let|treat|assume|note|repeat|transfer|hand|apologi[sz]e|say|tell"
    r"|answer|confirm|explain|leave|choose|pick|take|list|set|put|end|finish|ignore|avoid)\b",
    re.IGNORECASE,
)

_WHETHER = (
    (r"there (is|are|was|were) (?P<x>.+)", "{0} there {x}?"),
    (r"(?:you would like|you'd like|you want) (?P<x>.+)", "Would you like {x}?"),
    (r"you (have|need|know|agree|prefer|travel|live|stay|wish) ?(?P<x>.*)", "Do you {0} {x}?"),
    (r"you (are|were) (?P<x>.+)", "{0} you {x}?"),
    (r"(that|this|it) (is|was) (?P<x>.+)", "{1} {0} {x}?"),
)


@dataclass(frozen=True)
class Turned:
    """One sentence for the caller; an order is kept as it is written, for it may name what to call."""

    sort: Literal["said", "asked", "offered", "ordered"]
    text: str


def turned(text: str, language: str) -> list[Turned]:
    """What of an instruction is for the caller's ears. Data (JSON) is for nobody's."""
    if _is_data(text):
        return []
    told = [sentence for unit in units(plain_lists(text)) for sentence in sentences(unit.text)]
    return [one for sentence in told for one in _turned(sentence, language)]


def in_words(turned: Iterable[Turned]) -> str:
    return " ".join(one.text for one in turned if one.sort != "ordered")


def question_in(prompt: str, language: str) -> str | None:
    """What a step asks: its first quoted question, else its first sentence that says what to ask for."""
    for unit in units(prompt):
        for match in _QUESTION.finditer(unit.text):
            if match[1].rstrip().endswith("?") and not _OF_THE_CALLER.search(unit.text[: match.start()]):
                return match[1].strip()
    for one in turned(prompt, language):
        if one.sort == "asked":
            return one.text
    return None


def opening_of(prompt: str, language: str) -> str:
    """What a step says before it asks: sentences outside its list that tell the caller something."""
    found: list[str] = []
    for unit in units(plain_lists(prompt)):
        if unit.is_item:
            break
        for sentence in sentences(unit.text):
            if _TELL.match(sentence) or _SAY.match(sentence) or _READ.match(sentence):
                found += [one.text for one in _turned(sentence, language) if one.sort == "said"]
            if _ASK.match(sentence) or _QUESTION.search(sentence):
                return " ".join(found)
    return " ".join(found)


def said_for_class(prompt: str, heard: str, language: str) -> str:
    """What an item of a step has the agent say after a yes or a no: `On no, say that nothing was booked.`"""
    said, spoken = class_of(heard, language), set(re.findall(r"\w+", folded(heard)))
    if said == "neither":
        return ""
    fitting: list[tuple[int, str]] = []
    for unit in units(prompt):
        condition, comma, rest = unit.text.partition(",")
        if unit.is_item and comma and class_wanted(condition) == said:
            words = " ".join(one.text for one in turned(rest, language) if one.sort != "ordered")
            fitting.append((-len(spoken.intersection(re.findall(r"\w+", folded(condition)))), words))
    return min(fitting, key=lambda one: one[0])[1] if fitting else ""


def is_question(text: str) -> bool:
    return "?" in text


def _turned(sentence: str, language: str) -> Iterator[Turned]:
    for part in _AGAIN.split(sentence):
        quoted = _WORDS.search(part)
        if quoted and not _CONDITIONAL.match(part):
            yield Turned("asked" if quoted[1].rstrip().endswith("?") else "said", _sentence(quoted[1]))
        elif one := _part(_LEADING.sub("", part.strip()).strip(), language):
            yield one


def _part(part: str, language: str) -> Turned | None:
    bare = part.rstrip(" .!?;")
    told = _TELL.match(bare) or _READ.match(bare) or _SAY.match(bare)
    if told:
        rest = re.sub(r",? and that ", " and ", told["rest"].strip())
        return None if _NOTHING_TO_SAY.match(rest) else Turned("said", _sentence(to_caller(rest)))
    asked = _ASK.match(bare)
    if asked:
        return _asked(_ASK_TAIL.sub("", asked["rest"]), language)
    offered = _OFFER.match(bare)
    if offered:
        return _offered(offered["rest"], language)
    if _ORDER.match(part):
        return Turned("ordered", part)
    return Turned("said", _sentence(to_caller(part, they=False, you=False))) if part else None


def _asked(rest: str, language: str) -> Turned | None:
    plain = to_caller(rest)
    if match := re.match(r"for (?P<x>.+)$", plain, re.IGNORECASE):
        return Turned("asked", fixed("could_you_tell", language, what=re.sub(r"^it\b", "that", match["x"])))
    if match := re.match(r"(?:you )?to (?P<x>.+)$", plain, re.IGNORECASE):
        return Turned("asked", f"Could you {match['x']}?")
    if match := re.match(r"(?:whether|if) (?P<x>.+)$", plain, re.IGNORECASE):
        return Turned("asked", _whether(match["x"], language))
    if re.fullmatch(r"(?:what|which|when|where|who|how)", plain, re.IGNORECASE):
        return Turned("asked", f"{plain.capitalize()} exactly?")
    if re.match(r"(?:what|which|when|where|who|whom|how|why|about)\b", plain, re.IGNORECASE):
        return Turned("asked", fixed("could_you_tell", language, what=plain))
    return None


def _whether(said: str, language: str) -> str:
    for pattern, written in _WHETHER:
        if match := re.fullmatch(pattern, said, re.IGNORECASE):
            groups = [
                group for name, group in enumerate(match.groups()) if name + 1 not in match.re.groupindex.values()
            ]
            return _sentence(re.sub(r"\s+", " ", written.format(*groups, x=match["x"])).replace(" ?", "?"))
    return fixed("could_you_tell", language, what=f"whether {said}")


def _offered(rest: str, language: str) -> Turned | None:
    plain = to_caller(rest)
    if match := re.match(r"to (?P<x>.+)$", plain):
        act = match["x"]
        return None if act.startswith("go on") else Turned("offered", fixed("shall_i", language, act=act))
    if match := re.match(r"that (?P<x>.+)$", plain):
        return Turned("offered", f"Would it help if {match['x']}?")
    return Turned("offered", f"Would you like {plain}?")


def _sentence(text: str) -> str:
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…", ":")) else f"{text}."


def _is_data(text: str) -> bool:
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
