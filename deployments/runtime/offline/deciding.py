"""The order of decisions: the first that fits answers."""

from __future__ import annotations

import re
from dataclasses import replace

from deployments.runtime.offline import outside, steps
from deployments.runtime.offline.acts import acts_in
from deployments.runtime.offline.asking import putting_through
from deployments.runtime.offline.filling import fill
from deployments.runtime.offline.fixed import fixed
from deployments.runtime.offline.instructions import Turned, in_words, is_question, turned
from deployments.runtime.offline.memory import Memory, again, place_of
from deployments.runtime.offline.spoken import folded, sentences
from deployments.runtime.retrieval import words
from deployments.runtime.scene import Call, Offered, Said, Scene

_SILENCE = re.compile(r"silen|\bnothing (?:was |is )?heard\b")


def decide(scene: Scene) -> Said | Call:
    """Words, or one call. Pure: the same scene gives the same answer."""
    answer = _decided(scene)
    return _spoken(answer, scene) if isinstance(answer, Call) else answer


def _spoken(call: Call, scene: Scene) -> Call:
    """Nobody is handed over without a word."""
    offered = next((one for one in scene.offered if one.name == call.name), None)
    takes = {parameter.name for parameter in offered.parameters} if offered else set()
    if offered is None or offered.kind != "handoff" or "utterance" not in takes or call.arguments.get("utterance"):
        return call
    utterance = putting_through(offered, scene.language)
    return replace(call, arguments={**call.arguments, "utterance": utterance})


def _decided(scene: Scene) -> Said | Call:
    if not scene.heard.strip() and not scene.instruction and not (scene.place and scene.place.entered):
        return silence(scene)
    waiting = again(scene)
    if waiting is not None and not any(one.sort == "asked" for one in turned(scene.instruction, scene.language)):
        return waiting
    return instructed(scene) or (steps.in_place(scene) if scene.place else outside.answer(scene))


def silence(scene: Scene) -> Said | Call:
    """What the version has for it, else the last question once more."""
    done = {call.name for call in scene.called if not call.earlier}
    for offered in scene.offered:
        if offered.kind == "function" and offered.name not in done and _is_for_silence(offered):
            filled = fill(offered, scene)
            if filled.complete:
                return Call(name=offered.name, arguments=filled.arguments, offer=scene.offer)
    said = [text for who, text in scene.history if who == "agent" and text.strip()]
    if not said:
        return Said(text=fixed("hello", scene.language))
    questions = [sentence for sentence in sentences(said[-1]) if sentence.endswith("?")]
    return Said(text=questions[-1] if questions else said[-1], offer=scene.offer)


def instructed(scene: Scene) -> Said | Call | None:
    """What a function has said about the next words: said, asked, or called where it names what to call."""
    if not scene.instruction.strip():
        return None
    parts = turned(scene.instruction, scene.language)
    called = _ordered(parts, scene)
    if called is not None:
        return called
    text = in_words(parts)
    if not text:
        return None
    if not is_question(text) and scene.place is not None:
        question, asked = steps.question_of(scene)
        return Said(text=f"{text} {question}", offer=Memory(asked=asked, place=place_of(scene)).kept())
    return Said(text=text, offer=_kept(parts, scene).kept())


def _ordered(parts: list[Turned], scene: Scene) -> Call | None:
    done = {call.name for call in scene.called if not call.earlier}
    offered = {one.name: one for one in scene.offered}
    for part in parts:
        if part.sort != "ordered":
            continue
        for act in acts_in(part.text, tuple(scene.offered)):
            filled = fill(offered[act.name], scene, literals=act.literals)
            if act.plain and act.name not in done and filled.complete:
                return Call(name=act.name, arguments=filled.arguments)
    return None


def _kept(parts: list[Turned], scene: Scene) -> Memory:
    """A yes to what was offered calls it, if it is there by name; a call that asked for something waits for it."""
    for part in parts:
        if part.sort == "offered":
            said = words(part.text, scene.language)
            for offered in scene.offered:
                name = words(re.sub(r"^(?:handoff|send_sms)_", "", offered.name).replace("_", " "), scene.language)
                if name <= said:
                    return Memory(act=offered.name, place=place_of(scene))
    last = next((call for call in reversed(scene.called) if not call.earlier), None)
    if last is not None and any(part.sort == "asked" for part in parts):
        if any(re.search(r"\banything else\b", part.text) for part in parts):
            return Memory(anything_else=True, place=place_of(scene))
        return Memory(act=last.name, arguments=last.arguments, again=True, place=place_of(scene))
    return Memory()


def _is_for_silence(offered: Offered) -> bool:
    return bool(_SILENCE.search(folded(f"{offered.name.replace('_', ' ')} {offered.description}")))
