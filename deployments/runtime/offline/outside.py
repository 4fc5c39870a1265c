"""Outside of flows: a yes or no to an offer, acts of the rules, topics, and the few words for everything else."""

from __future__ import annotations

from deployments.runtime.offline.asking import question_for, shall_i
from deployments.runtime.offline.choosing import (
    ELSEWHERE,
    Candidate,
    bare_words,
    candidates,
    has_words,
    is_answer_to,
    plain_ones,
)
from deployments.runtime.offline.classes import class_of, kinds_of, meant_by
from deployments.runtime.offline.filling import fill
from deployments.runtime.offline.fixed import fixed
from deployments.runtime.offline.memory import Memory, place_of, remembered
from deployments.runtime.offline.spoken import sentences, units
from deployments.runtime.playbook.flows import CALL
from deployments.runtime.retrieval import words
from deployments.runtime.scene import Call, Known, Offered, Said, Scene

MOST_SENTENCES = 3
# With no more words beside its values, an input is an answer.
FEW_WORDS = 3


def answer(scene: Scene) -> Said | Call:
    # What led out of a flow is no question any more.
    if any(call.name.startswith(CALL) and not call.earlier for call in scene.called):
        return _all_right(scene)
    return to_offer(scene) or by_rules(scene) or by_topic(scene) or small_talk(scene)


def meant_topic(scene: Scene) -> Known | None:
    """The best topic, unless what was heard has no subject: a yes, a number, small words."""
    if not scene.topics or not (scene.topics[0].exact or has_words(scene)):
        return None
    return scene.topics[0]


def to_offer(scene: Scene) -> Said | Call | None:
    """A yes calls what was offered, a no drops it; a value that was asked for fills it."""
    memory = remembered(scene)
    offered = next((one for one in scene.offered if one.name == memory.act), None)
    if memory.again or offered is None or _called_now(memory.act, scene):
        return None
    said = class_of(scene.heard, scene.language)
    filled = fill(offered, scene, given=memory.arguments, asked=memory.asked, freely=bool(memory.asked))
    if not memory.asked and said == "no":
        return _all_right(scene)
    if memory.asked and memory.asked not in filled.arguments:
        if said == "no":
            return _all_right(scene)
        return _then_ask(by_topic(scene, acting=False), memory, offered, scene)
    if said != "yes" and not filled.fresh and not memory.asked:
        return None
    if filled.complete:
        return Call(name=offered.name, arguments=filled.arguments)
    return ask(offered, filled.missing[0].name, Memory(offered.name, filled.arguments, place=place_of(scene)), scene)


def by_rules(scene: Scene) -> Call | Said | None:
    """An act of the rules that fits well; a sample question of a topic fits better."""
    best = best_of_rules(scene)
    topic = meant_topic(scene)
    if best is None or (topic is not None and (topic.exact or topic.score > best.score)):
        return None
    if best.complete:
        return best.call(scene.offer if remembered(scene).again else None)
    if best.filled.fresh or topic is None:
        memory = Memory(best.act.name, best.filled.arguments, place=place_of(scene))
        return ask(best.offered, best.filled.missing[0].name, memory, scene)
    return None


def best_of_rules(scene: Scene) -> Candidate | None:
    found = [
        one
        for one in candidates(scene.rules, scene, by_values=False)
        if not one.act.otherwise and not _called_now(one.act.name, scene)
    ]
    answers = [one for one in found if one.complete and one.filled.fresh and is_answer_to(scene, one.offered)]
    if answers and len(bare_words(scene).split()) < FEW_WORDS:
        return answers[0]
    meant = [one for one in found if one.score >= ELSEWHERE and said_for(one, scene)]
    # Two that fit equally well are none.
    return meant[0] if meant and len({one.act.name for one in meant if one.score == meant[0].score}) == 1 else None


