from __future__ import annotations

import asyncio
from datetime import timedelta
from unittest import mock

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from deployments import conversing, pipeline
from deployments.conversing import preparing
from deployments.conversing.home import HOME
from deployments.conversing.playbooks import PLAYBOOKS
from deployments.models import Conversation, Role, Thread
from deployments.pipeline import Refused
from deployments.runtime import turns
from tests.runtime.talking import Script, call
from tests.vocabulary import FILES, a_config, an_actor, an_agent, edited, environment, live, promoted, published

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("script")]

END = b"""from _gen import *


def end_function(conv: Conversation):
    conv.write_metric("BYE", conv.state.cabin)
"""
LEAVE = b"""from _gen import *


@func_description("The passenger says goodbye.")
def leave(conv: Conversation):
    return {"utterance": "Fair winds!", "hangup": True}
"""
OPEN = b"""from _gen import *


@func_description("Whether the pier is open.")
def is_open(conv: Conversation):
    answer = conv.api.harbour.status()
    return {"utterance": f"{conv.real_time_config.get('open')} {answer.status_code}"}
"""
TALKING = {
    **FILES,
    "functions/end_function.py": END,
    "functions/leave.py": LEAVE,
    "functions/is_open.py": OPEN,
    "agent_settings/rules.txt": b"Use {{fn:find_cabin}}, {{fn:leave}} and {{fn:is_open}}.\n",
    "config/api_integrations.yaml": (
        b"api_integrations:\n- name: harbour\n  description: The harbour\n  environments:\n    sandbox:\n"
        b"      base_url: https://harbour.example\n  operations:\n  - name: status\n    method: GET\n"
        b"    resource: /status\n"
    ),
}


def begun(agent: object, where: str = "live", **about: object) -> conversing.Answered:
    held_with = environment(agent, where)  # type: ignore[arg-type]
    said = {"channel": "webchat", "tested": False, "by": None} | about
    return conversing.begin_now(agent, held_with, **said)  # type: ignore[arg-type]


def test_a_conversation_is_greeted_answered_and_kept_turn_by_turn(script: Script) -> None:
    agent = an_agent(files=TALKING)
    live(agent)
    greeted = begun(agent)
    script.answers = [call("find_cabin", code="QXBATZ"), "It is C-104."]

    answered = conversing.answer_now(greeted.conversation.pk, "Where is my cabin?")

    held = Conversation.objects.get()
    assert greeted.turn.said == "Welcome aboard."
    assert (answered.turn.number, answered.turn.said) == (1, "It is C-104.")
    assert answered.turn.record["state"] == {"cabin": [None, "C-104"]}
    assert (held.summary, held.functions, held.turn_count) == ("Where is my cabin?", ["find_cabin"], 2)
    assert Thread.objects.get().claim is None


def test_a_conversation_is_answered_by_the_version_it_began_with(script: Script) -> None:
    agent = an_agent(files=TALKING)
    live(agent)
    old = begun(agent)
    edited(agent, {"voice/configuration.yaml": b"greeting:\n  welcome_message: Ahoy.\n  language_code: en-GB\n"})
    edited(agent, {"agent_settings/rules.txt": b"Say ahoy.\n"})
    promoted(published(agent), "live")

    new = begun(agent)
    conversing.answer_now(old.conversation.pk, "Hello")
    conversing.answer_now(new.conversation.pk, "Hello")

    assert new.turn.said == "Ahoy."
    assert ["Say ahoy." in scene.rules for scene in script.scenes] == [False, True]


def test_a_draft_is_talked_to_as_it_was_when_the_conversation_began(script: Script) -> None:
    agent = an_agent(files=TALKING)
    draft = pipeline.draft_of(agent)
    assert draft is not None
    by = an_actor(agent, Role.VIEWER)
    greeted = conversing.begin_now(agent, draft, channel="webchat", tested=True, by=by)
    edited(agent, {"agent_settings/rules.txt": b"Say ahoy.\n"})

    conversing.answer_now(greeted.conversation.pk, "Hello")

    assert "Say ahoy." not in script.scenes[0].rules
    assert greeted.conversation.person == by.person


