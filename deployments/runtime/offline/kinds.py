"""What kind of value a parameter or an entity means, by its name, its type and its description."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, TypeAlias

from pydantic import JsonValue

from deployments.runtime.entities import PRESETS
from deployments.runtime.offline.spoken import folded
from deployments.runtime.offline.value import Sort
from deployments.runtime.scene import Parameter, Wanted

Meant: TypeAlias = Sort | Literal["options", "pattern", "flag", "whole", "phrase"]

# `quay, saloon, car deck or unknown`, perhaps after a colon.
_LIST = re.compile(r"(?:^|: ?|\()((?:[\w' -]{1,30}, )*[\w' -]{1,30},? or [\w' -]{1,30})(?:[.)]|$)", re.IGNORECASE)
_ARTICLES = re.compile(r"^(?:either|one of|a|an|the) ", re.IGNORECASE)
_EXAMPLE_TIME = re.compile(r"\b([01]\d|2[0-3]):[0-5]\d\b")
_EXAMPLE_DATE = re.compile(r"\byyyy-mm-dd\b|\b\d{4}-\d\d-\d\d\b")
_PAST = re.compile(r"\b(?:lost|was|were|did|last|had|born|birth|happened|travelled|yesterday|left)\b")
# Names of parameters that say nothing of their entity.
_GENERAL = frozenset({"number", "type", "value", "id", "of", "the", "new", "old", "my", "is"})

_WORDS: Mapping[Meant, str] = {
    "whole": r"own words|few words|\breasons?\b|\bnotes?\b|\bquestions?\b|\bquery\b|\brequests?\b|\bdetails\b"
    r"|\bsummary\b|\bmessages?\b|\bfeedback\b|\bcomments?\b|\bcomplaints?\b|\bissue\b|\bproblem\b|\bheard\b|the words\b"
    r"|grund\b|frage\b|motivo\b|pregunta\b|raison\b",
    "email": r"\be-?mail\b|\bcorreo\b|\bcourriel\b",
    "phone": r"\bphone\b|telephone|\bmobile\b|\btel\b|\bcallback\b|texted|(?:may|can) (?:ring|text|call)|ring back"
    r"|call back|contact number|telefon|telefono|rufnummer|handy",
    "date": r"\bdate\b|\bday of\b|\bthe day\b|\bday\b|birthday|datum|\btag\b|fecha|\bdia\b|\bjour\b",
    "time": r"\btime\b|\bhour\b|o'clock|uhrzeit|\bhora\b|\bheure\b",
    "code": r"\bcode\b|\breference\b|\bref\b|(?:booking|confirmation|order|ticket) number|postcode|zip\b|\bplate\b"
    r"|\bpnr\b|two letters|letters and digits|referenz|codigo|buchungsnummer",
    "money": r"\bprice\b|\bamount\b|\bbudget\b|\bsum\b|\beuros?\b|betrag|importe|montant",
    "number": r"\bhow many\b|\bnumber of\b|\bcount\b|\bparty\b|\bsize\b|\bquantity\b|\bage\b|\bnights\b|\bguests\b"
    r"|\bpeople\b|\bpersons\b|\badults\b|\bchildren\b|room number|\banzahl\b|\bwie viele\b|cuantos|combien",
    "name": r"\bnames?\b|\bsurname\b|\bwho\b.*\bcalled\b|\bnachname\b|\bnombre\b|\bnom\b",
}

# Presets that not every word fits.
_TELLING = frozenset({"zip_code", "uk_postcode"})
_OF_ENTITY: Mapping[str, Meant] = {
    "numeric": "number", "alphanumeric": "pattern", "enum": "options", "date": "date", "time": "time",
    "phone_number": "phone", "name_config": "name", "address": "whole", "free_text": "whole",
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What is looked for in the caller's words. `words` are those of the name and the description, folded."""

    name: str
    meant: Meant
    words: str
    description: str = ""
    options: tuple[str, ...] = ()
    pattern: str = ""
    # A day or time that lies behind, not ahead.
    past: bool = False
    # An example of a time, which says whether a bare hour is in the morning.
    example: str = ""
    towards: Literal["from", "to", ""] = ""
    config: Mapping[str, JsonValue] = field(default_factory=dict, compare=False)


def wish_for(parameter: Parameter, entities: Sequence[Wanted]) -> Wish:
    """An entity of that name lends a parameter its kind and its options."""
    entity = entity_of(parameter.name, parameter.type, entities)
    if entity is not None and parameter.type not in ("boolean", "array", "object"):
        wish = wish_of(entity)
        return _made(parameter.name, wish.meant, f"{parameter.description}", wish.options, wish.pattern, wish.config)
    meant, options = _meant(parameter.name, parameter.type, parameter.description)
    return _made(parameter.name, meant, parameter.description, options)


