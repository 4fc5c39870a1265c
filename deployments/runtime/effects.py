"""What a run asked for, made to happen: all of it once the function has returned, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast

from pydantic import JsonValue

from deployments.runtime import moving
from deployments.runtime.days import zone_of
from deployments.runtime.kept import readable
from deployments.runtime.results import Result
from deployments.runtime.turns import Handoff, Intention, Note
from deployments.runtime.wording import Use
from deployments.runtime.work import Work

# As the sandbox tells it: a word, and what belongs to it.
Effect: TypeAlias = Sequence[Any]

_MOVES = ("goto_flow", "goto_step", "exit_flow")


def apply(work: Work, path: str, name: str, effects: Sequence[Effect], result: Result) -> bool:
    """In their order: variant and language, hand-off, place; the rest is written down. Whether the place changed.

    Words are left to the caller, for they end the turn.
    """
    for effect in effects:
        if (happen := _EFFECTS.get(effect[0])) is not None:
            happen(work, path, effect)
    if result.variant is not None:
        _set_variant(work, path, ["set_variant", result.variant])
    if result.handoff is not None:
        hand_off(work, _from_result(result.handoff))
    for kind, told in result.recorded.items():
        work.intentions.append(Intention(kind=kind, told={"value": told}))
    for note in result.notes:
        work.note("warning", note, path)
    return _move(work, path, name, effects, result)


def hand_off(work: Work, handoff: Handoff) -> None:
    """Takes effect when the words that go with it have been said."""
    work.handoff = handoff
    work.state["handoff"] = handoff.destination
    if not handoff.known:
        work.note("warning", f"There is no hand-off {handoff.destination}: it was recorded all the same.")


def said_by(effects: Sequence[Effect], result: Result) -> str | None:
    """The words of a run: of its result, else of its last `conv.say`, else of its hand-off."""
    if result.utterance is not None:
        return result.utterance
    for effect in reversed(effects):
        if effect[0] == "say":
            return cast(str, effect[1])
    for effect in reversed(effects):
        if effect[0] == "handoff" and effect[1].get("utterance"):
            return cast(str, effect[1]["utterance"])
    return None


def logged(effects: Sequence[Effect], path: str) -> tuple[Note, ...]:
    return tuple(
        Note(level=_LEVELS.get(effect[1], "info"), text=_line(effect[2], effect[4]), path=path, is_pii=effect[3])
        for effect in effects
        if effect[0] == "log"
    )


_LEVELS: Mapping[str, Literal["info", "warning", "error"]] = {
    "warning": "warning",
    "error": "error",
    "exception": "error",
    "critical": "error",
}


def _line(content: str, fields: Mapping[str, JsonValue]) -> str:
    more = ", ".join(f"{name}={json.dumps(readable(value), ensure_ascii=False)}" for name, value in fields.items())
    return f"{content} ({more})" if more else content


def _move(work: Work, path: str, name: str, effects: Sequence[Effect], result: Result) -> bool:
    """The last call wins; what the result says wins over all calls."""
    transition = result.transition
    if transition is not None:
        if transition.flow is not None:
            return moving.goto_flow(work, transition.flow, name, transition.step, path)
        if transition.step is not None:
            return moving.goto_step(work, transition.step, name, path)
        return moving.exit_flow(work, name) if transition.exits else False
    called = [effect for effect in effects if effect[0] in _MOVES]
    if not called:
        return False
    last = called[-1]
    if last[0] == "goto_flow":
        return moving.goto_flow(work, last[1], name, path=path)
    if last[0] == "exit_flow":
        return moving.exit_flow(work, name)
    return moving.goto_step(work, last[1], name, path)


def _set_variant(work: Work, path: str, effect: Effect) -> None:
    if effect[1] not in work.playbook.variants:
        work.note("error", f"There is no variant {effect[1]}: nothing changed.", path)
        return
    work.variant = effect[1]
    work.now = work.now.astimezone(zone_of(work.attributes))


def _set_language(work: Work, path: str, effect: Effect) -> None:
    work.language = effect[1]


def _handoff(work: Work, path: str, effect: Effect) -> None:
    told = effect[1]
    hand_off(
        work,
        destined(
            work,
            told["destination"],
            reason=told["reason"],
            utterance=told["utterance"],
            route=told["route"],
            headers=told["headers"],
        ),
    )


def destined(
    work: Work, destination: str, *, reason: str = "", utterance: str | None = None, route: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Handoff:  # fmt: skip
    """A hand-off to that destination: `default` in any case is the version's default one."""
    book = work.playbook
    known = book.handoffs.get(destination)
    if known is None and destination.lower() == "default":
        known = book.default_handoff
    defined = known.headers if known is not None else {}
    return Handoff(
        destination=known.name if known is not None else destination,
        reason=reason,
        utterance=utterance,
        route=route,
        sip_headers={
            key: work.resolved(value, Use.SPOKEN, known.path if known else None)
            for key, value in {**defined, **(headers or {})}.items()
        },
        known=known is not None,
        described=known.described if known is not None else "",
    )


def _from_result(told: Mapping[str, JsonValue]) -> Handoff:
    kind = str(told.get("type") or "other")
    return Handoff(
        destination=str(told.get("destination") or told.get("name") or kind),
        reason=str(told.get("reason") or ""),
        described=f"{kind}, {json.dumps(told.get(kind), ensure_ascii=False)}" if told.get(kind) else kind,
    )


def _metric(work: Work, path: str, effect: Effect) -> None:
    _, name, value, once = effect
    if once and any(name == known for known, _ in work.metrics):
        return
    told = readable(value)
    work.metrics.append((name, told))
    work.intentions.append(Intention(kind="metric", told={"name": name, "value": told}))


def _sms_template(work: Work, path: str, effect: Effect) -> None:
    send_template(work, effect[2], effect[1])


def send_template(work: Work, name: str, to: str | None) -> None:
    template = work.playbook.templates[name]
    text = work.resolved(template.text, Use.SPOKEN, template.path)
    sender = template.numbers.get(work.setting.env)
    work.intentions.append(Intention(kind="sms", told={"to": to, "from": sender, "template": name, "text": text}))


def _sms(work: Work, path: str, effect: Effect) -> None:
    _, to, sender, content = effect
    text = work.resolved(content, Use.SPOKEN, path)
    work.intentions.append(Intention(kind="sms", told={"to": to, "from": sender, "template": None, "text": text}))


def _disable_topics(work: Work, path: str, effect: Effect) -> None:
    work.disabled = tuple(effect[1])


def _recorded(work: Work, path: str, effect: Effect) -> None:
    _, name, arguments, named = effect
    told = cast(dict[str, JsonValue], {"arguments": arguments, **named})
    work.intentions.append(Intention(kind=name, told=told))


_EFFECTS: Mapping[str, Callable[[Work, str, Effect], None]] = {
    "set_variant": _set_variant,
    "set_language": _set_language,
    "handoff": _handoff,
    "metric": _metric,
    "sms_template": _sms_template,
    "sms": _sms,
    "disable_topics": _disable_topics,
    "recorded": _recorded,
}
