"""From what was heard to the end of the answer: the model is asked, functions run, until words have been said."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from time import monotonic

from pydantic import JsonValue

from deployments.runtime import effects, moving
from deployments.runtime.arguments import Unfit, fitted
from deployments.runtime.calling import Done, Tools, run
from deployments.runtime.filling import fill
from deployments.runtime.offering import Offers, Values, offers
from deployments.runtime.playbook.parts import Condition, Function, Known, Template
from deployments.runtime.scene import Call, ModelFailed, Said, Scene
from deployments.runtime.speech import filtered
from deployments.runtime.staging import scene_of
from deployments.runtime.turns import Ended, Ran, Request
from deployments.runtime.wording import Use
from deployments.runtime.work import TooLong, Work

# So many failures of the model one after another, and the caller is given to a person.
PATIENCE = 3
_DONE = "Done."
_FAILED = "The function failed. Nothing of it happened."


async def exchange(work: Work, tools: Tools) -> None:
    """Answer what was heard."""
    try:
        while work.ended is None:
            if not await _next(work, tools):
                return
    except TooLong as reason:
        stop(work, str(reason))


def stop(work: Work, reason: str) -> None:
    work.note("error", reason)
    work.apologise()
    work.ended = Ended(by="failure", outcome="loop")


async def _next(work: Work, tools: Tools) -> bool:
    """One step towards the answer: whether there is more to do in this turn."""
    if work.step is not None and work.step.function is not None:
        return await function_step(work, tools, work.step.function)
    work.count()
    offered = offers(work)
    answer = await _ask(work, tools, scene_of(work, offered))
    match answer:
        case None:
            return False
        case Said():
            return await _said(work, tools, answer)
        case Call():
            return await _called(work, tools, offered, answer)


# The model


class _Words:
    """Words of a reply as they come: handed on at once, unless a phrase filter may still cut them."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.held = bool(work.playbook.filters) and not work.filtered
        self.any = False

    def __call__(self, piece: str) -> None:
        if self.held or not piece:
            return
        self.work.say(piece if self.any or not self.work.replies else f"\n{piece}")
        self.any = True


async def _ask(work: Work, tools: Tools, scene: Scene) -> Said | Call | None:
    began, words = monotonic(), _Words(work)
    offered = tuple(one.name for one in scene.offered)
    try:
        async with asyncio.timeout(work.left):
            answer = await tools.asker.ask(scene, words)
    except (ModelFailed, TimeoutError) as failed:
        reason = str(failed) or "It took too long."
        work.requests.append(
            Request(prompt=scene.prompt, offered=offered, answer="", seconds=_since(began), error=reason)
        )
        _without_answer(work, reason)
        return None
    work.failures = 0
    work.offer = answer.offer
    is_call = isinstance(answer, Call)
    work.requests.append(
        Request(
            prompt=scene.prompt,
            offered=offered,
            answer="" if isinstance(answer, Call) else answer.text,
            called=answer.name if isinstance(answer, Call) else None,
            arguments=answer.arguments if isinstance(answer, Call) else {},
            seconds=_since(began),
            tokens=answer.tokens,
        )
    )
    if not is_call and words.any:
        work.streamed = True
    return answer


def _since(began: float) -> float:
    return round(monotonic() - began, 3)


def _without_answer(work: Work, reason: str) -> None:
    work.failures += 1
    work.note("error", f"The model gave no answer: {reason}")
    work.apologise()
    default = work.playbook.default_handoff
    if work.failures >= PATIENCE and default is not None:
        handoff = effects.destined(work, default.name, reason="no answer from the model")
        work.ended = Ended(by="failure", outcome="handoff", handoff=handoff)


async def _said(work: Work, tools: Tools, answer: Said) -> bool:
    """The model's own words are filtered; a filter's function runs once a turn."""
    streamed, work.streamed = work.streamed, False
    work.instruction = ""
    text = answer.text
    caught = filtered(text, work.playbook.filters, work.language, work.patterns) if not work.filtered else None
    if caught is not None:
        text = caught.text
    if not text.strip() and caught is None:
        work.note("warning", "The model said nothing.")
    work.utter(work.resolved(text, Use.SPOKEN), said=streamed)
    if caught is None:
        return False
    work.filtered = True
    work.note("info", f"The phrase filter {caught.by} caught the reply.")
    function = work.playbook.functions.get(caught.function) if caught.function else None
    if function is None:
        return False
    done = await run(work, tools, function, {}, "filter")
    if done is None:
        return failed(work)
    goes_on = await settle(work, tools, done)
    return goes_on and (done.moved or bool(done.result.content) or not text)


# What it calls


