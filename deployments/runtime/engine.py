"""How a version answers: a conversation begins, is answered turn by turn, and ends.

Standings and turns are plain data; between two calls nothing is kept here, so any worker may go on with any
conversation. Two calls about one conversation at the same time are the caller's to prevent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from pydantic import JsonValue

from deployments.runtime.calling import Tools, run
from deployments.runtime.exchange import end_if_asked, exchange, function_step, stop
from deployments.runtime.outside import Outside
from deployments.runtime.playbook import Playbook
from deployments.runtime.retrieval import AT_MOST
from deployments.runtime.sandbox.running import Sandbox
from deployments.runtime.scene import Asker, Say
from deployments.runtime.speech import corrected
from deployments.runtime.turns import Ended, Setting, Standing, Turn
from deployments.runtime.wording import Use
from deployments.runtime.work import TooLong, Work, work_for


def now() -> datetime:
    return datetime.now(UTC)


class Engine:
    """Shared by all conversations of a process. `asker` answers, `sandbox` runs functions, `clock` is the wall's."""

    def __init__(self, sandbox: Sandbox, asker: Asker, clock: Callable[[], datetime] = now) -> None:
        self.sandbox = sandbox
        self.asker = asker
        self.clock = clock

    async def begin(self, playbook: Playbook, setting: Setting, host: Outside, say: Say) -> tuple[Standing, Turn]:
        """The first turn, which nobody asked for: the start function, then disclaimer and greeting."""
        work = work_for(playbook, setting, _first(playbook, setting), None, self.clock(), say)
        if setting.variant is not None and setting.variant != work.variant:
            work.note("warning", f"There is no variant {setting.variant}: the default one was taken.")
        try:
            await _begin(work, self._tools(host))
        except TooLong as reason:
            stop(work, str(reason))
        return work.standing(), work.turn(self.asker.name)

    async def answer(
        self, playbook: Playbook, setting: Setting, standing: Standing, heard: str, host: Outside, say: Say
    ) -> tuple[Standing, Turn]:
        """The turn that answers what was heard; `""` is a silence. Raises ValueError when the conversation is over."""
        if standing.ended is not None:
            raise ValueError("The conversation has ended.")
        work = work_for(playbook, setting, standing, heard.strip(), self.clock(), say)
        _hear(work)
        await exchange(work, self._tools(host))
        return work.standing(), work.turn(self.asker.name)

    async def end(
        self, playbook: Playbook, setting: Setting, standing: Standing, host: Outside, ended: Ended
    ) -> tuple[Standing, Turn | None]:
        """After whatever ended it: the end function, once. What it leaves is recorded, and nothing is said."""
        over = replace(standing, ended=standing.ended or ended, closed=True)
        if standing.closed or playbook.end is None:
            return over, None
        work = work_for(playbook, setting, over, None, self.clock(), lambda piece: None)
        try:
            await run(work, self._tools(host), playbook.end, {}, "end")
        except TooLong as reason:
            work.note("error", str(reason))
        return replace(work.standing(), closed=True), work.turn(self.asker.name)

    def _tools(self, host: Outside) -> Tools:
        return Tools(self.sandbox, self.asker, host)


def _first(playbook: Playbook, setting: Setting) -> Standing:
    variant = setting.variant if setting.variant in playbook.variants else playbook.variant
    language = setting.language or playbook.language
    # What a phone system puts there before any function runs.
    built_in: Mapping[str, JsonValue] = {
        "from_": setting.caller_number,
        "to": setting.callee_number,
        "call_sid": setting.id,
        "asr_lang_code": language,
        "tts_lang_code": language,
        "shared_id": setting.id,
    }
    state = {name: value for name, value in built_in.items() if value is not None}
    return Standing(language=language, variant=variant, state=state)


async def _begin(work: Work, tools: Tools) -> None:
    book = work.playbook
    done = await run(work, tools, book.start, {}, "start") if book.start is not None else None
    said = done.said if done is not None else None
    ends = done is not None and (done.result.hangup or work.handoff is not None)
    if work.setting.channel == "voice" and book.disclaimer is not None and not ends:
        work.utter(work.resolved(book.disclaimer.text, Use.SPOKEN, book.disclaimer.path), book.disclaimer.path)
    greeting = book.greetings.get(work.setting.channel)
    if done is not None and said is not None:
        work.utter(work.resolved(said, Use.SPOKEN, done.function.path), done.function.path)
        if not said:
            work.note("info", "The start function says nothing: the agent listens.", done.function.path)
    elif greeting is not None and not ends:
        work.utter(work.resolved(greeting.text, Use.SPOKEN, greeting.path), greeting.path)
    if done is None:
        return
    work.later = done.result.content
    if end_if_asked(work, hangup=done.result.hangup):
        return
    if (
        work.step is not None
        and work.step.function is not None
        and await function_step(work, tools, work.step.function)
    ):
        await exchange(work, tools)


def _hear(work: Work) -> None:
    book = work.playbook
    if work.understood and work.setting.channel == "voice":
        work.understood = corrected(work.understood, book.corrections, work.patterns)
    work.input_at = len(work.history)
    work.history.append(("user", work.understood))
    if not work.understood:
        return
    work.heard_here.append(work.understood)
    found = book.index(work.language, work.variant).find(work.understood, at_most=AT_MOST + len(work.disabled))
    disabled = set(work.disabled)
    work.hits = [hit for hit in found if hit.topic.name not in disabled][:AT_MOST]
