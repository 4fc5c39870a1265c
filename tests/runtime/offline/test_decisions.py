"""What the offline engine decides, scene by scene: a table is booked, an appointment cancelled, and the rules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.runtime.offline import decide
from deployments.runtime.scene import Call, Called, Choice, Offered, Place, Said, Scene
from tests.runtime.offline.scenes import advanced, entity, function, handoff, parameter, scene, topic

BOOK = function(
    "check_table", "Look for a free table.",
    date="The day as YYYY-MM-DD", time="The time, for example 19:30", party_size="integer: How many people come",
)  # fmt: skip
CODE = function("find_cabin", "Find the cabin.", code="Booking code, two letters and four digits")
DESK = handoff("front_desk", "Hand over to front_desk: People at the pier.")


def said(answer: Said | Call) -> str:
    assert isinstance(answer, Said)
    return answer.text


def called(answer: Said | Call) -> tuple[str, dict[str, object]]:
    assert isinstance(answer, Call)
    return answer.name, dict(answer.arguments)


# A table is booked


def test_a_menu_is_told_and_a_text_message_offered_and_sent() -> None:
    menu = topic("Menu", "Tonight: soup, then pike.", "If they want it in writing, send send_sms_menu.", exact=True)
    sms = Offered(name="send_sms_menu", description="", kind="sms")
    first = decide(scene("Can I see a menu?", topics=[menu], offered=[sms]))
    assert said(first) == "Tonight: soup, then pike. Would you like me to text you the menu?"

    assert called(decide(scene("yes", offered=[sms], offer=first.offer))) == ("send_sms_menu", {})
    assert said(decide(scene("no", offered=[sms], offer=first.offer))) == "All right. Is there anything else?"


def test_a_table_for_four_tomorrow_at_seven_needs_no_further_question() -> None:
    place = advanced("Ask for the day, the time and the number of people. Then call check_table.", entered=True)
    answer = decide(scene("A table for four tomorrow at seven", place=place, offered=[BOOK]))

    assert called(answer) == ("check_table", {"date": "2026-11-27", "time": "19:00", "party_size": 4})


def test_what_is_missing_is_asked_for_and_what_was_said_in_the_step_still_counts() -> None:
    prompt = 'Ask "When would you like to come?" and call check_table.'
    first = decide(scene("tomorrow at seven", place=advanced(prompt), offered=[BOOK]))
    assert said(first) == "Could you tell me how many people come?"

    place = advanced(prompt, heard=["tomorrow at seven", "four"])
    answer = decide(scene("four", place=place, offered=[BOOK], offer=first.offer))
    assert called(answer)[1] == {"date": "2026-11-27", "time": "19:00", "party_size": 4}


def test_a_name_is_taken_when_it_was_asked_for() -> None:
    keep = function("keep_name", "Keep the name.", name="The name the table is under")
    place = advanced('Ask "Under which name?" and call keep_name.')

    assert called(decide(scene("anna lee", place=place, offered=[keep]))) == ("keep_name", {"name": "Anna Lee"})
    assert said(decide(scene("anna lee", place=replace(place, entered=True), offered=[keep]))) == "Under which name?"


# A clinic cancels an appointment

IDENTITY = """
Ask "Are you calling from the number we have for you?"

