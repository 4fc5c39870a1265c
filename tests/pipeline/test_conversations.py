from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from deployments import pipeline
from deployments.models import Agent, Conversation, Event, Role, Thread, Turn, content
from deployments.pipeline import Actor, Redaction, Refused
from deployments.pipeline.clearing import clear_expired
from deployments.runtime import turns
from tests.vocabulary import (
    RULES,
    a_person,
    a_turn,
    after,
    an_actor,
    an_agent,
    answered,
    begun,
    closed,
    edited,
    environment,
    live,
    promoted,
    published,
    rolled_back,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def reread(conversation: Conversation) -> Conversation:
    return Conversation.objects.select_related("version", "deployment", "environment").get(pk=conversation.pk)


def test_a_conversation_keeps_its_version_across_a_promotion_and_a_rollback_and_a_new_one_takes_what_stands() -> None:
    agent = an_agent()
    first = live(agent)
    talking = begun(agent)
    second = promoted(published(agent), "live")

    during = answered(talking, "How many bags?", "Two.")
    newer = begun(agent)
    rolled_back(agent, "live")
    last = answered(talking, "Really?", "Yes.")

    assert (during.version_id, last.version_id) == (first.version_id, first.version_id)
    assert reread(talking).deployment_id == first.pk
    assert (newer.version_id, newer.deployment_id) == (second.version_id, second.pk)
    assert begun(agent).version_id == first.version_id


def test_where_an_environment_moves_them_a_conversation_goes_on_with_what_was_placed_meanwhile() -> None:
    agent = an_agent()
    first = live(agent)
    pipeline.change_moving(environment(agent, "live"), True, by=an_actor(agent))
    talking = begun(agent)
    second = promoted(published(agent), "live")

    turn = answered(talking, "How many bags?", "Two.")

    assert talking.turns.get(number=0).version_id == first.version_id
    assert turn.version_id == second.version_id
    assert (reread(talking).version_id, reread(talking).deployment_id) == (second.version_id, second.pk)
    assert pipeline.claim_turn(talking.pk).digest == second.version.manifest_digest
    assert agent.events.filter(kind=Event.Kind.AGENT_SETTINGS).get().details == {"moves_conversations": [False, True]}


def test_only_an_admin_lets_an_environment_move_them_and_twice_is_quiet() -> None:
    agent = an_agent()
    live_ = environment(agent, "live")

    with pytest.raises(Refused, match="Only admins may change an agent's settings"):
        pipeline.change_moving(live_, True, by=an_actor(agent, Role.RELEASER))
    pipeline.change_moving(live_, True, by=an_actor(agent))
    pipeline.change_moving(live_, True, by=an_actor(agent))

    assert agent.events.filter(kind=Event.Kind.AGENT_SETTINGS).count() == 1


def test_a_draft_conversation_keeps_what_the_draft_held_when_it_began_even_when_that_is_long_gone() -> None:
    agent = an_agent()
    edited(agent, {RULES: b"Speak like a captain.\n"})
    talking = begun(agent, "draft", by=Role.EDITOR)

    kept = pipeline.discard(agent, state=edited(agent).state, by=an_actor(agent))
    clear_expired(kept.expires_at + timedelta(days=1))
    claim = pipeline.claim_turn(talking.pk)

    assert (talking.version_id, talking.environment_id, talking.place) == (None, None, "draft")
    assert content.contents(agent, claim.manifest)[RULES] == b"Speak like a captain.\n"
    assert claim.digest == talking.thread.manifest_digest


def test_a_version_taken_by_itself_belongs_to_no_environment() -> None:
    agent = an_agent()
    placed = live(agent)

    talking = begun(agent, placed.version, by=Role.VIEWER)

    assert (talking.place, talking.version_id, talking.in_production) == ("draft", placed.version_id, False)


@pytest.mark.parametrize(("where", "words"), [("sandbox", "published to Sandbox"), ("live", "promoted to Live")])
def test_nobody_answers_where_nothing_stands(where: str, words: str) -> None:
    agent = an_agent()

    with pytest.raises(Refused, match=f"Nothing has been {words} yet") as refused:
        begun(agent, where)

    assert refused.value.code == "nothing_deployed"
    assert not Conversation.objects.exists()


def test_a_draft_that_was_published_meanwhile_answers_nobody() -> None:
    agent = an_agent()
    read = edited(agent)
    published(agent)

    with pytest.raises(Refused, match="published or deleted meanwhile") as refused:
        pipeline.begin_conversation(agent, read, channel="webchat", tested=True, by=an_actor(agent))

    assert refused.value.code == "draft_moved"
    assert not Conversation.objects.exists()


def test_who_does_not_belong_to_the_workspace_talks_to_nothing_in_it() -> None:
    agent = an_agent()
    live(agent)

    with pytest.raises(Refused, match="You do not belong to this workspace"):
        begun(agent, by=a_person())


def test_names_that_no_column_holds_do_not_lose_the_turn() -> None:
    agent = an_agent()
    live(agent)
    talking = begun(agent)
    run = turns.FunctionRun(
        path="", name="find\0\ud800" + "x" * 300, by="model", arguments={}, result=None, seconds=0.1
    )
    claim = pipeline.claim_turn(talking.pk, heard="Hello?")
    spoken = turns.Standing(variant="v\0" * 200, language="\ud800" * 50)

    pipeline.record_turn(claim, a_turn("Hello?", "Hello.", functions=[run]), spoken)

    held = reread(talking)
    assert held.functions == [("find\ufffd\ufffd" + "x" * 300)[:200]]
    assert (held.variant, held.language) == ("v\ufffd" * 100, "\ufffd" * 35)


def test_while_a_turn_is_being_made_there_is_no_other() -> None:
    agent = an_agent()
    live(agent)
    talking = begun(agent)
    claim = pipeline.claim_turn(talking.pk, heard="Hello?")

    with pytest.raises(Refused) as refused:
        pipeline.claim_turn(talking.pk, heard="Hello?")
    pipeline.release(talking.pk, claim.id)

    assert refused.value.code == "turn_in_progress"
    assert answered(talking, "Hello?", "Hello.").number == 1


def test_a_killed_worker_blocks_nobody_and_what_it_still_hands_over_is_not_recorded_twice() -> None:
    agent = an_agent()
    live(agent)
    talking = begun(agent, at=NOON)
    killed = pipeline.claim_turn(talking.pk, heard="How many bags?", at=NOON)

    again = pipeline.claim_turn(talking.pk, heard="How many bags?", at=NOON + timedelta(seconds=16))
    made = a_turn("How many bags?", "Two.")
    pipeline.record_turn(again, made, after(again, made))
    with pytest.raises(Refused, match="Somebody else answered") as refused:
        pipeline.record_turn(killed, made, after(killed, made))

    assert refused.value.code == "claim_lost"
    assert talking.turns.count() == reread(talking).turn_count == 2


def test_a_turn_that_takes_long_keeps_its_claim_as_long_as_its_worker_lives() -> None:
    agent = an_agent()
    live(agent)
    talking = begun(agent, at=NOON)
    claim = pipeline.claim_turn(talking.pk, at=NOON)

    kept = pipeline.keep_claim(claim, at=NOON + timedelta(seconds=10))

    assert kept
    with pytest.raises(Refused):
        pipeline.claim_turn(talking.pk, at=NOON + timedelta(seconds=20))
    taken = pipeline.claim_turn(talking.pk, at=NOON + timedelta(seconds=26))
    assert not pipeline.keep_claim(claim, at=NOON + timedelta(seconds=27))
    assert taken.id != claim.id


def test_what_a_turn_left_behind_is_what_lists_and_filters_read() -> None:
    agent = an_agent()
    live(agent)
    talking = begun(agent, "live", at=NOON, caller_number="+442079460018")
    failed = turns.FunctionRun(
        path="functions/find_cabin.py",
        name="find_cabin",
        by="model",
        arguments={"code": "QX"},
        result=None,
        seconds=0.1,
        error=turns.Note(level="error", text="KeyError: QX"),
    )
    desk = turns.Handoff(destination="front_desk", reason="No cabin")

    answered(
        talking,
        "  Where is\n my cabin? ",
        "I will put you through.",
        at=NOON + timedelta(minutes=2),
        functions=[failed],
        ended=turns.Ended(by="agent", outcome="handoff", handoff=desk),
    )

    held = reread(talking)
    assert (held.summary, held.functions, held.errors) == ("Where is my cabin?", ["find_cabin"], True)
    assert (held.outcome, held.handed_off, held.handoff_destination) == ("handoff", True, "front_desk")
    assert held.duration == timedelta(minutes=2)
    assert Conversation.objects.saying("cabin through").get() == held
    assert not Conversation.objects.saying("ferry").exists()
    with pytest.raises(Refused, match="This conversation has ended"):
        pipeline.claim_turn(talking.pk)


def test_what_no_column_holds_is_kept_as_far_as_it_can_be() -> None:
    agent = an_agent()
    live(agent)
    talking = begun(agent)

    turn = answered(talking, "Hello", "Half \ud83d and \0 nothing", state={"n": (None, float("nan"))})

    assert Turn.objects.get(pk=turn.pk).said == "Half \ufffd and \ufffd nothing"
    assert turns.read(turns.Turn, turn.record).state["n"] == (None, None)


def test_no_message_is_longer_than_a_message_may_be() -> None:
    agent = an_agent()
    live(agent)
    talking = begun(agent)

    with pytest.raises(Refused, match="5,000 are allowed"):
        pipeline.claim_turn(talking.pk, heard="a" * 5001)

    assert Thread.objects.get(pk=talking.pk).claim is None


def test_notes_tags_and_marks_are_an_editors() -> None:
    agent = an_agent()
    live(agent)
    talking = begun(agent)
    answered(talking, "How many bags?", "Three.")
    editor = an_actor(agent, Role.EDITOR)

    pipeline.note_conversation(talking, " Two, not three. ", by=editor)
    pipeline.tag_conversation(talking, ["Bags", "bags ", "", "summer 2026"], by=editor)
    pipeline.annotate_turns(talking, [(1, "agent", "wrong_info"), (1, "agent", "wrong_info")], by=editor)

    held = reread(talking)
    assert (held.note, held.tags) == ("Two, not three.", ["Bags", "summer 2026"])
    assert talking.turns.get(number=1).annotations == {"agent": ["wrong_info"]}
    pipeline.annotate_turns(talking, [(1, "user", "missing_topic")], by=editor, replace=True)
    assert talking.turns.get(number=1).annotations == {"user": ["missing_topic"]}
    for refused in (
        lambda: pipeline.note_conversation(talking, "Mine", by=an_actor(agent, Role.VIEWER)),
        lambda: pipeline.tag_conversation(talking, ["a" * 51], by=editor),
        lambda: pipeline.annotate_turns(talking, [(7, "agent", "wrong_info")], by=editor),
        lambda: pipeline.annotate_turns(talking, [(1, "agent", "boring")], by=editor),
    ):
        with pytest.raises(Refused):
            refused()
    assert reread(talking).note == "Two, not three."


def test_who_fell_silent_is_found_after_half_an_hour() -> None:
    agent = an_agent()
    live(agent)
    silent, talking, over = (begun(agent, at=NOON) for _ in range(3))
    answered(talking, "Hello", "Hello.", at=NOON + timedelta(minutes=20))
    closed(over, at=NOON + timedelta(minutes=1))

    found = pipeline.idle_conversations(NOON + timedelta(minutes=31))

    assert found == [silent.pk]


def test_old_conversations_go_as_their_workspace_says_with_all_that_was_said() -> None:
    agent, other = an_agent(), an_agent()
    live(agent), live(other)
    pipeline.change_workspace(agent.workspace, conversations_kept_days=30, by=Actor(an_actor(agent).person))
    for each in (agent, other):
        answered(begun(each, at=NOON), "Old", "Yes.", at=NOON)
        begun(each, "sandbox", by=Role.VIEWER, at=NOON)
    recent = begun(agent, at=NOON + timedelta(days=20))

    went = clear_expired(NOON + timedelta(days=31))["conversations"]

    assert went == 2
    assert list(agent.conversations.values_list("pk", flat=True)) == [recent.pk]
    assert other.conversations.count() == 2
    assert not Turn.objects.filter(conversation__agent=agent).exclude(conversation=recent).exists()


def test_an_agent_that_is_cleared_takes_its_conversations_along() -> None:
    agent = an_agent()
    live(agent)
    answered(begun(agent), "Hello", "Hello.")
    with time_machine.travel(NOON):
        pipeline.delete_agent(agent, typed=agent.slug, by=an_actor(agent))

    clear_expired(NOON + timedelta(days=31))

    assert not Agent.objects.filter(pk=agent.pk).exists()
    assert not Conversation.objects.exists()


@pytest.mark.parametrize(
    "written", ["+442079460018", "442079460018", "+44 20 7946 0018", "(020) 7946-0018", "02079460018", 442079460018]
)
def test_a_number_is_hidden_however_it_is_written(written: str | int) -> None:
    redaction = Redaction.of(Conversation(caller_number="+442079460018"), Role.RELEASER)

    assert redaction.value({"of": [written, f"It is {written}."]}) == {"of": ["REDACTED", "It is REDACTED."]}


def test_what_only_looks_like_the_number_stays() -> None:
    redaction = Redaction.of(Conversation(caller_number="+442079460018"), Role.RELEASER)
    other = {"of": ["2026-11-24 12:00", "+44 20 7946 0019", "Booking 7946001", 7946, 2.5, True, None]}

    assert redaction.value(other) == other
    assert Redaction.of(Conversation(caller_number="ana@sip.example"), Role.VIEWER).text("To ana@sip.example") == (
        "To REDACTED"
    )
