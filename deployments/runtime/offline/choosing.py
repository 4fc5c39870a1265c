"""How well each act fits what was heard, and whether it can be called now."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import JsonValue

from deployments.runtime.offline.acts import Act, acts_in
from deployments.runtime.offline.classes import class_of, kinds_of, meant_by
from deployments.runtime.offline.filling import Filled, fill
from deployments.runtime.offline.kinds import wish_for, wish_of
from deployments.runtime.offline.spoken import folded
from deployments.runtime.offline.value import Value
from deployments.runtime.offline.values import values_in
from deployments.runtime.retrieval import Index, Topic, has_subject, words
from deployments.runtime.scene import Call, Offered, Scene
from deployments.runtime.wording import in_words

# Below it an act is not meant, only near. Acts of the rules and of topics must fit better than those of a step, which
# are what is expected. Tried on the agents of the story.
THRESHOLD = 0.25
ELSEWHERE = 0.4

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

# That somebody wants something does not say what.
_WISHING = re.compile(
    r"\b(?:want|need|like|get|help|know|tell|about|anything|möchte|will|brauche|hätte|quiero|quisiera|necesito|veux|voudrais)\b",
    re.IGNORECASE,
)
BY_CLASS = 1.0
BY_KIND = 0.5
# All that it needs was said just now, in a form of its own.
BY_VALUES = 0.5


@dataclass(frozen=True)
class Candidate:
    act: Act
    offered: Offered
    filled: Filled
    score: float

    @property
    def complete(self) -> bool:
        return self.filled.complete

    def call(self, offer: Mapping[str, JsonValue] | None = None) -> Call:
        return Call(name=self.act.name, arguments=self.filled.arguments, offer=offer or {})


def candidates(
    text: str,
    scene: Scene,
    *,
    by_words: bool = True,
    by_values: bool = True,
    in_question: bool = False,
    asked: str = "",
) -> list[Candidate]:
    """The acts of a text that were not done with the same arguments before, the best first, equal ones in its order.

    `by_words`: what was heard is about them, by its words and as a yes or a no. `by_values`: that it holds all their
    values counts for them. `in_question`: it answers a question of the same text.
    """
    offered = {one.name: one for one in scene.offered}
    acts = acts_in(text, tuple(scene.offered))
    likeness = _likeness(acts, offered, scene) if by_words else {}
    said = class_of(scene.heard, scene.language) if by_words else "neither"
    kinds = kinds_of(scene.heard, scene.language) if by_words else set()
    found: list[Candidate] = []
    for act in acts:
        one = offered[act.name]
        filled = fill(
            one,
            scene,
            literals={**_listed(act, one, scene), **act.literals},
            asked=asked,
            in_question=in_question,
            freely=by_words,
        )
        if _done(act.name, filled.arguments, scene) or (act.if_unknown and _is_known(one, scene)):
            continue
        # A no alone says nothing new: to do it again with what is known already would change nothing.
        says_more = filled.fresh and len(scene.heard.split()) > 1
        if act.wants == "no" and filled.arguments and not act.literals and one.kind == "function" and not says_more:
            continue
        score = likeness.get(act.order, 0.0)
        if said != "neither" and act.wants != "neither":
            score += BY_CLASS if act.wants == said else -BY_CLASS
        if kinds & (act.kinds | meant_by(one.description)):
            score += BY_KIND
        if by_values and filled.complete and filled.fresh and act.wants == "neither":
            score += BY_VALUES
        found.append(Candidate(act, one, filled, score))
    return sorted(found, key=lambda candidate: (-candidate.score, candidate.act.order))


def plain_ones(found: Iterable[Candidate]) -> list[Candidate]:
    """Those without any condition, in the order of the text."""
    return sorted((one for one in found if one.act.plain), key=lambda one: one.act.order)


def bare_words(scene: Scene) -> str:
    """What was heard without its values: the day of a booking does not say whether it is one."""
    text = scene.heard
    values = [*values_in(text, scene.language, scene.now.date()).all(), *_options(scene)]
    for value in sorted(values, key=lambda value: -value.start):
        text = f"{text[: value.start]} {text[value.end :]}"
    return text


def has_words(scene: Scene) -> bool:
    """Whether words that count are left when values, small words and a mere yes or no are taken away."""
    bare = bare_words(scene)
    return (
        bool(bare.strip()) and class_of(scene.heard, scene.language) == "neither" and has_subject(bare, scene.language)
    )


def _options(scene: Scene) -> list[Value]:
    plain = folded(scene.heard)
    options = [option for entity in scene.entities for option in wish_of(entity).options]
    found: list[Value] = []
    for option in sorted(options, key=lambda option: (-len(option), option)):
        for match in re.finditer(rf"(?<!\w){re.escape(folded(option))}(?!\w)", plain):
            value = Value("name", option, *match.span())
            if not any(value.overlaps(other) for other in found):
                found.append(value)
    return found


def _likeness(acts: Sequence[Act], offered: Mapping[str, Offered], scene: Scene) -> dict[int, float]:
    text = _WISHING.sub(" ", bare_words(scene))
    if not acts or not text.strip():
        return {}
    told = tuple((act.order, act.name, act.condition, act.examples, offered[act.name].description) for act in acts)
    index = _index(told, scene.language)
    known = " ".join(word for word in _WORD.findall(text) if index.knows(word))
    # Words that no act has make all of them less likely, but none less than another.
    share = math.sqrt(len(words(known, scene.language)) / len(words(text, scene.language))) if known else 0.0
    hits = index.find(known, at_most=len(acts), threshold=0)
    found = {int(hit.topic.key): hit.score * share for hit in hits}
    plain = folded(scene.heard).strip(" .!?")
    for act in acts:
        if any(folded(example).strip(" .!?") == plain for example in act.examples):
            found[act.order] = found.get(act.order, 0.0) + 1
    return found


@lru_cache(maxsize=1024)
def _index(told: tuple[tuple[int, str, str, tuple[str, ...], str], ...], language: str) -> Index:
    return Index(
        (
            Topic(str(order), name.replace("_", " "), f"{condition} {description}", (condition, *examples))
            for order, name, condition, examples, description in told
        ),
        language,
    )


def _done(name: str, arguments: Mapping[str, JsonValue], scene: Scene) -> bool:
    return any(call.name == name and dict(call.arguments) == dict(arguments) for call in scene.called)


def _is_known(offered: Offered, scene: Scene) -> bool:
    required = [parameter.name for parameter in offered.parameters if parameter.required]
    return bool(required) and all(scene.state.get(name) not in (None, "") for name in required)


def _listed(act: Act, offered: Offered, scene: Scene) -> Mapping[str, str]:
    """`with Harrow Quay, Skarra and 2026-03-12` fills three parameters, if each is a value that is known."""
    if not act.listed or len(act.listed) != len(offered.parameters):
        return {}
    known = {in_words(value) for value in scene.state.values()} | {one.value for one in scene.entities if one.value}
    if not all(item in known for item in act.listed):
        return {}
    return {parameter.name: item for parameter, item in zip(offered.parameters, act.listed, strict=True)}


def is_answer_to(scene: Scene, offered: Offered) -> bool:
    """Whether the input can be nothing but a value that this wants: the agent asked, and it is short."""
    last = next((text for who, text in reversed(scene.history) if who == "agent"), "")
    short = len(scene.heard.split()) <= 6 and "?" not in scene.heard
    marked = any(wish_for(one, scene.entities).meant not in ("whole", "phrase") for one in offered.parameters)
    return last.rstrip().endswith("?") and short and marked