def test_the_end_function_runs_once_after_whatever_ended_it(script: Script) -> None:
    agent = an_agent(files=TALKING)
    live(agent)
    hung_up, closed = begun(agent).conversation, begun(agent).conversation
    script.answers = [call("leave")]

    answered = conversing.answer_now(hung_up.pk, "Bye")
    ended = conversing.end_now(closed.pk)
    again = conversing.end_now(closed.pk)

    assert answered.turn.said == "Fair winds!"
    assert (ended, again) == (True, False)
    for each, outcome in ((hung_up, "hangup"), (closed, "closed")):
        each.refresh_from_db()
        assert each.outcome == outcome
        last = each.turns.latest("number")
        assert [run["name"] for run in last.record["functions"]] == ["end_function"]
    with pytest.raises(Refused, match="has ended"):
        conversing.answer_now(hung_up.pk, "Hello?")


def test_real_time_values_are_those_of_the_moment_and_nothing_is_sent(script: Script) -> None:
    agent = an_agent(files=TALKING)
    live(agent)
    greeted = begun(agent)
    a_config(agent, {}, {"open": "at seven"})
    script.answers = [call("is_open")]

    answered = conversing.answer_now(greeted.conversation.pk, "Are you open?")

    assert answered.turn.said == "at seven 503"


def test_words_sent_twice_are_answered_once_and_others_in_their_place_are_refused(script: Script) -> None:
    agent = an_agent(files=TALKING)
    live(agent)
    talking = begun(agent).conversation
    script.answers = ["First.", "Second."]

    first = conversing.answer_now(talking.pk, "Hello", number=1)
    again = conversing.answer_now(talking.pk, "Hello", number=1)
    with pytest.raises(Refused, match="went on meanwhile"):
        conversing.answer_now(talking.pk, "Something else", number=1)
    with pytest.raises(Refused, match="went on meanwhile"):
        conversing.answer_now(talking.pk, "Too early", number=7)

    assert (first.turn.pk, first.turn.said) == (again.turn.pk, "First.")
    assert len(script.scenes) == 1
    assert conversing.answer_now(talking.pk, "And now?", number=2).turn.said == "Second."


def test_what_fails_is_said_and_the_same_words_may_be_sent_again(script: Script) -> None:
    agent = an_agent(files=TALKING)
    live(agent)
    talking = begun(agent).conversation

    with (
        mock.patch("deployments.runtime.engine.exchange", side_effect=RuntimeError("a defect")),
        mock.patch.object(preparing.log, "error") as logged,
        pytest.raises(Refused) as refused,
    ):
        conversing.answer_now(talking.pk, "Hello")

    assert refused.value.code == "turn_failed"
    assert logged.called
    assert conversing.answer_now(talking.pk, "Hello").turn.number == 1


