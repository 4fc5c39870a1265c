"""A function of the version, run: what it is told, what came of it, and what the reader of the turn sees of both."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from time import monotonic
from typing import cast

from pydantic import JsonValue

from deployments.runtime import effects
from deployments.runtime.kept import readable
from deployments.runtime.outside import Outside, Within
from deployments.runtime.playbook.parts import Function
from deployments.runtime.results import Result, WrongResult, read_result
from deployments.runtime.sandbox.program import Unloadable
from deployments.runtime.sandbox.running import IN_ALL, Entry, Failed, Given, Outcome, Sandbox
from deployments.runtime.scene import Asker
from deployments.runtime.turns import By, FunctionRun, Note
from deployments.runtime.wording import Use
from deployments.runtime.work import Work

# Seconds an end function has in all: nobody waits for it.
AT_THE_END = 30.0
_KEPT_AT_THE_END = frozenset({"metric", "sms", "sms_template", "recorded", "log", "inner"})


@dataclass(frozen=True)
class Tools:
    """Who does what a turn cannot do by itself."""

    sandbox: Sandbox
    asker: Asker
    outside: Outside


@dataclass(frozen=True)
class Done:
    """A run that came to its end. `said`: words for the caller, as written; `moved`: whether the place changed."""

    function: Function
    result: Result
    said: str | None
    moved: bool


async def run(work: Work, tools: Tools, function: Function, arguments: Mapping[str, JsonValue], by: By) -> Done | None:
    """Run it, and let happen what it asked for; None when it failed: then nothing of it happened. Raises TooLong."""
    work.count()
    if function.name in work.setting.function_results:
        return _mocked(work, function, arguments, by)
    if work.real_time is None:
        work.real_time = await asyncio.to_thread(tools.outside.real_time_config)
    in_all = AT_THE_END if by == "end" else IN_ALL
    within = Within(work, tools.outside, tools.asker, asyncio.get_running_loop(), monotonic() + in_all)
    delays = _delays(work, function) if by not in ("start", "end") else ()
    waiting = asyncio.ensure_future(_filled(work, delays)) if delays and work.setting.channel == "voice" else None
    began = monotonic()
    outcome: Outcome | None = None
    result, error = Result(), None
    try:
        outcome = await asyncio.to_thread(
            tools.sandbox.run,
            work.playbook.program,
            Entry(function.path, function.name, function.with_flow),
            arguments,
            given(work),
            within,
            in_all,
        )
        result = read_result(cast(JsonValue, outcome.result)) if by != "end" else Result()
    except (Failed, Unloadable) as failed:
        error = Note(level="error", text=str(failed), path=failed.path or function.path, line=failed.line)
    except WrongResult as wrong:
        error = Note(level="error", text=str(wrong), path=function.path, line=function.line)
    finally:
        if waiting is not None:
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting
    work.requests += within.requests
    work.intentions += within.asked
    if within.without_model:
        work.note("warning", "No model answers what a function asks one: it was given an empty text.", function.path)
    asked = cast(Sequence[effects.Effect], outcome.effects) if outcome is not None else ()
    work.functions.append(
        FunctionRun(
            path=function.path,
            name=function.name,
            by=by,
            arguments=dict(arguments),
            result=readable(cast(JsonValue, outcome.result)) if outcome is not None else None,
            seconds=round(monotonic() - began, 3),
            log=effects.logged(asked, function.path),
            printed=outcome.printed if outcome is not None else "",
            error=error,
            delays=delays,
            inner=tuple(str(effect[1]) for effect in asked if effect[0] == "inner"),
            inner_arguments=tuple(_inner(work, effect) for effect in asked if effect[0] == "inner"),
        )
    )
    if outcome is None or error is not None:
        return None
    if by == "end":
        asked = [effect for effect in asked if effect[0] in _KEPT_AT_THE_END]
    work.state = dict(cast(Mapping[str, JsonValue], outcome.state))
    moved = effects.apply(work, function.path, function.name, asked, result)
    return Done(function, result, effects.said_by(asked, result), moved)


def _mocked(work: Work, function: Function, arguments: Mapping[str, JsonValue], by: By) -> Done | None:
    """What a test lets it return counts as if it had run; it changes nothing by itself."""
    returned = work.setting.function_results[function.name]
    result, error = Result(), None
    try:
        result = read_result(returned) if by != "end" else Result()
    except WrongResult as wrong:
        error = Note(level="error", text=str(wrong), path=function.path, line=function.line)
    work.functions.append(
        FunctionRun(
            path=function.path,
            name=function.name,
            by=by,
            arguments=dict(arguments),
            result=returned,
            seconds=0.0,
            error=error,
            mocked=True,
        )
    )
    if error is not None:
        return None
    moved = effects.apply(work, function.path, function.name, (), result)
    return Done(function, result, effects.said_by((), result), moved)


def _inner(work: Work, effect: effects.Effect) -> dict[str, JsonValue]:
    """The arguments of a function that was called by another, by the names of its parameters where they are known."""
    _, name, passed, named = effect
    own = work.flow.functions if work.flow is not None else {}
    function = own.get(name) or work.playbook.functions.get(name)
    names = [parameter.name for parameter in function.parameters] if function is not None else []
    found = {names[place] if place < len(names) else str(place + 1): one for place, one in enumerate(passed)}
    return {key: readable(value) for key, value in {**found, **named}.items()}


def given(work: Work) -> Given:
    """What the conversation tells a function."""
    book, setting = work.playbook, work.setting
    flow, step = work.place
    own = work.flow.functions.values() if work.flow is not None else ()
    return Given(
        now=work.now,
        seed=f"{setting.seed or setting.id}:{work.before.turns}:{len(work.functions)}",
        id=setting.id,
        account_id=setting.account_id,
        project_id=setting.project_id,
        env=setting.env,
        channel_type=setting.channel_type,
        language=work.language,
        default_language=book.language,
        languages=list(book.languages),
        current_flow=flow,
        current_step=step,
        caller_number=setting.caller_number,
        callee_number=setting.callee_number,
        sip_headers=dict(setting.sip_headers),
        integration_attributes=dict(setting.integration_attributes),
        transcript_alternatives=[work.understood] if work.heard is not None else [],
        real_time_config=dict(work.real_time or {}),
        variant_name=work.variant,
        variants=dict(book.variants),
        state=work.state,
        entities={name: dict(one) for name, one in work.entities.items()},
        history=list(work.history),
        templates=[
            {"name": one.name, "content": one.text, "phone_number": one.numbers.get(setting.env)}
            for one in book.templates.values()
        ],
        handoffs=[
            {
                "name": one.name,
                "sip_type": one.sip.get("method"),
                "sip_config": dict(one.sip),
                "sip_headers": dict(one.headers),
            }
            for one in book.handoffs.values()
        ],
        functions=[(one.name, one.module, one.with_flow) for one in book.functions.values()],
        flow_functions=[(one.name, one.module, one.with_flow) for one in own],
        translations={
            key: words
            for key, texts in book.translations.items()
            if (words := texts.get(work.language) or texts.get(book.language))
        },
        metrics=list(work.metrics),
        integrations={name: list(one.operations) for name, one in book.integrations.items()},
        results=dict(setting.function_results),
    )


def _delays(work: Work, function: Function) -> tuple[tuple[float, str], ...]:
    if function.delay is None:
        return ()
    seconds = [second for second, _ in function.delay.messages]
    texts = [work.resolved(text, Use.SPOKEN, function.path) for _, text in function.delay.messages]
    if function.delay.randomize:
        Random(f"{work.setting.seed or work.setting.id}:{work.before.turns}").shuffle(texts)
    return tuple(zip(seconds, texts, strict=True))


async def _filled(work: Work, delays: Sequence[tuple[float, str]]) -> None:
    """Say what is due while the run lasts."""
    began = monotonic()
    for second, text in delays:
        await asyncio.sleep(max(0.0, second - (monotonic() - began)))
        work.say(f"{text}\n")
