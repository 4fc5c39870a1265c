"""Questions that the engine puts together: for a value, and whether it shall do something."""

from __future__ import annotations

import re

from deployments.runtime.offline.fixed import fixed
from deployments.runtime.offline.kinds import options_in
from deployments.runtime.offline.persons import to_caller
from deployments.runtime.offline.spoken import sentences
from deployments.runtime.scene import Offered
from deployments.runtime.wording import HANDOFF, TEMPLATE

# How a value is written is for the model, not for a caller.
_FORMAT = re.compile(
    r"(?: as| in the form(?:at)?(?: of)?)? (?:YYYY-MM-DD|HH:MM)\b|\s*\([^)]*\)|, (?:default|else|otherwise)\b.*"
)
_HAND_OVER = re.compile(r"^hand over to [^:]{1,100}(?::\s*|$)", re.IGNORECASE)
_BEGINS_WELL = re.compile(
    r"^(?:the|a|an|one|your|our|how|what|which|when|where|who|whether|if|why|any|all|der|die|das|el|la|le)\b",
    re.IGNORECASE,
)
_FOR_SOMEBODY = re.compile(
    r"\b(?:for|to) (?:a|the) (?:caller|guest|user|customer|passenger|patient|visitor|client)s? (?:who|that|whose)\b.*$"
)
_SOMEBODY_DID = re.compile(
    r"\b(?:the|a) (?:caller|guest|user|customer|passenger|patient|visitor|client) (?:has|had) (?:just )?\w+(?: to)?$"
)
_THIRD_PERSON = re.compile(
    r"^(?:the|a) (?:caller|guest|user|customer|passenger|patient|visitor|client)\b", re.IGNORECASE
)


def question_for(name: str, description: str, language: str) -> str:
    """A question for a value by its description: `The island they travel to` -> `Could you tell me the island you
    travel to?`"""
    spoken = name.replace("_", " ")
    first = next(iter(sentences(_FORMAT.sub("", description))), "").rstrip(" .")
    if not first:
        what = f"the {spoken}" if language.startswith("en") else spoken
    elif (
        options_in(description)
        and ":" not in first
        and len(first.split()) == len(" ".join(options_in(description)).split()) + 1
    ):
        # Nothing but its options: they need the name before them.
        what = f"the {spoken}: {first}" if language.startswith("en") else f"{spoken}: {first}"
    else:
        what = first[0].lower() + first[1:] if not first[1:2].isupper() else first
        if language.startswith("en"):
            what = what if _BEGINS_WELL.match(what) else f"the {what}"
            what = to_caller(what.split(";")[0], you=False)
    return fixed("could_you_tell", language, what=what)


def shall_i(offered: Offered, language: str) -> str:
    """An offer to do it, by its description: `Begin a refund for a caller who cannot travel.` -> `Would you like me to
    begin a refund for you?`"""
    spoken = offered.name.replace("_", " ")
    first = _first_sentence(offered)
    if offered.kind == "handoff":
        act = fixed("put_through", language, whom=_whom(offered))
    elif offered.kind == "sms":
        act = fixed("text_you", language, what=offered.name.removeprefix(TEMPLATE).replace("_", " "))
    elif not first or _THIRD_PERSON.match(first):
        act = spoken
    elif language.startswith("en"):
        act = _FOR_SOMEBODY.sub("for you", _lowered(first))
        act = _SOMEBODY_DID.sub("", act.split(":")[0]).strip()
        act = to_caller(act, you=False)
    else:
        act = _lowered(first)
    return fixed("shall_i", language, act=act)


def putting_through(offered: Offered, language: str) -> str:
    """What a caller hears who is handed over, where nothing of the version says it."""
    return fixed("putting_through", language, whom=_whom(offered))


def _whom(offered: Offered) -> str:
    return _lowered(_first_sentence(offered) or offered.name.removeprefix(HANDOFF).replace("_", " "))


def _first_sentence(offered: Offered) -> str:
    return next(iter(sentences(_HAND_OVER.sub("", offered.description))), "").rstrip(" .")


def _lowered(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