async def _called(work: Work, tools: Tools, offered: Offers, call: Call) -> bool:
    target = offered.targets.get(call.name)
    match target:
        case Function():
            return await _function(work, tools, target, call.arguments)
        case Known():
            _hand_over(work, target, call.arguments)
            return False
        case Template():
            effects.send_template(work, target.name, work.setting.caller_number)
            if not work.setting.caller_number:
                work.note("warning", f"Nobody's number is known to send {target.name} to.", target.path)
            _remember(work, call.name, {}, "The text message was sent.")
        case Condition():
            moved = (
                moving.exit_flow(work, target.label)
                if target.step is None
                else moving.goto_step(work, target.step, target.label, work.step.path if work.step else None)
            )
            _remember(work, call.name, {}, _DONE if moved else "That leads nowhere.", moved)
        case Values():
            _remember(work, call.name, call.arguments, fill(work, target.names, call.arguments))
        case None:
            work.note("error", f"The model called {call.name}, which was not offered.")
            _remember(work, call.name, call.arguments, "There is no such function.")
    return True


async def _function(work: Work, tools: Tools, function: Function, given: Mapping[str, JsonValue]) -> bool:
    try:
        arguments, unknown = fitted(function, given)
    except Unfit as reason:
        work.note("warning", f"{function.name} was not run: {reason}", function.path, function.line)
        _remember(work, function.name, given, str(reason))
        return True
    if unknown:
        work.note("info", f"{function.name} takes no {', '.join(unknown)}.", function.path, function.line)
    done = await run(work, tools, function, arguments, "model")
    if done is None:
        _remember(work, function.name, arguments, _FAILED)
        return failed(work)
    _remember(work, function.name, arguments, done.result.content or done.said or _DONE, done.moved)
    return await settle(work, tools, done)


def failed(work: Work) -> bool:
    """The model is told the first time; the second time in a turn it is the caller who is."""
    work.failed += 1
    if work.failed < 2:
        return True
    work.apologise()
    return False


def _remember(work: Work, name: str, arguments: Mapping[str, JsonValue], result: str, moved: bool = False) -> None:
    ran = Ran(at=len(work.history), name=name, arguments=dict(arguments), result=result, here=not moved)
    work.called.append(ran)


def _hand_over(work: Work, handoff: Known, arguments: Mapping[str, JsonValue]) -> None:
    reason, words = (str(arguments.get(key) or "") for key in ("reason", "utterance"))
    effects.hand_off(work, effects.destined(work, handoff.name, reason=reason or handoff.name, utterance=words or None))
    work.utter(work.resolved(words, Use.SPOKEN, handoff.path))
    end_if_asked(work, hangup=False)


# What a run leaves to be done


async def function_step(work: Work, tools: Tools, function: Function) -> bool:
    """The current step, which is a function: it runs at once, without a model."""
    done = await run(work, tools, function, {}, "step")
    if done is None:
        work.apologise()
        return False
    ends = done.result.hangup or work.handoff is not None
    if not done.moved and done.said is None and not done.result.content and not ends:
        work.note("warning", f"{function.name} neither moved nor spoke: it keeps the place.", function.path)
        return False
    return await settle(work, tools, done, by_step=True)


async def settle(work: Work, tools: Tools, done: Done, *, by_step: bool = False) -> bool:
    """Words first, then the end; else whether the model is to be asked."""
    content = done.result.content
    if done.said is not None:
        work.utter(work.resolved(done.said, Use.SPOKEN, done.function.path), done.function.path)
    if end_if_asked(work, hangup=done.result.hangup):
        return False
    if done.said is None:
        if content or not by_step:
            work.instruction = content
        if by_step and not done.moved:
            return await _told(work, tools)
        return True
    if not done.result.end_turn:
        work.instruction = content
        return True
    work.instruction, work.later = "", content
    # Words are said, so only a step that needs no answer goes on.
    if done.moved and work.step is not None and work.step.function is not None:
        return await function_step(work, tools, work.step.function)
    return False


async def _told(work: Work, tools: Tools) -> bool:
    """A function step that stays and leaves an instruction: the model speaks by it, and the turn is over."""
    here = work.step
    while work.step is here and work.ended is None:
        work.count()
        offered = offers(work)
        answer = await _ask(work, tools, scene_of(work, offered))
        match answer:
            case Call() if await _called(work, tools, offered, answer):
                continue
            case Said():
                return await _said(work, tools, answer)
        return False
    return True


def end_if_asked(work: Work, *, hangup: bool) -> bool:
    if work.handoff is not None:
        work.ended = Ended(by="agent", outcome="handoff", handoff=work.handoff)
    elif hangup:
        work.ended = Ended(by="agent", outcome="hangup")
    return work.ended is not None
