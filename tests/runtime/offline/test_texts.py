"""Texts of an agent as the offline engine reads them: answers, instructions, questions, acts."""

from __future__ import annotations

import pytest

from deployments.runtime.offline.acts import acts_in
from deployments.runtime.offline.asking import question_for, shall_i
from deployments.runtime.offline.classes import class_of, class_wanted
from deployments.runtime.offline.instructions import in_words, opening_of, question_in, turned
from deployments.runtime.offline.kinds import options_in
from deployments.runtime.offline.spoken import sentences
from deployments.runtime.scene import Offered


@pytest.mark.parametrize(
    ("said", "language", "wanted"),
    [
        ("yes", "en", "yes"),
        ("Yes, please.", "en", "yes"),
        ("no problem", "en", "yes"),
        ("okay, great", "en", "yes"),
        ("that's right", "en", "yes"),
        ("no", "en", "no"),
        ("No, that's wrong", "en", "no"),
        ("I do not want that", "en", "no"),
        ("right now I need help", "en", "neither"),
        ("Do you have a room?", "en", "neither"),
        ("November", "en", "neither"),
        ("ja, gerne", "de", "yes"),
        ("das stimmt nicht", "de", "no"),
        ("sí", "es", "yes"),
        ("no, gracias", "es", "no"),
        ("d'accord", "fr", "yes"),
        ("non merci", "fr", "no"),
    ],
)
def test_an_answer_is_a_yes_a_no_or_neither(said: str, language: str, wanted: str) -> None:
    assert class_of(said, language) == wanted


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ("On yes,", "yes"),
        ("If they accept,", "yes"),
        ("If the number is correct,", "yes"),
        ("If something is wrong,", "no"),
        ("If they are not content with the amount,", "no"),
        ("If they decline,", "no"),
        ("When both ports are known,", "neither"),
    ],
)
def test_a_condition_waits_for_a_yes_a_no_or_neither(condition: str, wanted: str) -> None:
    assert class_wanted(condition) == wanted


@pytest.mark.parametrize(
    ("instruction", "said"),
    [
        ("Tell the user that their table is free.", "Your table is free."),
        ("Let the caller know that the boat is late.", "The boat is late."),
        ("Say something like 'x' or \"Good evening.\"", "Good evening."),
        ("Ask for the room number first.", "Could you tell me the room number?"),
        ("Ask the caller to read it out once more.", "Could you read it out once more?"),
        ("Ask whether there is anything else.", "Is there anything else?"),
        ("Ask whether they want to go on.", "Would you like to go on?"),
        ("Offer to text the caller.", "Would you like me to text you?"),
        ("The guest stays in room 12. Do not ask again.", "You stay in room 12."),
        ("There is none. Name the ones that are open.", "There is none."),
        ("Say that you are sorry.", "I am sorry."),
        ("Explain that they change at Harrow, and ask which half to book first.",
         "You change at Harrow. Could you tell me which half to book?"),
        ("Tell the guest that these are free: [\"small\", \"garden\"].", "These are free: small and garden."),
        ("Do not speak.", ""),
        ('{"rooms": [1, 2]}', ""),
    ],
)  # fmt: skip
def test_an_instruction_becomes_words_and_an_order_none(instruction: str, said: str) -> None:
    assert in_words(turned(instruction, "en")) == said


@pytest.mark.parametrize(
    ("prompt", "opening", "question"),
    [
        ('Find out where. Ask "Which island would you like?"\n\n- If they say "the big one?", call x.', "",
         "Which island would you like?"),
        ('- If they ask "How much?", call price.\n- Ask for the day.', "", "Could you tell me the day?"),
        ("Read it back: from Harrow\nto Skarra.\n\nAsk \"Shall I book that?\"", "From Harrow to Skarra.",
         "Shall I book that?"),
        ("Wait for the caller.", "", None),
    ],
)  # fmt: skip
def test_a_step_opens_and_asks(prompt: str, opening: str, question: str | None) -> None:
    assert opening_of(prompt, "en") == opening
    assert question_in(prompt, "en") == question


OFFERED = [
    Offered(name=name, description="", kind="function") for name in ("save_route", "begin_refund", "pay", "timetable")
]


def test_an_act_has_its_condition_its_literals_and_its_class() -> None:
    yes, other, plain = acts_in(
        '- If they accept, call begin_refund with kind="full" and amount=12.\n'
        "- Anything else: call begin_refund.\n\nThen call save_route.",
        OFFERED,
    )

    assert (yes.condition, yes.wants, yes.after_offer) == ("If they accept, call", "yes", True)
    assert yes.literals == {"kind": "full", "amount": "12"}
    assert other.otherwise
    assert not other.plain
    assert plain.plain


def test_a_name_that_is_a_word_is_an_act_only_where_it_is_called() -> None:
    assert acts_in("To have a timetable posted, write to us. They may pay at the gate.", OFFERED) == ()
    assert [act.name for act in acts_in("Call timetable with both ports, then pay.", OFFERED)] == ["timetable"]


@pytest.mark.parametrize(
    ("description", "options"),
    [
        ("none, bicycle, car or van", ("none", "bicycle", "car", "van")),
        ("Where they had it: quay, car deck or unknown", ("quay", "car deck", "unknown")),
        ("The day they travel, or the day after it is known", ()),
        ("How many people", ()),
    ],
)
def test_a_description_may_list_its_options(description: str, options: tuple[str, ...]) -> None:
    assert options_in(description) == options


def test_questions_are_put_together_from_descriptions() -> None:
    assert question_for("island", "The island they travel to", "en") == "Could you tell me the island you travel to?"
    assert question_for("day", "The day of travel as YYYY-MM-DD", "en") == "Could you tell me the day of travel?"
    assert question_for("kind", "car or van", "en") == "Could you tell me the kind: car or van?"
    refund = Offered(name="r", description="Begin a refund for a caller who cannot travel.", kind="function")
    assert shall_i(refund, "en") == "Would you like me to begin a refund for you?"
    desk = Offered(name="handoff_d", description="Hand over to d: The desk. Day and night.", kind="handoff")
    assert shall_i(desk, "en") == "Would you like me to put you through to the desk?"


def test_a_sentence_ends_where_it_ends() -> None:
    assert sentences("Headroom is 4.2 metres. Ask at 7 p.m. or later! Room 2. Mr. Lee knows.") == [
        "Headroom is 4.2 metres.", "Ask at 7 p.m. or later!", "Room 2.", "Mr. Lee knows.",
    ]  # fmt: skip