- If the number is right, confirm it with use_number.
- If it is wrong, or they have another one, call ask_number.
"""
NUMBERS = [function("use_number", "Use the number of the call."), function("ask_number", "Ask for the number.")]


@pytest.mark.parametrize(("heard", "name"), [("yes", "use_number"), ("no, that's wrong", "ask_number")])
def test_yes_and_no_lead_to_different_acts(heard: str, name: str) -> None:
    assert called(decide(scene(heard, place=advanced(IDENTITY), offered=NUMBERS)))[0] == name


def test_an_answer_that_is_neither_gets_the_question_again() -> None:
    answer = decide(scene("the moon is bright", place=advanced(IDENTITY), offered=NUMBERS))

    assert said(answer) == "Are you calling from the number we have for you?"


BORN = entity("birthday", "The date of birth", "date")
COLLECT = Offered(
    name="save_values", description="", kind="entities", parameters=(parameter("birthday", "The date of birth"),)
)
KNOWN = Choice(call="choose_known", label="Known", description="It was said.", needs=["birthday"], open=False)
LEAVES = Choice(
    call="choose_leave",
    label="Does not want to",
    description="The patient has changed their mind.",
    needs=[],
    open=True,
)


def birthday(**more: object) -> Place:
    told = Place(
        flow="F", step="S", kind="default", prompt="Ask for the date of birth.", entered=False, wanted=[BORN],
        choices=[KNOWN, LEAVES],
    )  # fmt: skip
    return replace(told, **more)  # type: ignore[arg-type]


def test_a_default_step_asks_fills_and_goes_on() -> None:
    assert said(decide(scene("cancel it", place=birthday(entered=True), offered=[COLLECT]))) == (
        "Could you tell me the date of birth?"
    )
    assert called(decide(scene("3 March 1980", place=birthday(), offered=[COLLECT]))) == (
        "save_values",
        {"birthday": "1980-03-03"},
    )
    filled = birthday(wanted=[replace(BORN, value="1980-03-03")], choices=[replace(KNOWN, open=True), LEAVES])
    told = [Called(name="save_values", arguments={"birthday": "1980-03-03"}, result="saved")]
    answer = decide(scene("3 March 1980", place=filled, offered=[COLLECT], called=told))
    assert called(answer)[0] == "choose_known"


def test_why_a_value_was_refused_is_told_with_the_question() -> None:
    refused = birthday(wanted=[replace(BORN, error="is no day of the calendar.")])
    told = [Called(name="save_values", arguments={"birthday": "2080-01-01"}, result="refused")]
    answer = decide(scene("1 January 2080", place=refused, offered=[COLLECT], called=told))

    assert said(answer) == "That is no day of the calendar. Could you tell me the date of birth?"


@pytest.mark.parametrize("heard", ["no", "I have changed my mind"])
def test_a_way_out_without_entities_is_taken_where_it_is_meant(heard: str) -> None:
    assert called(decide(scene(heard, place=birthday(), offered=[COLLECT])))[0] == "choose_leave"


# Outside of flows


def test_the_rules_act_for_a_person_and_a_goodbye() -> None:
    rules = "- A caller who asks for a person gets one: handoff_front_desk.\n- To end, call leave_pier."
    leave = function("leave_pier", "The passenger says goodbye.")

    for heard, name in [("can I talk to a person", "handoff_front_desk"), ("goodbye", "leave_pier")]:
        assert called(decide(scene(heard, rules=rules, offered=[DESK, leave])))[0] == name


def test_a_topic_is_told_and_a_condition_that_is_no_wish_is_left_alone() -> None:
    bags = topic("Luggage", "Two bags each. No more. Never. Not one.", "If they carry skis, use handoff_front_desk.")

    answer = decide(scene("How many bags may I bring?", topics=[bags], offered=[DESK]))

    assert said(answer) == "Two bags each. No more. Never."


def test_a_topic_with_one_plain_act_does_it_and_a_caller_who_is_handed_over_hears_the_topic() -> None:
    lost = topic("Lost", "It is kept.", "Use handoff_front_desk.")
    begin = topic("Refund", "Half.", "Call begin_refund.")
    refund = function("begin_refund", "Begin a refund.")

    assert called(decide(scene("lost my hat", topics=[lost], offered=[DESK]))) == (
        "handoff_front_desk",
        {"reason": "lost my hat", "utterance": "It is kept."},
    )
    assert called(decide(scene("my money", topics=[begin], offered=[refund])))[0] == "begin_refund"


def test_a_question_in_between_is_answered_and_what_was_asked_is_asked_again() -> None:
    fares = topic("Fares", "It depends.", "Call find_cabin with the code.")
    first = decide(scene("where is my cabin", topics=[fares], offered=[CODE]))
    assert said(first) == "It depends. Could you tell me the booking code, two letters and four digits?"

    food = topic("Food", "There is soup.", exact=True)
    between = decide(scene("is there food", topics=[food], offered=[CODE], offer=first.offer))
    assert said(between) == "There is soup. Could you tell me the booking code, two letters and four digits?"
    assert called(decide(scene("nl 2906", offered=[CODE], offer=between.offer))) == ("find_cabin", {"code": "NL2906"})


def test_what_nobody_wrote_anything_about_is_not_answered() -> None:
    assert said(decide(scene("What is the capital of Peru?"))) == "I don't have information about that."
    assert said(decide(scene("Wie heißt die Hauptstadt?", language="de"))) == "Dazu habe ich keine Informationen."
    assert said(decide(scene("yes", topics=[topic("Cars", "No cars.", score=0.5)]))) != "No cars."


# Silence, instructions, and what must never happen


def test_a_silence_has_a_function_or_repeats_the_question() -> None:
    history = [("agent", "Good. Which island would you like?"), ("user", "hm")]
    assert said(decide(scene("", history=history))) == "Which island would you like?"
    nothing = function("nothing_heard", "Handle silence.")
    assert called(decide(scene("", history=history, offered=[nothing])))[0] == "nothing_heard"


def test_an_instruction_comes_first_and_the_step_goes_on_asking() -> None:
    place = advanced('Ask "Which of these suits you?"')
    told = [Called(name="find", arguments={}, result="Still open: 08:20.")]
    answer = decide(scene("hm", place=place, instruction="Still open: 08:20. Name two only.", called=told))

    assert said(answer) == "Still open: 08:20. Which of these suits you?"


def test_a_call_that_waits_for_another_is_made_again_after_it() -> None:
    wake, room = (
        function("wake", "Wake.", time="When, for example 06:30"),
        function("keep", "", room="integer: Room number"),
    )
    told = [Called(name="wake", arguments={"time": "06:00"}, result="")]
    asked = decide(scene("wake me at six", instruction="Ask for the room number.", called=told, offered=[wake, room]))
    assert said(asked) == "Could you tell me the room number?"

    kept = [Called(name="keep", arguments={"room": 12}, result="")]
    answer = decide(scene("12", instruction="It is kept.", called=kept, offered=[wake, room], offer=asked.offer))
    assert called(answer) == ("wake", {"time": "06:00"})


def test_the_same_act_with_the_same_arguments_is_not_done_twice_in_a_step() -> None:
    place = advanced('Call find_cabin with the code. Ask "Which deck?"')
    told = [Called(name="find_cabin", arguments={"code": "NL2906"}, result="", earlier=True)]

    assert said(decide(scene("NL2906", place=place, offered=[CODE], called=told))) == "Which deck?"
    assert called(decide(scene("NL2907", place=place, offered=[CODE], called=told)))[0] == "find_cabin"


@pytest.mark.parametrize(("agent", "wanted"), [("From 06:40 on, then 15:00.", "06:40"), ("Good day.", "18:40")])
def test_a_time_that_the_agent_has_named_is_the_one_that_is_meant(agent: str, wanted: str) -> None:
    hold = function("hold", "Hold it.", time="The time of the boat")
    asked = scene("twenty to seven", place=advanced("Call hold."), offered=[hold], history=[("agent", agent)])

    assert called(decide(asked)) == ("hold", {"time": wanted})


SAID = "yes,no,tomorrow,at seven,four,people,NL2906,refund,cabin,table,person,bye,my name is Lee,€5,12,skis,?"
WORDS = st.lists(st.sampled_from(SAID.split(",")), max_size=8).map(" ".join)
TEXTS = st.sampled_from(
    ["", IDENTITY, "Call check_table.", "If they accept, call find_cabin.", "Anything else: call check_table."]
)


@settings(deadline=None)
@given(WORDS, TEXTS, TEXTS, st.booleans())
def test_it_answers_the_same_twice_and_calls_nothing_that_is_not_filled(
    heard: str, prompt: str, rules: str, entered: bool
) -> None:
    offered = [BOOK, CODE, DESK, *NUMBERS]
    asked: Scene = scene(
        heard, rules=rules, place=advanced(prompt, entered=entered) if prompt else None, offered=offered
    )

    answer = decide(asked)

    assert decide(asked) == answer
    if isinstance(answer, Call):
        required = next(one for one in offered if one.name == answer.name).parameters
        assert all(one.name in answer.arguments for one in required if one.required)