def wish_of(entity: Wanted) -> Wish:
    config = flat(entity.config)
    meant = _OF_ENTITY.get(str(config.get("entity_type") or config.get("type") or config.get("kind") or ""))
    options = config.get("options")
    texts = tuple(str(option) for option in options) if isinstance(options, list) else ()
    preset = str(config.get("validation_type") or "")
    pattern = str(config.get("regular_expression") or (PRESETS[preset] if preset in _TELLING else ""))
    if meant == "pattern" and not pattern:
        meant = "email" if preset == "email" else "code"
    return _made(
        entity.name,
        meant or _meant(entity.name, "string", entity.description)[0],
        entity.description,
        texts,
        pattern,
        config,
    )


def flat(config: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    """What an entity's file says of it, whether its settings stand beside its type or below `config`."""
    inner = config.get("config")
    return {**config, **inner} if isinstance(inner, dict) else config


def entity_of(name: str, type: str, entities: Sequence[Wanted]) -> Wanted | None:
    """The entity whose name shares most words with a parameter's: `port` for `from_port`."""
    words = _words_of(name) - _GENERAL
    best: tuple[int, int] = (0, 0)
    found: Wanted | None = None
    for entity in entities:
        own = _words_of(entity.name)
        shared = len(words & own)
        fits = shared and (type not in ("integer", "number") or _is_numeric(entity))
        if fits and (shared, -len(own)) > best:
            best, found = (shared, -len(own)), entity
    return found


@lru_cache(maxsize=4096)
def _words_of(name: str) -> frozenset[str]:
    """Each parameter is laid beside each entity, in every turn again."""
    return frozenset(name.lower().split("_"))


def _is_numeric(entity: Wanted) -> bool:
    return flat(entity.config).get("entity_type", "numeric") == "numeric"


def _made(
    name: str,
    meant: Meant,
    description: str,
    options: tuple[str, ...] = (),
    pattern: str = "",
    config: Mapping[str, JsonValue] | None = None,
) -> Wish:
    words, past, example, towards = _told(name, description)
    return Wish(
        name=name,
        meant=meant,
        words=words,
        description=description,
        options=options,
        pattern=pattern,
        past=past,
        example=example,
        towards=towards,
        config=config or {},
    )


@lru_cache(maxsize=4096)
def _told(name: str, description: str) -> tuple[str, bool, str, Literal["from", "to", ""]]:
    """What a name and its description say by themselves."""
    words = folded(f"{name.replace('_', ' ')} {description}")
    example = _EXAMPLE_TIME.search(description)
    return words, bool(_PAST.search(words)), example[0] if example else "", _towards(name, words)


@lru_cache(maxsize=4096)
def _meant(name: str, type: str, description: str) -> tuple[Meant, tuple[str, ...]]:
    if type == "boolean":
        return "flag", ()
    words = folded(f"{name.replace('_', ' ')} {description}")
    options = options_in(description)
    if type in ("integer", "number"):
        return ("money" if re.search(_WORDS["money"], words) else "number"), ()
    if options:
        return "options", options
    if _EXAMPLE_DATE.search(words):
        return "date", ()
    if _EXAMPLE_TIME.search(words):
        return "time", ()
    # The name decides where it can; a description may speak of other things too.
    for text in (folded(name.replace("_", " ")), words):
        for meant, pattern in _WORDS.items():
            if re.search(pattern, text):
                return meant, ()
    return "phrase", ()


@lru_cache(maxsize=4096)
def options_in(description: str) -> tuple[str, ...]:
    """`none, bicycle, car or van` as its items; a list of two clauses is none."""
    match = _LIST.search(description.strip())
    if match is None:
        return ()
    items = [_ARTICLES.sub("", item.strip()) for item in re.split(r", or |,| or ", match[1])]
    items = [item for item in items if item]
    listed = len(items) > 2 or (len(items) == 2 and all(" " not in item for item in items))
    return tuple(items) if listed and all(len(item.split()) <= 3 for item in items) else ()


def _towards(name: str, words: str) -> Literal["from", "to", ""]:
    parts = set(name.lower().split("_"))
    if parts & {"from", "start", "origin", "departure", "pickup", "source"}:
        return "from"
    if parts & {"to", "destination", "arrival", "target", "dropoff"}:
        return "to"
    if re.search(r"\b(?:start|leaves?|leaving|departs?) from\b|\bstarts? from\b", words):
        return "from"
    return "to" if re.search(r"\b(?:travels?|going|goes|sails?) to\b", words) else ""
