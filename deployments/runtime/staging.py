"""What a model is told at one moment of a turn: the prompt, its parts in their order, and what they are made of."""

from __future__ import annotations

from collections.abc import Iterator

from deployments.runtime.kept import readable_state
from deployments.runtime.offering import Offers, is_open, topics_before
from deployments.runtime.playbook.parts import Step
from deployments.runtime.scene import Called, Choice, Known, Place, Scene, Wanted
from deployments.runtime.work import Work

_CHANNELS = {"voice": "a phone call", "webchat": "a chat"}
RULES = "agent_settings/rules.txt"
_SILENCE = "The caller said nothing; repeat the question, shorter."


def scene_of(work: Work, offers: Offers) -> Scene:
    book = work.playbook
    style = work.meant(book.styles.get(work.setting.channel, "")).strip()
    role, rules = work.prompt(book.role), work.prompt(book.rules, RULES)
    topics = [
        Known(
            path=hit.topic.key,
            name=hit.topic.name,
            content=work.prompt(hit.topic.content, hit.topic.key),
            actions=work.prompt(book.by_path[hit.topic.key].actions, hit.topic.key),
            score=hit.score,
            exact=hit.exact,
        )
        for hit in work.hits
    ]
    place = _place(work, work.step) if work.step is not None and work.step.kind != "function" else None
    instruction = work.prompt(work.instruction)
    guardrails = [work.prompt(one) for one in book.guardrails]
    parts = [
        _part("Who you are", role),
        _part("How to speak", style),
        _part("Rules", "\n".join([rules, *(f"- {line}" for line in guardrails)])),
        _part("Now", "\n".join(_now(work))),
        _part("What you know about this", "\n\n".join(_topics(work, topics))),
        _part(f"Where the conversation is: {place.step}", "\n".join(_told(place))) if place else "",
        _part("Say this next", instruction),
    ]
    here = [Called(name=ran.name, arguments=ran.arguments, result=ran.result, earlier=number < work.earlier)
            for number, ran in enumerate(work.called) if number >= work.earlier or ran.here]  # fmt: skip
    # The input is told by itself.
    history = [said for number, said in enumerate(work.history) if number != work.input_at]
    return Scene(
        prompt="\n\n".join(part for part in parts if part),
        heard=work.understood,
        language=work.language,
        channel=work.setting.channel,
        now=work.now,
        seed=f"{work.setting.seed or work.setting.id}:{work.before.turns}:{len(work.requests)}",
        role=role,
        style=style,
        rules=rules,
        topics=topics,
        history=tuple(history),
        place=place,
        instruction=instruction,
        offered=tuple(offers.offered.values()),
        called=tuple(here),
        entities=tuple(_wanted(work, name) for name in book.entities),
        state=readable_state(work.state),
        offer=work.offer,
    )


def _part(title: str, text: str) -> str:
    return f"# {title}\n\n{text.strip()}" if text.strip() else ""


def _now(work: Work) -> Iterator[str]:
    now = work.now
    yield f"It is {now:%A}, {now.day} {now:%B %Y}, {now:%H:%M} ({now.tzinfo})."
    yield f"Speak the language {work.language}. This is {_CHANNELS[work.setting.channel]}."
    yield "Either call a function or speak, not both."
    if work.heard == "":
        yield _SILENCE


def _topics(work: Work, topics: list[Known]) -> Iterator[str]:
    for topic in topics:
        yield _topic(topic.name, topic.content, topic.actions)
    for before in topics_before(work):
        content, actions = work.prompt(before.content, before.path), work.prompt(before.actions, before.path)
        yield _topic(f"{before.name} (from the turn before)", content, actions)


def _topic(name: str, content: str, actions: str) -> str:
    lines = [f"## {name}", f"What to say: {content}" if content else "", f"What to do: {actions}" if actions else ""]
    return "\n".join(line for line in lines if line)


def _place(work: Work, step: Step) -> Place:
    assert work.flow is not None
    return Place(
        flow=work.flow.name,
        step=step.name,
        kind="default" if step.kind == "default" else "advanced",
        prompt=work.prompt(step.prompt, step.path),
        entered=work.entered,
        wanted=tuple(_wanted(work, name) for name in step.entities if name in work.playbook.entities),
        choices=tuple(
            Choice(
                call=one.call,
                label=one.label,
                description=one.description,
                needs=one.needs,
                open=is_open(work, one),
            )
            for one in step.conditions
        ),
        heard=tuple(work.heard_here),
    )


def _wanted(work: Work, name: str) -> Wanted:
    entity = work.playbook.entities[name]
    known = work.entities.get(name)
    return Wanted(
        name=name,
        description=entity.description,
        config={"entity_type": entity.type, **entity.config},
        value=str(known["value"]) if known is not None else None,
        error=work.refused.get(name),
    )


def _told(place: Place) -> Iterator[str]:
    yield place.prompt
    if place.wanted:
        yield "\nTo be found out:"
        for one in place.wanted:
            state = f"known: {one.value}" if one.value is not None else "not known yet"
            why = f"; what was said last was refused: it {one.error}" if one.error else ""
            yield f"- {one.name} ({one.description}): {state}{why}"
    if place.choices:
        yield "\nWays on:"
        for choice in place.choices:
            needs = f" Needs {', '.join(choice.needs)} first." if choice.needs and not choice.open else ""
            yield f"- {choice.call}: {choice.label}. {choice.description}{needs}"
