"""Conversations read and written beside by API, and the debug chat: agents-api.md, sections 8.1 and 9."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from deployments import pipeline
from deployments.models import Agent, Conversation, Membership, Role, Turn
from deployments.runtime import turns
from tests.api.asking import Program, a_program, refused
from tests.conversing.conftest import script as script
from tests.conversing.test_talking import TALKING
from tests.runtime.talking import Script, call
from tests.vocabulary import a_person, admin_of, an_actor, an_agent, answered, begun, closed, edited, live

pytestmark = pytest.mark.django_db

NUMBER = "+442079460018"
RAN = turns.FunctionRun(
    path="functions/find_cabin.py", name="find_cabin", by="model", arguments={"to": NUMBER}, result="C", seconds=0.1
)
HANDED = turns.Ended(
    by="agent", outcome="handoff", handoff=turns.Handoff(destination=f"tel:{NUMBER}", reason="No cabin")
)


def test_conversations_are_listed_newest_first_and_go_on() -> None:
    agent = an_agent()
    placed = live(agent)
    now = timezone.now()
    for number in range(3):
        answered(begun(agent, at=now - timedelta(hours=number)), f"Number {number}", "Yes.")
    program = a_program(agent, permissions=["conversations:read"])

    first = program.get(f"/agents/{agent.slug}/conversations?limit=2")
    last = program.get(f"/agents/{agent.slug}/conversations?limit=2&offset=2").json()

    said = first.json()
    assert [each["shortSummary"]["heading"] for each in said["conversations"]] == ["Number 0", "Number 1"]
    assert (said["count"], said["limit"], said["offset"]) == (3, 2, 0)
    assert 'rel="next"' in first["Link"]
    assert "offset=2" in first["Link"]
    [oldest] = last["conversations"]
    assert oldest["deploymentId"] == str(placed.pk)
    assert (oldest["clientEnv"], oldest["inProgress"], oldest["channel"]) == ("live", True, "webchat.polyai")
    assert "finishedAt" not in oldest  # nothing is said of what is not there: a client stumbles over nulls


def test_one_conversation_has_its_turns_in_their_own_spelling() -> None:
    agent = an_agent()
    live(agent)
    held = begun(agent, caller_number=NUMBER, channel="voice")
    answered(held, "Where is my cabin?", "I put you through.", functions=[RAN], ended=HANDED)

    admin = a_program(agent).get(f"/agents/{agent.slug}/conversations/{held.pk}").json()
    other = a_program(agent, Role.RELEASER).get(f"/agents/{agent.slug}/conversations/{held.pk}").json()

    assert [turn.get("user_input") for turn in admin["turns"]] == [None, "Where is my cabin?"]
    assert admin["turns"][1]["agent_response"] == "I put you through."
    assert (admin["handoff"], admin["handoffReason"]) == (True, "No cabin")
    assert admin["handoffDestination"] == f"tel:{NUMBER}"
    assert admin["functionEvents"]["1"][0]["name"] == "find_cabin"
    assert admin["functionEvents"]["1"][0]["arguments"] == {"to": NUMBER}
    assert admin["fromNumber"] == NUMBER
    assert other["fromNumber"] == "REDACTED"
    assert NUMBER not in str(other)


def test_a_conversation_of_another_agent_or_of_nobody_is_a_404() -> None:
    agent, other = an_agent(), an_agent()
    live(other)
    program = a_program(agent)

    for pk in (begun(other).pk, "nobody", "00000000-0000-0000-0000-000000000000"):
        for path in ("", "/audio"):
            answer = program.get(f"/agents/{agent.slug}/conversations/{pk}{path}")
            refused(answer, 404, "CONVERSATIONS_NOT_FOUND")


def test_there_is_no_recording() -> None:
    agent = an_agent()
    live(agent)

    answer = a_program(agent).get(f"/agents/{agent.slug}/conversations/{begun(agent).pk}/audio")

    refused(answer, 404, "CONVERSATIONS_RECORDING_NOT_FOUND")


def test_notes_and_marks_are_written_by_who_may() -> None:
    agent = an_agent()
    live(agent)
    held = begun(agent)
    answered(held, "How many?", "Three.")
    program, path = a_program(agent, Role.EDITOR), f"/agents/{agent.slug}/conversations/{held.pk}"
    wrong = {"annotations": [{"turnId": 1, "role": "agent", "annotationType": "wrong_info"}]}

    noted = program.send("PUT", f"{path}/note", {"note": "Two."})
    marked = program.post(f"{path}/annotations", wrong)

    held.refresh_from_db()
    assert noted.json() == marked.json() == {"success": True}
    assert (held.note, held.turns.get(number=1).annotations) == ("Two.", {"agent": ["wrong_info"]})
    unknown = {"annotations": [{"turnId": 9, "role": "agent", "annotationType": "wrong_info"}]}
    refused(program.post(f"{path}/annotations", unknown), 400, "CONVERSATIONS_VALIDATION_FAILED")
    owner = an_actor(agent, Role.EDITOR).person
    fallen = a_program(agent, owner)
    pipeline.change_role(Membership.objects.get(person=owner), Role.VIEWER, by=an_actor(agent))
    refused(fallen.post(f"{path}/annotations", wrong), 403, "USER_ACCESS_FORBIDDEN")


@pytest.fixture
def agent(script: Script) -> Agent:
    agent = an_agent(files=TALKING)
    live(agent)
    return agent


def test_a_chat_is_begun_answered_and_ends(agent: Agent, script: Script) -> None:
    program = a_program(agent, Role.EDITOR, permissions=["chat:write"])
    script.answers = [call("find_cabin", code="QXBATZ"), "It is C-104.", call("leave")]

    greeted = program.post(f"/agents/{agent.slug}/debug-chat", {"clientEnv": "live"})
    chat = f"/agents/{agent.slug}/debug-chat/{greeted.json()['conversationId']}"
    said = program.post(chat, {"clientEnv": "live", "message": "Where is my cabin?"})
    unusable = program.post(chat, {"message": "a\0b"})
    ended = program.post(chat, {"message": "Bye"})
    after = program.post(chat, {"message": "Hello?"})

    assert (greeted.status_code, said.status_code) == (201, 200)
    assert (greeted.json()["userInput"], greeted.json()["response"]) == ("", "Welcome aboard.")
    assert said.json()["response"] == "It is C-104."
    assert said.json()["metadata"]["state"]["cabin"] == "C-104"
    assert said.json()["metadata"]["functionEvents"][0]["state_changes"]["added"] == {"cabin": "C-104"}
    assert (ended.json()["response"], ended.json()["conversationEnded"]) == ("Fair winds!", True)
    refused(after, 410, "ChatConversationEnded")
    refused(unusable, 400, "CONVERSATIONS_VALIDATION_FAILED")
    held = Conversation.objects.get()
    assert (held.tested, held.api_key, held.channel, held.place) == (True, "Night build", "voice", "live")


def test_a_chat_with_the_draft_or_where_nothing_stands(agent: Agent) -> None:
    program = a_program(agent)
    address = f"/agents/{agent.slug}/debug-chat"

    refused(program.post(address, {"clientEnv": "draft"}), 400, "CHAT_DRAFT_NOT_EXIST")
    edited(agent)
    drafted = program.post(address, {"clientEnv": "draft", "channel": "webchat.polyai"})
    empty = an_agent(agent.workspace)
    refused(program.post(f"/agents/{empty.slug}/debug-chat", {"clientEnv": "live"}), 400, "CHAT_NOTHING_DEPLOYED")

    held = Conversation.objects.get(pk=drafted.json()["conversationId"])
    assert (held.place, held.version, held.channel) == ("draft", None, "webchat")


def test_a_chat_has_the_id_that_is_chosen_here_and_stays_where_it_was_begun(agent: Agent) -> None:
    program, address = a_program(agent), f"/agents/{agent.slug}/debug-chat"

    chosen = program.post(address, {"clientEnv": "live", "conversationId": "MINE-1"})
    held = program.post(address, {"clientEnv": "live", "conversationId": None}).json()["conversationId"]
    elsewhere = program.post(f"{address}/{held}", {"clientEnv": "draft", "message": "Hello?"})
    unsaid = program.post(address, {"clientEnv": "live", "conversationId": ""}).json()["conversationId"]

    assert refused(chosen, 400, "SCHEMA_VALIDATION_FAILED") == (
        "“conversationId” is not usable: Slipway chooses it. Leave it out, and use the one in the answer."
    )
    assert refused(elsewhere, 400, "CONVERSATIONS_VALIDATION_FAILED") == (
        "This chat is held with live. Begin another to talk to draft."
    )
    assert unsaid != held
    assert Conversation.objects.get(pk=held).turns.count() == 1


@pytest.mark.parametrize("value", [json.loads("[" * 400 + "]" * 400), "a\0b", float("nan"), "x" * 200_000])
def test_integration_attributes_that_nothing_keeps_are_refused(agent: Agent, value: object) -> None:
    program = a_program(agent)
    said = {"clientEnv": "live", "integrationAttributes": {"order": value}}

    answer = program.post(f"/agents/{agent.slug}/debug-chat", said)

    refused(answer, 400, "CONVERSATIONS_VALIDATION_FAILED")
    assert not Conversation.objects.exists()


def test_a_chat_sent_twice_under_one_name_is_begun_once(agent: Agent) -> None:
    program, address = a_program(agent), f"/agents/{agent.slug}/debug-chat"

    first = program.post(address, {"clientEnv": "live"}, Idempotency_Key="one")
    again = program.post(address, {"clientEnv": "live"}, Idempotency_Key="one")

    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Conversation.objects.count() == 1


def test_a_program_says_nothing_in_a_callers_conversation_and_waits_its_turn(agent: Agent) -> None:
    program = a_program(agent)
    callers, tested = begun(agent), begun(agent, by=admin_of(agent.workspace))
    pipeline.claim_turn(tested.pk)

    refused(
        program.post(f"/agents/{agent.slug}/debug-chat/{callers.pk}", {"message": "Hi"}), 403, "USER_ACCESS_FORBIDDEN"
    )
    refused(
        program.post(f"/agents/{agent.slug}/debug-chat/{tested.pk}", {"message": "Hi"}), 409, "CHAT_TURN_IN_PROGRESS"
    )


def test_a_number_that_an_answer_says_is_read_by_whom_it_is_for(agent: Agent, script: Script) -> None:
    script.answers = ["You call from 020 7946 0018."] * 3
    releaser, admin = a_person(Role.RELEASER, agent.workspace), admin_of(agent.workspace)
    theirs, own = (begun(agent, by=person, caller_number=NUMBER) for person in (releaser, admin))
    chat = f"/agents/{agent.slug}/debug-chat"
    poly = f"/adk/v1/accounts/{agent.workspace.slug}/projects/{agent.slug}/chat/{theirs.pk}"
    program = a_program(agent, releaser)

    assert program.post(f"{chat}/{theirs.pk}", {"message": "Who am I?"}).json()["response"] == "You call from REDACTED."
    assert _asked(program, poly, {"message": "Who am I?"})["response"] == "You call from REDACTED."
    answer = a_program(agent).post(f"{chat}/{own.pk}", {"message": "Who am I?"}).json()
    assert answer["response"] == "You call from 020 7946 0018."


def test_a_program_goes_on_with_the_tests_of_its_owner_and_of_nobody_else(agent: Agent, script: Script) -> None:
    script.answers = ["Here.", "Here again."]
    maya = a_person(Role.EDITOR, agent.workspace)
    held = a_program(agent, maya).post(f"/agents/{agent.slug}/debug-chat", {"clientEnv": "live"}).json()
    chat = f"/agents/{agent.slug}/debug-chat/{held['conversationId']}"
    poly = f"/adk/v1/accounts/{agent.workspace.slug}/projects/{agent.slug}/chat/{held['conversationId']}"
    another = a_program(agent)

    assert a_program(agent, maya, name="Another").post(chat, {"message": "Who?"}).json()["response"] == "Here."
    assert "somebody else" in refused(another.post(chat, {"message": "Who?"}), 403, "USER_ACCESS_FORBIDDEN")
    for address in (poly, f"{poly}/end"):
        answer = Client().post(address, "{}", "application/json", headers={"x-api-key": another.key or ""})
        refused(answer, 403, "USER_ACCESS_FORBIDDEN")
    assert Conversation.objects.get().in_progress
    assert Turn.objects.count() == 2


def test_poly_chats_call_by_call(agent: Agent, script: Script) -> None:
    """adk-cli.md, section 3."""
    program = a_program(agent)
    base = f"/adk/v1/accounts/{agent.workspace.slug}/projects/{agent.slug}/chat"
    script.answers = [call("find_cabin", code="QXBATZ"), "It is C-104."]

    begun_ = _asked(program, base, {"client_env": "sandbox", "channel": "webchat.polyai"})
    said = _asked(program, f"{base}/{begun_['conversation_id']}", {"message": "Where?", "client_env": "sandbox"})
    _asked(program, f"{base}/{begun_['conversation_id']}/end", {"client_env": "sandbox"})
    _asked(program, f"{base}/{begun_['conversation_id']}/end", None)

    assert begun_["response"] == "Welcome aboard."
    assert begun_["metadata"]["asr_lang_code"] == "en-GB"
    assert said["response"] == "It is C-104."
    [event] = said["metadata"]["function_events"]
    assert (event["name"], event["arguments"], event["error"]) == ("find_cabin", {"code": "QXBATZ"}, None)
    assert event["state_changes"] == {"added": {"cabin": "C-104"}, "updated": {}, "removed": []}
    held = Conversation.objects.get()
    assert (held.outcome, held.environment and held.environment.slug) == ("closed", "sandbox")
    elsewhere = a_program(an_agent())
    answer = Client().post(f"{base}", "{}", "application/json", headers={"x-api-key": elsewhere.key or ""})
    refused(answer, 404, "PROJECT_NOT_FOUND")


def _asked(program: Program, address: str, body: dict[str, Any] | None) -> Any:
    content = "" if body is None else json.dumps(body)
    answer = Client().generic("POST", address, content, "application/json", headers={"x-api-key": program.key or ""})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_chat_may_be_closed_by_who_tests_it_elsewhere(agent: Agent) -> None:
    program = a_program(agent)
    held = closed(begun(agent, by=admin_of(agent.workspace)))

    refused(program.post(f"/agents/{agent.slug}/debug-chat/{held.pk}", {"message": "Hi"}), 410, "ChatConversationEnded")
