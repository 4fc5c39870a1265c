"""What a model may call at one moment: exactly what the texts in force refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from deployments.resources.references import references_in
from deployments.runtime.playbook.parts import Condition, Function, Known, Template, TopicText
from deployments.runtime.scene import Offered, Parameter
from deployments.runtime.wording import HANDOFF, TEMPLATE, offered_as
from deployments.runtime.work import Work

# What values of entities are told by.
ENTITIES = "save_values"


@dataclass(frozen=True)
class Values:
    """The entities of a default step, told all at once or one by one."""

    names: tuple[str, ...]


Target: TypeAlias = Function | Known | Template | Condition | Values


@dataclass(frozen=True)
class Offers:
    """By the name they are called by: as a model is told of them, and what stands behind."""

    offered: Mapping[str, Offered]
    targets: Mapping[str, Target]


def offers(work: Work) -> Offers:
    step = work.step
    found: dict[str, tuple[Offered, Target]] = {}
    if step is not None and step.kind == "default":
        for name, offer, target in _of_a_default_step(work):
            found[name] = (offer, target)
    # A flow's own functions first: of two with one name they win.
    for prefix, name in sorted(_named(work), key=lambda named: named[0] != "ft"):
        match prefix:
            case "ft" if step is not None and step.kind == "advanced" and work.flow is not None:
                _add_function(work, found, work.flow.functions.get(name))
            case "fn":
                _add_function(work, found, work.playbook.functions.get(name))
            case "ho" if (handoff := work.playbook.handoffs.get(name)) is not None:
                called = offered_as(HANDOFF, name)
                found.setdefault(called, (_handoff(called, handoff), handoff))
            case "twilio_sms" if (template := work.playbook.templates.get(name)) is not None:
                called = offered_as(TEMPLATE, name)
                found.setdefault(called, (_template(called, template), template))
    _add_waiting(work, found)
    return Offers({name: offer for name, (offer, _) in found.items()}, {name: one for name, (_, one) in found.items()})


def topics_before(work: Work) -> list[TopicText]:
    """Topics of the turn before that still count: all that was found then, where this input finds none."""
    if work.hits or work.flow is not None:
        return []
    known = work.playbook.by_path
    return [known[path] for path in work.before.topics if path in known]


def _in_force(work: Work) -> Iterator[str]:
    """The texts whose references count now, the nearest to the answer first."""
    if work.step is not None and work.step.kind == "advanced":
        yield work.step.prompt
    yield work.playbook.rules
    yield from work.playbook.guardrails
    if work.flow is None:
        for hit in work.hits:
            yield work.playbook.by_path[hit.topic.key].actions
        for topic in topics_before(work):
            yield topic.actions


def _named(work: Work) -> Iterator[tuple[str, str]]:
    for text in _in_force(work):
        if "{{" in text:
            yield from _references(work.meant(text))


@lru_cache(maxsize=4096)
def _references(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((one.prefix, one.name) for one in references_in(text))


def _add_function(work: Work, found: dict[str, tuple[Offered, Target]], function: Function | None) -> None:
    if function is None or function.name in found:
        return
    fault = work.playbook.fault(function)
    if fault:
        work.note("error", f"{function.name} is not offered: {fault}", function.path, function.line)
        return
    offer = Offered(
        name=function.name,
        description=work.prompt(function.description, function.path),
        kind="function",
        parameters=function.parameters,
    )
    found[function.name] = (offer, function)


def _add_waiting(work: Work, found: dict[str, tuple[Offered, Target]]) -> None:
    """What the offline engine offered to do, or is asking the arguments of, stays there until it is answered."""
    waiting = work.offer.get("act")
    if work.flow is not None or not isinstance(waiting, str) or waiting in found:
        return
    _add_function(work, found, work.playbook.functions.get(waiting))
    for name, handoff in work.playbook.handoffs.items():
        if offered_as(HANDOFF, name) == waiting:
            found[waiting] = (_handoff(waiting, handoff), handoff)
    for name, template in work.playbook.templates.items():
        if offered_as(TEMPLATE, name) == waiting:
            found[waiting] = (_template(waiting, template), template)


def _handoff(called: str, handoff: Known) -> Offered:
    parameters = (
        Parameter(name="reason", type="string", description="Why, in a few words", required=False),
        Parameter(name="utterance", type="string", description="What to say before", required=False),
    )
    about = f": {handoff.description}" if handoff.description else ""
    return Offered(
        name=called, description=f"Hand over to {handoff.name}{about}", kind="handoff", parameters=parameters
    )


def _template(called: str, template: Template) -> Offered:
    return Offered(name=called, description=f"Send the text message {template.name}: {template.text}", kind="sms")


def _of_a_default_step(work: Work) -> Iterator[tuple[str, Offered, Target]]:
    step = work.step
    assert step is not None
    wanted = [work.playbook.entities[name] for name in step.entities if name in work.playbook.entities]
    if wanted:
        parameters = tuple(
            Parameter(name=one.name, type="string", description=one.description, required=False) for one in wanted
        )
        description = "Save what the caller said about any of these, each as text. Leave out what was not said."
        offer = Offered(name=ENTITIES, description=description, kind="entities", parameters=parameters)
        yield ENTITIES, offer, Values(tuple(one.name for one in wanted))
    for condition in step.conditions:
        if is_open(work, condition):
            about = " ".join(part for part in (condition.label.strip(), condition.description.strip()) if part)
            yield condition.call, Offered(name=condition.call, description=about, kind="condition"), condition


def is_open(work: Work, condition: Condition) -> bool:
    return all(name in work.entities for name in condition.needs)
