"""The arguments of a call: from the text that names it, from the caller's words, from what is known already."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from deployments.runtime.offline.kinds import Wish, entity_of, wish_for
from deployments.runtime.offline.reading import Heard, read, read_freely
from deployments.runtime.offline.spoken import folded
from deployments.runtime.offline.values import values_in
from deployments.runtime.scene import Offered, Parameter, Scene
from deployments.runtime.wording import in_words

_OPTIONAL = re.compile(r"\boptional(?:ly)?\b|\bif (?:any|given|known)\b|\bmay be empty\b")


@dataclass(frozen=True)
class Filled:
    """`missing` are required parameters without a value. `fresh` counts the values that this input marks by their form
    (a date, an option); `answered` says that it was taken whole, as the answer to a question."""

    arguments: Mapping[str, JsonValue]
    missing: Sequence[Parameter] = ()
    fresh: int = 0
    answered: bool = False

    @property
    def complete(self) -> bool:
        return not self.missing


def fill(
    offered: Offered,
    scene: Scene,
    *,
    literals: Mapping[str, str] | None = None,
    given: Mapping[str, JsonValue] | None = None,
    asked: str = "",
    in_question: bool = False,
    freely: bool = True,
) -> Filled:
    """`given` was filled before, `asked` is the parameter that was asked for last, `in_question` says that the step has
    asked something, so that a bare answer may be meant for any of them. `freely`: a text without any form may be taken
    whole."""
    found: dict[str, JsonValue] = {}
    wishes = {parameter.name: wish_for(parameter, scene.entities) for parameter in offered.parameters}
    for parameter in offered.parameters:
        if literals and parameter.name in literals:
            found[parameter.name] = typed(literals[parameter.name], parameter)
        elif given and parameter.name in given:
            found[parameter.name] = given[parameter.name]
    now = heard_now(scene)
    # First what was asked for, then what is not known otherwise.
    order = sorted(
        offered.parameters,
        key=lambda one: (one.name != asked, _known(one, wishes[one.name], scene) is not None),
    )
    open_ones = [one for one in order if one.name not in found and one.name != "utterance"]
    fresh, answered = 0, False
    for parameter in open_ones:
        rivals = [wishes[other.name] for other in open_ones if other is not parameter and other.name not in found]
        wish = wishes[parameter.name]
        text = read(wish, now, asked=parameter.name == asked or (in_question and not asked), rivals=rivals)
        if text is not None:
            found[parameter.name] = typed(text, parameter)
            fresh += wish.meant != "flag"
    for earlier in reversed([text for text in (scene.place.heard if scene.place else ()) if text != scene.heard]):
        _from_before(earlier, scene, open_ones, wishes, found)
    for parameter in open_ones:
        if parameter.name not in found and (known := _known(parameter, wishes[parameter.name], scene)) is not None:
            found[parameter.name] = known
    for parameter in open_ones:
        if freely and parameter.name not in found:
            is_asked = parameter.name == asked or (in_question and not asked and parameter.required)
            text = read_freely(wishes[parameter.name], now, asked=is_asked)
            if text is not None:
                found[parameter.name] = typed(text, parameter)
                fresh += wishes[parameter.name].meant == "phrase"
                answered = answered or is_asked
    for parameter in offered.parameters:
        if parameter.name not in found and parameter.required and _OPTIONAL.search(folded(parameter.description)):
            found[parameter.name] = ""
    missing = [one for one in offered.parameters if one.required and one.name not in found]
    ordered = {one.name: found[one.name] for one in offered.parameters if one.name in found}
    return Filled(ordered, missing, fresh, answered)


def heard_now(scene: Scene) -> Heard:
    """The input of this turn, without the numbers that calls of this turn were made with."""
    before = next((text for who, text in reversed(scene.history) if who == "agent"), "")
    spent = {
        in_words(argument)
        for call in scene.called
        if not call.earlier
        for argument in call.arguments.values()
        if isinstance(argument, int | float | str) and not isinstance(argument, bool)
    }
    values = values_in(scene.heard, scene.language, scene.now.date())
    return Heard(values, scene.language, f"{before} {scene.instruction}", spent=frozenset(spent))


def typed(text: str, parameter: Parameter) -> JsonValue:
    """A text as its parameter wants it; where that cannot be, as it is."""
    try:
        match parameter.type:
            case "integer":
                return int(float(text))
            case "number":
                return float(text)
            case "boolean":
                return text.lower() in {"true", "yes", "1"}
            case _:
                return text
    except (ValueError, OverflowError):
        return text


def _from_before(
    text: str, scene: Scene, parameters: Sequence[Parameter], wishes: Mapping[str, Wish], found: dict[str, JsonValue]
) -> None:
    """What was said since the step began still counts, if its form marks it."""
    heard = Heard(values_in(text, scene.language, scene.now.date()), scene.language)
    for parameter in parameters:
        if parameter.name not in found and wishes[parameter.name].meant != "flag":
            value = read(wishes[parameter.name], heard, asked=False)
            if value is not None:
                found[parameter.name] = typed(value, parameter)


def _known(parameter: Parameter, wish: Wish, scene: Scene) -> JsonValue | None:
    """The state variable of that name, else the entity that the parameter is named after."""
    value = scene.state.get(parameter.name)
    if value not in (None, "") and not _is_question_of(wish):
        return value
    entity = entity_of(parameter.name, parameter.type, scene.entities)
    if entity is not None and entity.value and not wish.towards:
        return typed(entity.value, parameter)
    return None


def _is_question_of(wish: Wish) -> bool:
    """What a time or day was chosen before is no answer to the question for a new one."""
    return wish.words.startswith(("new ",)) or " new " in wish.words