def test_a_turn_that_takes_long_keeps_its_claim(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = an_agent(files=TALKING)
    live(agent)
    talking = begun(agent).conversation
    monkeypatch.setattr("deployments.conversing.steps.STILL_ALIVE", 0.01)
    kept: list[bool] = []

    async def slow(*asked: object) -> object:
        while not kept:
            await asyncio.sleep(0.01)
        raise RuntimeError("done")

    def keep(claim: object) -> bool:
        kept.append(True)
        return True

    monkeypatch.setattr(script, "ask", slow)
    monkeypatch.setattr(pipeline, "keep_claim", keep)
    with mock.patch.object(preparing.log, "error"), pytest.raises(Refused):
        conversing.answer_now(talking.pk, "Hello")

    assert kept


def test_who_waits_on_a_loop_hears_words_as_they_come(script: Script) -> None:
    agent = an_agent(files=TALKING)
    live(agent)
    heard: list[str] = []

    async def talk() -> list[conversing.Answered]:
        about = {"channel": "webchat", "tested": False, "by": None}
        first = await conversing.begin(agent, environment_, say=heard.append, **about)
        script.answers = ["Two bags of course.", call("leave")]
        second = await conversing.answer(first.conversation.pk, "How many?", say=heard.append)
        third = await conversing.answer(first.conversation.pk, "Bye", say=heard.append)
        while not await Thread.objects.filter(pk=first.conversation.pk, claim=None).aexists():
            await asyncio.sleep(0.01)
        return [first, second, third]

    environment_ = environment(agent, "live")
    said = async_to_sync(talk)()

    assert "".join(heard) == "Welcome aboard.Two bags of course. Fair winds!"
    assert [each.turn.said for each in said] == ["Welcome aboard.", "Two bags of course.", "Fair winds!"]
    assert Conversation.objects.get().turns.count() == 4  # the last is the end function's
    assert async_to_sync(conversing.end)(said[0].conversation.pk) is False


def test_a_turn_is_made_to_its_end_though_who_asked_has_gone(script: Script) -> None:
    agent = an_agent(files=TALKING)
    live(agent)
    talking = begun(agent).conversation
    script.answers = ["Still here."]

    async def leave() -> None:
        asking = asyncio.ensure_future(conversing.answer(talking.pk, "Hello?"))
        await asyncio.sleep(0)
        asking.cancel()
        while not await talking.turns.filter(number=1).aexists():
            await asyncio.sleep(0.01)

    async_to_sync(leave)()

    assert talking.turns.get(number=1).said == "Still here."


def test_content_is_read_once_however_many_talk_to_it(script: Script) -> None:
    agent = an_agent(files=TALKING)
    live(agent)
    PLAYBOOKS.clear()

    with mock.patch("deployments.conversing.playbooks.Playbook.of", wraps=preparing.Playbook.of) as read:
        for where in ("sandbox", "live", "live"):
            begun(agent, where)

    assert read.call_count == 1


def test_silent_ones_are_ended_by_the_workers_clock(script: Script) -> None:
    from deployments.jobs import end_silent_conversations

    agent = an_agent(files=TALKING)
    live(agent)
    silent, talking = (begun(agent, at=timezone.now() - timedelta(minutes=minutes)).conversation for minutes in (31, 5))

    end_silent_conversations.func(0)

    silent.refresh_from_db()
    talking.refresh_from_db()
    assert (silent.outcome, silent.ended_by, talking.in_progress) == ("idle", "idle", True)


def test_an_end_function_whose_process_died_runs_once_by_the_workers_clock(script: Script) -> None:
    from deployments.jobs import end_silent_conversations

    agent = an_agent(files=TALKING)
    live(agent)
    held = begun(agent).conversation
    script.answers = [call("leave")]
    with mock.patch("deployments.conversing.steps.closed", side_effect=SystemExit), pytest.raises(SystemExit):
        conversing.answer_now(held.pk, "Bye")
    end_silent_conversations.func(0)
    before = held.turns.count()  # whoever is at it may still be alive
    Thread.objects.update(claimed_until=timezone.now())

    for _ in range(2):
        end_silent_conversations.func(0)

    held.refresh_from_db()
    last = held.turns.latest("number")
    assert (before, held.turns.count(), held.outcome) == (2, 3, "hangup")
    assert [run["name"] for run in last.record["functions"]] == ["end_function"]
    assert Thread.objects.get().standing["closed"]
    with pytest.raises(Refused, match="has ended"):
        conversing.answer_now(held.pk, "Hello?")


def test_the_engine_begins_anew_after_it_was_closed(script: Script) -> None:
    agent = an_agent(files=TALKING)
    live(agent)
    talking = begun(agent).conversation
    HOME.close()
    script.answers = [call("find_cabin", code="QXBATZ"), "It is C-104."]

    answered = conversing.answer_now(talking.pk, "Where?")

    assert turns.read(turns.Turn, answered.turn.record).functions[0].error is None
