"""Who speaks for the caller: the offline caller rule by rule, and a model that plays or judges, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from deployments.runtime.models import models_from
from deployments.runtime.sandbox.running import Sandbox
from deployments.suite.caller import AT_MOST
from deployments.suite.offline_caller import NO_ANSWER, OfflineCaller, first_person
from tests.runtime.models.provider import KEY, Provider, provider
from tests.suite.cases import case, expects, heard, held, pier

TODAY = date(2026, 1, 15)
GREETING = "Welcome aboard. How can I help you?"


def talk(scenario: str, *said: str, language: str = "en-GB") -> tuple[list[str | None], str]:
    """What the caller says to each of these, and why it could not go on."""
    caller = OfflineCaller(scenario, language, TODAY)
    return [caller.next(one) for one in said], caller.stuck


@pytest.mark.parametrize(
    ("sentence", "language", "opening"),
    [
        ("You want to book a cabin for your sister.", "en-GB", "I want to book a cabin for my sister."),
        ("Ask to speak to a person.", "en-GB", "I want to speak to a person."),
        ("You would like a quiet room.", "en-GB", "I want a quiet room."),
        ("Ask where your cabin is.", "en-GB", "Can you tell me where my cabin is?"),
        ("You ask about luggage.", "en-GB", "Can you tell me about luggage?"),
        ("You lost your keys on the Lom.", "en-GB", "I lost my keys on the Lom."),
        ("Say that you lost your keys.", "en-GB", "I lost my keys."),
        ("Sie möchten eine Kabine buchen.", "de-DE", "Ich möchte eine Kabine buchen."),
    ],
)
def test_the_first_sentence_opens_in_the_callers_own_words(sentence: str, language: str, opening: str) -> None:
    assert first_person(sentence, language) == opening
    assert talk(f"{sentence} You are polite.", GREETING, language=language)[0] == [opening]


def test_quoted_sentences_are_said_in_their_order_whatever_was_asked() -> None:
    lines, stuck = talk('Say "How many bags?" and then “And skis?”.', GREETING, "Which day?", "Two.", "Bye.")

    assert lines == ["How many bags?", "And skis?", "No, thank you.", None]
    assert stuck == ""


SCENARIO = (
    "You want to travel to Skarra. You travel on 12 March with 3 people. Your booking code is AB12CD. "
    "You do not want a car."
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Could you tell me the booking code?", "AB12CD"),
        ("On which date do you travel?", "12 March"),
        ("How many people travel?", "3"),
        ("Would you like me to read it back?", "Yes."),
        ("Do you want a car?", "No."),
        ("Is there anything else?", "No, thank you."),
        ("The twenty to seven or the quarter past nine?", "Yes."),
    ],
)
def test_a_question_is_answered_from_the_sentence_that_shares_most_rare_words(question: str, answer: str) -> None:
    assert talk(SCENARIO, GREETING, question)[0][1] == answer


def test_what_is_still_to_be_asked_is_asked_when_nothing_is_asked_of_it() -> None:
    lines, _ = talk("You lost your keys. Then ask about skis.", GREETING, "That is noted.", "Free.", "Bye.")

    assert lines == ["I lost my keys.", "Can you tell me about skis?", "No, thank you.", None]


def test_two_questions_without_an_answer_end_it() -> None:
    lines, stuck = talk("You bring skis.", GREETING, "Which day is it?", "What is your code?")

    assert lines == ["I bring skis.", "I don't know.", None]
    assert stuck == NO_ANSWER


def test_the_same_answer_to_the_same_question_is_none() -> None:
    lines, stuck = talk("You are 14 people.", GREETING, *["How many people are you?"] * 3)

    assert lines == ["I am 14 people.", "14", "I don't know.", None]
    assert stuck == NO_ANSWER


def test_a_case_whose_caller_had_no_answer_is_not_judged_but_for_what_happened_already(sandbox: Sandbox) -> None:
    told = {
        "says": expects("says", value="Welcome"),
        "never": expects("never says", value="ticket"),
        "missing": expects("says", value="C-104"),
        "place": expects("flow", value="Leave ship"),
    }
    result = held(
        sandbox,
        pier(),
        case(
            "scenario: You want to board.\nfunction_call_assertions:\n- name: find_cabin", expectations=[*told.values()]
        ),
    )

    assert heard(result) == ["I want to board.", "I don't know."]
    assert [one.status for one in result.verdicts] == ["passed", "failed", "not judged", "not judged", "not judged"]
    assert {one.reason for one in result.verdicts if one.status == "not judged"} == {NO_ANSWER}
    assert result.status == "failed"

    without = held(sandbox, pier(), case("scenario: You want to board.", expectations=[told["missing"], told["says"]]))
    assert (without.status, without.reason) == ("incomplete", f'Not judged: says "C-104": {NO_ANSWER}')


def test_the_offline_caller_reaches_what_its_scenario_wants(sandbox: Sandbox) -> None:
    finds = """
        @func_description("Find the cabin of a passenger by booking code.")
        @func_parameter("code", "Booking code, six letters")
        def find_cabin(conv: Conversation, code: str):
            return {"utterance": "Your cabin is C-104.", "hangup": True}
        """
    scenario = """
        scenario: You want to board. The six letters on your ticket are AB12CD.
        function_call_assertions:
        - name: find_cabin
          arguments:
          - parameter_name: code
            expected_value: AB12CD
        """
    result = held(sandbox, pier(find_cabin=finds), case(scenario))

    assert (result.status, result.reason) == ("passed", "")
    assert heard(result) == ["I want to board.", "The six letters on my ticket are AB12CD."]
    assert result.notes == ["The offline caller spoke for the scenario."]


# A model over HTTP


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with provider() as told:
        monkeypatch.setenv("OPENAI_BASE_URL", told.address)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        models_from.cache_clear()
        yield told
        models_from.cache_clear()


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        ('{"pass": true, "reason": "It says 20 kg."}', "passed", "It says 20 kg."),
        ('```json\n{"pass": false, "reason": "It is rude."}\n```', "failed", "It is rude."),
        ("I think so.", "not judged", "The model's judgement could not be read."),
        ('{"pass": "yes"}', "not judged", "The model's judgement could not be read."),
    ],
)
def test_a_model_judges_what_only_a_model_can(
    answer: str, status: str, reason: str, server: Provider, sandbox: Sandbox
) -> None:
    server.answer = answer
    result = held(
        sandbox,
        pier(),
        case("prompt_assertions: [The agent is kind.]", turns=["Hello"]),
        models_from("openai-chat:small"),
    )

    (verdict,) = result.verdicts
    assert (verdict.kind, verdict.told, verdict.status, verdict.reason) == (
        "assertion",
        "The agent is kind.",
        status,
        reason,
    )
    asked = server.asked[-1]["messages"][-1]["content"]
    assert "<statement>\nThe agent is kind.\n</statement>" in asked
    assert "Agent: Welcome aboard.\nCaller: Hello\n" in asked
    assert result.status == {"passed": "passed", "failed": "failed"}.get(status, "incomplete")


def test_a_judge_that_fails_leaves_it_unjudged(server: Provider, sandbox: Sandbox) -> None:
    one = case("prompt_assertions: [The agent is kind.]\nscenario: ''", turns=["Hello"])
    server.answer = "Hello."
    model = models_from("openai-chat:small")

    class Judge:
        name = model.name
        ask = model.ask

        async def complete(self, prompt: str, history: object) -> str | None:
            server.fails = 429
            return await model.complete(prompt, ())

    result = held(sandbox, pier(), one, Judge())  # type: ignore[arg-type]
    assert result.status == "incomplete"
    assert (
        result.verdicts[0].reason == "The model gave no answer: The model's provider takes no more requests just now."
    )


def test_a_model_plays_the_caller_until_it_hangs_up_or_twenty_turns(server: Provider, sandbox: Sandbox) -> None:
    server.answer = "Caller: How many bags?"
    result = held(
        sandbox, pier(), case("scenario: You ask about luggage."), models_from("openai-chat:small"), most_seconds=600
    )

    assert heard(result) == ["How many bags?"] * AT_MOST
    assert result.notes == ["A model played the caller.", f"The caller hung up after {AT_MOST} turns."]
    first = next(one for one in server.asked if not one.get("stream"))["messages"][-1]["content"]
    assert "<scenario>\nYou ask about luggage.\n</scenario>" in first
    assert "Agent: Welcome aboard." in first

    server.answer = "[Hang up]"
    assert heard(held(sandbox, pier(), case(), models_from("openai-chat:small"))) == []


def test_a_model_that_cannot_play_the_caller_is_an_error(server: Provider, sandbox: Sandbox) -> None:
    server.fails = 401
    result = held(sandbox, pier(), case(), models_from("openai-chat:small"))

    assert result.status == "error"
    assert result.reason == ("The model could not play the caller: The model's provider does not accept the key.")
