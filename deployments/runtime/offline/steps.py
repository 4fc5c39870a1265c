"""Within a flow: a default step fills its entities and takes its conditions, an advanced one does its acts."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import JsonValue

from deployments.runtime.offline import outside
from deployments.runtime.offline.asking import question_for, shall_i
from deployments.runtime.offline.choosing import THRESHOLD, Candidate, candidates, plain_ones
from deployments.runtime.offline.classes import class_of, class_wanted
from deployments.runtime.offline.filling import heard_now
from deployments.runtime.offline.fixed import fixed
from deployments.runtime.offline.instructions import opening_of, question_in, said_for_class
from deployments.runtime.offline.kinds import wish_of
from deployments.runtime.offline.memory import Memory, place_of, remembered
from deployments.runtime.offline.reading import read, read_freely
from deployments.runtime.retrieval import Index, Topic
from deployments.runtime.scene import Call, Choice, Place, Said, Scene, Wanted

# A topic in the middle of a flow is answered only where it is surely meant.
IN_STEP = 0.5


def in_place(scene: Scene) -> Said | Call:
    assert scene.place is not None
    if scene.place.kind == "default":
        return default_step(scene, scene.place)
    return advanced_step(scene, scene.place)


def default_step(scene: Scene, place: Place) -> Said | Call:
    """Entities first, then an open condition, then what else was said, then the question for what is missing."""
    told: Said | Call | None = _filled(scene, place) or _taken(scene, place)
    if told is None and not _was_told(scene):
        told = _meanwhile(scene, place)
    return told or _asked(scene, place, _reasons(scene, place))


def advanced_step(scene: Scene, place: Place) -> Said | Call:
    """The act that fits; a topic in between; the step's question. Just entered, what brought one here is no answer to
    it: then only what it says for itself counts."""
    memory = remembered(scene)
    found = candidates(
        place.prompt, scene, by_words=not place.entered, in_question=not place.entered, asked=memory.asked
    )
    best = _best(found, place)
    if best is not None and best.complete:
        return best.call()
    if best is not None and not place.entered and not _topic_is_meant(scene, best.score):
        return _missing(best, scene)
    said = "" if place.entered else said_for_class(place.prompt, scene.heard, scene.language)
    if said:
        return Said(text=said)
    return _meanwhile(scene, place) or _otherwise(found, scene, place) or _asked(scene, place)


def question_of(scene: Scene) -> tuple[str, str]:
    """What the step asks now, and the entity that it asks for, if it is one."""
    place = scene.place
    assert place is not None
    question = question_in(place.prompt, scene.language)
    if place.kind == "default":
        missing = [wanted for wanted in place.wanted if wanted.value is None]
        if missing and (question is None or len(missing) < len(place.wanted)):
            return question_for(missing[0].name, missing[0].description, scene.language), missing[0].name
    if question is None:
        accepted = next(
            (one for one in candidates(place.prompt, scene, by_words=False) if one.act.wants == "yes"), None
        )
        question = shall_i(accepted.offered, scene.language) if accepted else None
    return question or fixed("continue", scene.language, step=place.step), ""


def _best(found: Sequence[Candidate], place: Place) -> Candidate | None:
    ready = [one for one in found if not one.act.otherwise and (not place.entered or one.act.wants == "neither")]
    plain = plain_ones(ready)
    # What stands there without a condition is done once it can be.
    done = [one for one in plain if one.complete and _is_due(one, place)]
    meant = [one for one in ready if one.score >= THRESHOLD]
    if done and not (meant and meant[0].score > done[0].score and meant[0].complete):
        return done[0]
    if meant:
        return next((one for one in meant if one.complete and one.score == meant[0].score), meant[0])
    begun = [one for one in plain if one.filled.fresh]
    return begun[0] if begun else None


def _is_due(one: Candidate, place: Place) -> bool:
    return bool(one.filled.fresh or one.filled.answered or place.entered or not one.offered.parameters)


def _missing(best: Candidate, scene: Scene) -> Said:
    memory = Memory(best.act.name, best.filled.arguments, place=place_of(scene))
    return outside.ask(best.offered, best.filled.missing[0].name, memory, scene)


def _otherwise(found: Sequence[Candidate], scene: Scene, place: Place) -> Call | None:
    """`Anything else: call ...`, for an answer that is one, and no question."""
    said = scene.heard.strip()
    if place.entered or "?" in said or class_of(said, scene.language) != "neither" or len(said.split()) < 2:
        return None
    return next((one.call() for one in found if one.act.otherwise and one.complete), None)


def _meanwhile(scene: Scene, place: Place) -> Said | Call | None:
    """What the rules do anywhere (a person, a goodbye), or a topic, after which the step goes on."""
    if place.entered:
        return None
    best = outside.best_of_rules(scene)
    if best is not None and best.complete and (best.act.kinds or not _topic_is_meant(scene, best.score)):
        return best.call()
    if not _topic_is_meant(scene, 0):
        return None
    question, asked = question_of(scene)
    topic = outside.meant_topic(scene)
    text = outside.in_brief(topic) if topic is not None else ""
    return Said(text=f"{text} {question}".strip(), offer=Memory(asked=asked, place=place_of(scene)).kept())


def _topic_is_meant(scene: Scene, above: float) -> bool:
    best = outside.meant_topic(scene)
    return best is not None and (best.exact or best.score >= max(IN_STEP, above))


def _asked(scene: Scene, place: Place, before: str = "") -> Said:
    question, asked = question_of(scene)
    opening = opening_of(place.prompt, scene.language) if place.entered else ""
    text = " ".join(part for part in (before, opening, question) if part)
    return Said(text=text, offer=Memory(asked=asked, place=place_of(scene)).kept())


# Default steps


def _filled(scene: Scene, place: Place) -> Call | None:
    """The entities that were heard, told once; one that is known is corrected only where its form leaves no doubt."""
    collecting = next((one for one in scene.offered if one.kind == "entities"), None)
    if collecting is None or _was_told(scene):
        return None
    heard = heard_now(scene)
    asked = remembered(scene).asked
    missing = [wanted for wanted in place.wanted if wanted.value is None]
    ordered = sorted(missing, key=lambda wanted: wanted.name != asked)
    found: dict[str, JsonValue] = {}
    wishes = {wanted.name: wish_of(wanted) for wanted in place.wanted}
    for wanted in ordered:
        rivals = [wishes[other.name] for other in ordered if other is not wanted and other.name not in found]
        alone = wanted.name == asked or (len(missing) == 1 and not place.entered)
        text = read(wishes[wanted.name], heard, asked=alone, rivals=rivals)
        if text is not None:
            found[wanted.name] = text
    for wanted in place.wanted:
        if wanted.value is not None and wishes[wanted.name].meant in ("date", "time", "email", "phone"):
            text = read(wishes[wanted.name], heard, asked=False)
            if text is not None and text != wanted.value:
                found[wanted.name] = text
    if not place.entered and class_of(scene.heard, scene.language) == "neither":
        for wanted in ordered:
            if wanted.name not in found and not _is_a_question(scene):
                text = read_freely(wishes[wanted.name], heard, asked=True)
                if text is not None:
                    found[wanted.name] = text
                    break
    return Call(name=collecting.name, arguments=found, offer=scene.offer) if found else None


def _was_told(scene: Scene) -> bool:
    """Whether the entities of this input were told already."""
    collecting = {one.name for one in scene.offered if one.kind == "entities"}
    return any(call.name in collecting and not call.earlier for call in scene.called)


def _is_a_question(scene: Scene) -> bool:
    return scene.heard.rstrip().endswith("?") or _topic_is_meant(scene, 0)


def _taken(scene: Scene, place: Place) -> Call | None:
    """The first open condition whose entities are known; one that needs none only where it is meant."""
    for choice in place.choices:
        if choice.open and choice.needs and not _was_taken(choice, scene):
            return Call(name=choice.call)
    free = [choice for choice in place.choices if choice.open and not choice.needs and not _was_taken(choice, scene)]
    if place.entered or not free:
        return None
    said = class_of(scene.heard, scene.language)
    index = Index((Topic(one.call, one.label, one.description) for one in place.choices), scene.language)
    scores = {hit.topic.key: hit.score for hit in index.find(scene.heard, threshold=0, at_most=len(place.choices))}
    for choice in free:
        refuses = class_wanted(f"{choice.label}. {choice.description}") == "no"
        score = scores.get(choice.call, 0.0) * (2 if refuses else 1)
        if (score >= THRESHOLD and not _topic_is_meant(scene, score)) or (refuses and said == "no"):
            return Call(name=choice.call)
    return None


def _was_taken(choice: Choice, scene: Scene) -> bool:
    return any(call.name == choice.call and not call.earlier for call in scene.called)


def _reasons(scene: Scene, place: Place) -> str:
    """Why a value was not taken, where one was told in this turn."""
    told: list[Wanted] = [
        wanted
        for wanted in place.wanted
        if wanted.error and any(wanted.name in call.arguments for call in scene.called if not call.earlier)
    ]
    return " ".join(f"That {wanted.error}" for wanted in told)