def by_topic(scene: Scene, *, acting: bool = True) -> Said | Call | None:
    """What the best topic lets do, if it can be done now, else what it says; what is left to do is offered."""
    topic = meant_topic(scene)
    if topic is None:
        return None
    text = in_brief(topic)
    acts = [one for one in candidates(topic.actions, scene, by_values=False) if not _called_now(one.act.name, scene)]
    if not acting or not acts:
        return Said(text=text) if text else None
    plain = plain_ones(acts)
    if plain:
        return _done_or_asked(plain[0], text, scene)
    meant = [one for one in acts if one.score >= ELSEWHERE and one.complete and not one.act.after_offer]
    if meant and said_for(meant[0], scene):
        return _with_words(meant[0], text)
    offerable = [one for one in acts if one.act.can_be_offered and not one.act.otherwise]
    if not offerable:
        return Said(text=text) if text else None
    offer = Memory(offerable[0].act.name, {**offerable[0].act.literals}, place=place_of(scene))
    return Said(text=f"{text} {shall_i(offerable[0].offered, scene.language)}".strip(), offer=offer.kept())


def small_talk(scene: Scene) -> Said | Call:
    kinds = kinds_of(scene.heard, scene.language)
    if "hello" in kinds:
        return Said(text=fixed("hello", scene.language))
    if remembered(scene).anything_else and class_of(scene.heard, scene.language) == "no":
        return _goodbye(scene)
    if "goodbye" in kinds:
        return _goodbye(scene)
    if "thanks" in kinds or class_of(scene.heard, scene.language) != "neither":
        return _all_right(scene)
    return Said(text=fixed("unknown", scene.language))


def in_brief(topic: Known) -> str:
    """At most three sentences of what a topic says."""
    found = [sentence for unit in units(topic.content) for sentence in sentences(unit.text)]
    return " ".join(found[:MOST_SENTENCES])


def ask(offered: Offered, name: str, memory: Memory, scene: Scene, before: str = "") -> Said:
    """The question for one parameter; what is filled already is remembered."""
    description = next(one.description for one in offered.parameters if one.name == name)
    question = question_for(name, description, scene.language)
    kept = Memory(memory.act, memory.arguments, name, place=memory.place).kept()
    return Said(text=f"{before} {question}".strip(), offer=kept)


def _done_or_asked(best: Candidate, text: str, scene: Scene) -> Said | Call:
    if best.complete:
        return _with_words(best, text)
    memory = Memory(best.act.name, best.filled.arguments, place=place_of(scene))
    # What is missing is asked for; the topic's own words come first where nothing of it was said yet.
    return ask(best.offered, best.filled.missing[0].name, memory, scene, "" if best.filled.fresh else text)


def _with_words(best: Candidate, text: str) -> Call:
    """A caller who is handed over hears what the topic says."""
    call = best.call()
    takes = {parameter.name for parameter in best.offered.parameters}
    if best.offered.kind == "handoff" and "utterance" in takes and text:
        return Call(name=call.name, arguments={**call.arguments, "utterance": text}, offer=call.offer)
    return call


def said_for(candidate: Candidate, scene: Scene) -> bool:
    """An act under a condition needs a word of that condition, not only of its own description."""
    said = words(bare_words(scene), scene.language)
    return bool(said & words(candidate.act.condition, scene.language)) or candidate.score >= 1


def _then_ask(answered: Said | Call | None, memory: Memory, offered: Offered, scene: Scene) -> Said | None:
    """A question in between is answered, then what was asked is asked again; anything else is tried as new."""
    if not isinstance(answered, Said):
        return None
    return ask(offered, memory.asked, memory, scene, answered.text)


def _all_right(scene: Scene) -> Said:
    return Said(text=fixed("all_right", scene.language), offer=Memory(anything_else=True, place=place_of(scene)).kept())


def _goodbye(scene: Scene) -> Said | Call:
    for one in candidates(scene.rules, scene, by_words=False):
        kinds = one.act.kinds | meant_by(one.offered.description)
        if one.complete and "goodbye" in kinds and not _called_now(one.act.name, scene):
            return one.call()
    return Said(text=fixed("goodbye", scene.language))


def _called_now(name: str, scene: Scene) -> bool:
    return any(call.name == name and not call.earlier for call in scene.called)
