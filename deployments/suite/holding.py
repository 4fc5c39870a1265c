"""A case held with the runtime's engine, from the greeting to the verdicts."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from pydantic import JsonValue

from deployments.runtime.days import zone_of
from deployments.runtime.engine import Engine
from deployments.runtime.models import OFFLINE
from deployments.runtime.playbook import Playbook
from deployments.runtime.scene import ModelFailed, unheard
from deployments.runtime.turns import CHANNEL_TYPES, CLOSED, Env, Setting, Standing, Turn
from deployments.suite.caller import caller_of
from deployments.suite.case import Case
from deployments.suite.judging import judge, judge_by_model, reasons
from deployments.suite.mocks import Mocked
from deployments.suite.results import Result, Status, Verdict

NOTHING_ASSERTED = "The case expects nothing."


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What functions read of where they run, and what the chance of a case begins from.

    `version` tells the content apart that is tested (a hash); `attempt` counts repetitions, which only vary where a
    model answers.
    """

    env: Env
    account_id: str
    project_id: str
    version: str
    attempt: int = 1


class _NotHeld(Exception):
    """The conversation could not be had; the message says why."""


@dataclass
class _Talk:
    """What there is of the conversation, whatever happens to it."""

    turns: list[Turn] = field(default_factory=list)
    standing: Standing | None = None
    notes: list[str] = field(default_factory=list)
    stuck: str = ""


async def hold(
    engine: Engine,
    playbook: Playbook,
    case: Case,
    *,
    identity: Identity,
    began: datetime,
    real_time: Mapping[str, JsonValue] | None = None,
    most_seconds: float = 120,
) -> Result:
    """Hold the conversation of a case and judge it.

    `began` is the clock of a case without a simulated time, `real_time` the live values of the environment. Never
    raises for what agent, engine or model do: such a result is `error`, one past `most_seconds` `timed_out`.
    """
    started, talk, outside = monotonic(), _Talk(), Mocked(case.api_mocks, real_time)
    verdicts: list[Verdict] = []
    status: Status
    try:
        async with asyncio.timeout(most_seconds):
            await _converse(engine, playbook, case, _setting(engine, case, identity, began), outside, talk)
            assert talk.standing is not None
            verdicts = judge(case, talk.turns, talk.standing, broken_off=talk.stuck)
            verdicts += await judge_by_model(case, talk.turns, engine.asker, broken_off=talk.stuck)
        status, reason = outcome(verdicts)
    except TimeoutError:
        status, reason = "timed_out", f"It was not over after {most_seconds:g} s."
    except _NotHeld as why:
        status, reason = "error", str(why)
    except Exception as error:  # whatever an agent's content brings about must not end the run of the others
        status, reason = "error", f"The engine failed: {type(error).__name__}: {error}"[:500]
    return Result(
        status=status,
        reason=reason,
        verdicts=tuple(verdicts),
        turns=tuple(talk.turns),
        seconds=round(monotonic() - started, 3),
        engine=engine.asker.name,
        notes=tuple(dict.fromkeys([*talk.notes, *outside.notes])),
    )


def outcome(verdicts: list[Verdict]) -> tuple[Status, str]:
    """The status of a case by its verdicts, with one sentence for what kept it from passing."""
    if failed := list(reasons(verdicts, "failed")):
        return "failed", _first_of(failed)
    if unjudged := list(reasons(verdicts, "not judged")):
        return "incomplete", f"Not judged: {_first_of(unjudged)}"
    return ("passed", "") if verdicts else ("incomplete", NOTHING_ASSERTED)


def _first_of(told: list[str]) -> str:
    return told[0] if len(told) == 1 else f"{told[0]} And {len(told) - 1} more."


def _setting(engine: Engine, case: Case, identity: Identity, began: datetime) -> Setting:
    seed = f"{identity.version}:{case.digest}"
    if engine.asker.name != OFFLINE:
        seed = f"{seed}:{identity.attempt}"
    return Setting(
        id=f"test-{hashlib.sha256(seed.encode()).hexdigest()[:24]}",
        account_id=identity.account_id,
        project_id=identity.project_id,
        env=identity.env,
        channel=case.channel,
        channel_type=CHANNEL_TYPES[case.channel],
        began=case.simulated_at or began,
        frozen=True,
        seed=seed,
        variant=case.variant,
        language=case.language,
        caller_number=case.caller_number,
        sip_headers=case.sip_headers,
        integration_attributes=case.integration_attributes,
        function_results=case.function_results,
    )


async def _converse(
    engine: Engine, playbook: Playbook, case: Case, setting: Setting, outside: Mocked, talk: _Talk
) -> None:
    if case.variant is not None and case.variant not in playbook.variants:
        raise _NotHeld(f"There is no variant {case.variant} in this version.")
    talk.standing, turn = await engine.begin(playbook, setting, outside, unheard)
    _keep(talk, turn)
    zone = zone_of(playbook.variants.get(talk.standing.variant or "", {}))
    caller = caller_of(case, engine.asker, talk.standing.language, setting.began.astimezone(zone).date())
    while talk.standing.ended is None:
        try:
            line = await caller.next(talk.turns)
        except ModelFailed as failed:
            raise _NotHeld(f"The model could not play the caller: {failed}") from None
        if line is None:
            break
        talk.standing, turn = await engine.answer(playbook, setting, talk.standing, line, outside, unheard)
        _keep(talk, turn)
    talk.stuck = caller.stuck
    unsaid = len(case.turns) - (len(talk.turns) - 1)
    if case.turns and unsaid > 0:
        talk.notes.append(f"The agent ended it with {unsaid} line{'s' if unsaid > 1 else ''} of the script unsaid.")
    talk.notes += caller.notes
    # Nobody waits for the end function: what it changes is judged by nothing.
    _, last = await engine.end(playbook, setting, talk.standing, outside, CLOSED)
    if last is not None:
        failures = (run.error.text for run in last.functions if run.error is not None)
        talk.notes += [f"The end function failed: {text}" for text in failures]


def _keep(talk: _Talk, turn: Turn) -> None:
    talk.turns.append(turn)
    failure = next((request.error for request in turn.requests if request.error), None)
    if failure is not None:
        raise _NotHeld(f"The model gave no answer in turn {len(talk.turns) - 1}: {failure}")
