"""The texts of a version when used: references become what they stand for, tags keep or drop what they hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import Enum
from typing import TypeAlias

from deployments.resources.names import clean
from deployments.resources.references import REFERENCE

Stored: TypeAlias = object

_TAG = re.compile(r"<(channel|language):([A-Za-z0-9-]{1,20})>|</(channel|language)>")
_OF_A_VARIANT = "variant_"


class Use(Enum):
    """Who reads the text: the model, which may be told names, or the caller, who may not."""

    PROMPT = "prompt"
    SPOKEN = "spoken"


@dataclass(frozen=True)
class Lexicon:
    """What the references of a version may name."""

    functions: Set[str] = frozenset()
    flow_functions: Set[str] = frozenset()
    handoffs: Set[str] = frozenset()
    templates: Set[str] = frozenset()
    entities: Set[str] = frozenset()
    attributes: Set[str] = frozenset()
    # By key, then by language code.
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Moment:
    """What a conversation knows when a text is used. `attributes` are those of its variant."""

    language: str
    default_language: str = ""
    state: Mapping[str, Stored] = field(default_factory=dict)
    attributes: Mapping[str, Stored] = field(default_factory=dict)
    entities: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Worded:
    text: str
    warnings: tuple[str, ...] = ()


def worded(text: str, use: Use, lexicon: Lexicon, moment: Moment) -> Worded:
    """The text with every reference resolved, once: a value that looks like a reference stays text.

    A reference that cannot be followed stays as written in a prompt and is left out of what a caller hears; both with a
    warning.
    """
    if "$" not in text and "{{" not in text:
        return Worded(text)
    warnings: list[str] = []

    def resolve(match: re.Match[str]) -> str:
        prefix, name, older, short = match.groups()
        if short is not None:
            return in_words(moment.state.get(short))
        if older is not None:
            return in_words(_attribute_or_variable(older, lexicon, moment))
        answer = _PREFIXES.get(prefix, _unknown)(name.strip(), use, lexicon, moment)
        if answer.warning:
            warnings.append(f"{match[0]} {answer.warning}")
        if answer.text is None:
            return match[0] if use is Use.PROMPT else ""
        return answer.text

    return Worded(REFERENCE.sub(resolve, text), tuple(warnings))


def in_words(value: object) -> str:
    """A stored value as prose: text as it is, unset as nothing, dates as ISO, the rest as JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)


@dataclass(frozen=True)
class _Answer:
    # None: the reference leads nowhere.
    text: str | None
    warning: str = ""


_Follow: TypeAlias = Callable[[str, Use, Lexicon, Moment], _Answer]


def _attribute_or_variable(name: str, lexicon: Lexicon, moment: Moment) -> object:
    if name.startswith(_OF_A_VARIANT) and name.removeprefix(_OF_A_VARIANT) in lexicon.attributes:
        return moment.attributes.get(name.removeprefix(_OF_A_VARIANT))
    if name in lexicon.attributes:
        return moment.attributes.get(name)
    return moment.state.get(name)


def _variable(name: str, use: Use, lexicon: Lexicon, moment: Moment) -> _Answer:
    return _Answer(in_words(moment.state.get(name)))


def _attribute(name: str, use: Use, lexicon: Lexicon, moment: Moment) -> _Answer:
    if name not in lexicon.attributes:
        return _Answer(None, "names an attribute that does not exist.")
    return _Answer(in_words(moment.attributes.get(name)))


def _entity(name: str, use: Use, lexicon: Lexicon, moment: Moment) -> _Answer:
    if name not in lexicon.entities:
        return _Answer(None, "names an entity that does not exist.")
    unknown = name.replace("_", " ") if use is Use.PROMPT else ""
    return _Answer(moment.entities.get(name) or unknown)


def _translation(name: str, use: Use, lexicon: Lexicon, moment: Moment) -> _Answer:
    if name not in lexicon.translations:
        return _Answer(None, "names a translation that does not exist.")
    texts = lexicon.translations[name]
    text = texts.get(moment.language) or texts.get(moment.default_language)
    return _Answer(text or "", "" if text else "is not translated, neither here nor in the default language.")


def _called(known: Callable[[Lexicon], Set[str]], what: str, prefix: str = "") -> _Follow:
    """A reference to something that the model calls: told by the name under which it is offered, never spoken."""

    def follow(name: str, use: Use, lexicon: Lexicon, moment: Moment) -> _Answer:
        if name not in known(lexicon):
            return _Answer(None, f"names {what} that does not exist.")
        if use is Use.SPOKEN:
            return _Answer(None, f"names {what}; nobody can hear that.")
        return _Answer(offered_as(prefix, name))

    return follow


def offered_as(prefix: str, name: str) -> str:
    """The name of a function that stands for a hand-off or a template: `handoff_front_desk`."""
    return f"{prefix}{clean(name, lower=True)}" if prefix else name


def _unknown(name: str, use: Use, lexicon: Lexicon, moment: Moment) -> _Answer:
    return _Answer(None, "is no reference that is known.")


HANDOFF, TEMPLATE = "handoff_", "send_sms_"

_PREFIXES: Mapping[str, _Follow] = {
    "vrbl": _variable,
    "attr": _attribute,
    "entity": _entity,
    "tn": _translation,
    "fn": _called(lambda lexicon: lexicon.functions, "a function"),
    "ft": _called(lambda lexicon: lexicon.flow_functions, "a function of this flow"),
    "ho": _called(lambda lexicon: lexicon.handoffs, "a hand-off", HANDOFF),
    "twilio_sms": _called(lambda lexicon: lexicon.templates, "an SMS template", TEMPLATE),
}


def meant_for(text: str, *, channel: str, language: str) -> Worded:
    """What of a text is meant for this channel (`voice`, `webchat`, `sms`) and language (`es`, `es-MX`).

    `<channel:voice>...</channel>` and `<language:es>...</language>` keep or drop what is inside, nested as one likes. A
    tag without its other end is text, with a warning.
    """
    if "<channel:" not in text and "<language:" not in text:
        return Worded(text)
    # What is open: the tag as written, whether it keeps, and the pieces inside so far. The outermost is the text.
    inside: list[tuple[str, bool, list[str]]] = [("", True, [])]
    warnings: list[str] = []
    end = 0
    for match in _TAG.finditer(text):
        inside[-1][2].append(text[end : match.start()])
        end = match.end()
        opens, value, closes = match.groups()
        if opens:
            inside.append((match[0], _fits(opens, value, channel, language), []))
        elif len(inside) > 1 and inside[-1][0].startswith(f"<{closes}:"):
            _, kept, pieces = inside.pop()
            inside[-1][2].extend(pieces if kept else ())
        else:
            warnings.append(f"{match[0]} closes nothing.")
            inside[-1][2].append(match[0])
    inside[-1][2].append(text[end:])
    while len(inside) > 1:
        tag, _, pieces = inside.pop()
        warnings.append(f"{tag} is not closed.")
        inside[-1][2].extend([tag, *pieces])
    return Worded("".join(inside[0][2]), tuple(warnings))


def _fits(tag: str, value: str, channel: str, language: str) -> bool:
    if tag == "channel":
        return value == channel
    return language.lower() == value.lower() or language.lower().startswith(f"{value.lower()}-")
