"""Each kind of expectation: a case that passes, and one that fails for exactly its reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest
from pydantic import JsonValue

from deployments.resources.kinds.tests import Check, ValueType
from deployments.runtime.sandbox.running import Sandbox
from deployments.runtime.turns import FunctionRun
from deployments.suite import Result, Verdict
from deployments.suite.calls import call_verdict
from deployments.suite.case import Argument, Call
from tests.suite.cases import case, expects, held, only, pier
from tests.vocabulary import a_turn

BOARDS = ("How many bags may I bring?", "I want to board", "The code is AB12CD", "Goodbye")
SKIS = ("I lost my skis",)
BAGS = BOARDS[:1]

# What passes and what does not, after which lines, and why it does not.
EXPECTATIONS: dict[str, tuple[tuple[str, ...], dict[str, Any], dict[str, Any], str]] = {
    "says, in any turn": (
        BAGS,
        expects("says", value="two bags  of 20 KG"),
        expects("says", value="three bags"),
        "Not said in any turn.",
    ),
    "says, in one turn": (
        BAGS,
        expects("says", value="20 kg", turn=1),
        expects("says", value="20 kg", turn=0),
        "Not said in turn 0. It says: Welcome aboard.",
    ),
    "never says": (
        BAGS,
        expects("never says", value="30 kg"),
        expects("never says", value="20 kg"),
        "Turn 1: Two bags of 20 kg each per passenger.",
    ),
    "matches": (
        BAGS,
        expects("matches", value=r"\b2\d kg"),
        expects("matches", value=r"\b3\d kg"),
        "Not said in any turn.",
    ),
    "never matches": (
        BAGS,
        expects("never matches", value=r"\d{3} kg", turn=1),
        expects("never matches", value=r"(?i)WELCOME"),
        "Turn 0: Welcome aboard.",
    ),
    "flow": (
        BOARDS[:2],
        expects("flow", value="Board ship"),
        expects("flow", value="Board ship", turn=1),
        "It is in no flow.",
    ),
    "no flow": (BAGS, expects("flow"), expects("flow", value="Leave ship"), "It is in no flow."),
    "step": (
        BOARDS[:2],
        expects("step", value="Ask booking code", turn=2),
        expects("step", value="Ask name"),
        'It is in the step "Ask booking code".',
    ),
    "state": (
        BOARDS,
        expects("state", name="bags", value="2.0"),
        expects("state", name="bags", value='"2"'),
        "bags is 2.",
    ),
    "state, before it is set": (
        BOARDS,
        expects("state", name="cabin", value="null", turn=2),
        expects("state", name="cabin", value="null", turn=3),
        'cabin is "C-104".',
    ),
    "hand-off": (
        SKIS,
        expects("hand-off", value="front_desk"),
        expects("hand-off", value="captain"),
        'Turn 1: it hands over to "front_desk".',
    ),
    "any hand-off": (SKIS, expects("hand-off"), expects("hand-off", turn=0), "It did not hand over."),
    "no hand-off": (
        BAGS,
        expects("no hand-off"),
        expects("no hand-off", turn=2),
        "There was no turn 2: the conversation was over after turn 1.",
    ),
    "no hand-off, of one": (
        SKIS,
        expects("no hand-off", turn=0),
        expects("no hand-off"),
        'Turn 1: it hands over to "front_desk".',
    ),
    "ends": (BOARDS, expects("ends", turn=4), expects("ends", turn=3), "The agent did not end it."),
    "ends in a way": (
        BOARDS,
        expects("ends", value="hangup"),
        expects("ends", value="handoff"),
        "Turn 4: it ended (hangup).",
    ),
}


@pytest.mark.parametrize("name", EXPECTATIONS)
def test_an_expectation_passes_or_fails_for_its_own_reason(name: str, sandbox: Sandbox) -> None:
    turns, passing, failing, reason = EXPECTATIONS[name]

    result = held(sandbox, pier(), case(turns=turns, expectations=[passing, failing]))

    assert [(one.status, one.kind) for one in result.verdicts] == [("passed", "expectation"), ("failed", "expectation")]
    assert result.verdicts[1].reason == reason
    assert (result.status, result.reason) == ("failed", f"{result.verdicts[1].told}: {reason}")
    assert held(sandbox, pier(), case(turns=turns, expectations=[passing])).status == "passed"


def test_an_answer_that_took_too_long_fails_and_names_the_slowest_turn(sandbox: Sandbox) -> None:
    result = held(
        sandbox,
        pier(),
        case(turns=BAGS, expectations=[expects("faster than", seconds=600), expects("faster than", seconds=1e-9)]),
    )

    fast, slow = result.verdicts
    assert (fast.status, fast.turn, slow.status) == ("passed", None, "failed")
    slowest = max(range(2), key=lambda turn: result.turns[turn].seconds)
    assert slow.turn == slowest
    assert slow.reason.startswith(f"Turn {slowest} took longest")


def test_a_pattern_that_never_ends_is_stopped_and_fails(sandbox: Sandbox) -> None:
    endless = playbook_that_says("a" * 60 + "!")
    result = held(sandbox, endless, case(turns=["Hm"], expectations=[expects("never matches", value="^(a|aa)+$")]))

    assert only(result).status == "failed"
    assert "took longer than" in only(result).reason


def playbook_that_says(text: str) -> Any:
    from tests.runtime.agents import PIER, playbook

    greeting = f"greeting:\n  welcome_message: {text}\n  language_code: en-US\n"
    return playbook({**PIER, "voice/configuration.yaml": greeting})


def call_of(result: Result) -> Verdict:
    return next(one for one in result.verdicts if one.kind == "call")


def called(name: str, asserted: bool = True, **arguments: tuple[Any, str]) -> str:
    lines = ["function_call_assertions:", f"- name: {name}", f"  is_asserted: {str(asserted).lower()}"]
    lines += ["  arguments:"] if arguments else []
    for parameter, (value, kind) in arguments.items():
        lines += [f"  - parameter_name: {parameter}", f"    expected_value: {value}", f"    value_type: {kind}"]
    return "\n".join(lines)


def test_no_kind_of_expectation_is_without_its_row() -> None:
    rows = {expected["check"] for _, passing, failing, _ in EXPECTATIONS.values() for expected in (passing, failing)}

    assert rows | {"faster than"} == set(get_args(Check))
    assert {word for row in CALLS.values() for word in row[1].split()} >= set(get_args(ValueType))


CALLS: dict[str, tuple[tuple[str, ...], str, str, str]] = {
    "called": (BOARDS, called("find_cabin"), called("desk"), "It was not called."),
    "called with": (
        BOARDS,
        called("find_cabin", code=("' AB12CD '", "string")),
        called("find_cabin", code=("AB12CE", "string")),
        'Turn 3: code was "AB12CD" and should be "AB12CE".',
    ),
    "not called": (
        BOARDS,
        called("desk", False),
        called("find_cabin", False),
        'Called in turn 3 with code="AB12CD".',
    ),
    "not called with these": (
        BOARDS,
        called("find_cabin", False, code=("AB12CE", "string")),
        called("find_cabin", False, code=("AB12CD", "string")),
        'Called in turn 3 with code="AB12CD".',
    ),
    "with a number": (
        SKIS,
        called("note_lost", pairs=("2.0", "number")),
        called("note_lost", pairs=("2.5", "number")),
        "Turn 1: pairs was 2 and should be 2.5.",
    ),
    "with yes or no": (
        ("Is it wet?",),
        called("ask_pier", wet=("true", "boolean")),
        called("ask_pier", wet=("false", "boolean")),
        "Turn 1: wet was true and should be false.",
    ),
    "by another function": (
        SKIS,
        called("note_lost", what=("skis", "string"), pairs=("'2.0'", "integer")),
        called("note_lost", what=("skis", "string"), pairs=(3, "integer")),
        "Turn 1: pairs was 2 and should be 3.",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_function_call_passes_or_fails_for_its_own_reason(name: str, sandbox: Sandbox) -> None:
    turns, passing, failing, reason = CALLS[name]

    good = call_of(held(sandbox, pier(), case(passing, turns=turns)))
    bad = call_of(held(sandbox, pier(), case(failing, turns=turns)))

    assert (good.status, bad.status, bad.reason) == ("passed", "failed", reason)


@pytest.mark.parametrize(
    ("wanted", "given", "fits"),
    [
        ("12345678901234567890", 12345678901234567890, True),
        ("12345678901234567890", 12345678901234567891, False),
        (0.1, "0.10", True),
        ("1e2", 100, True),
        ("nan", "nan", False),
        ("two", 2, False),
        (1, True, False),
        (0, None, False),
    ],
)
def test_a_number_is_that_number_however_it_is_written(wanted: JsonValue, given: JsonValue, fits: bool) -> None:
    run = FunctionRun(path="", name="pay", by="model", arguments={"sum": given}, result=None, seconds=0.1)
    call = Call(name="pay", arguments=(Argument(name="sum", value=wanted, type="number"),))

    verdict = call_verdict(call, [a_turn("Pay", functions=[run])])

    assert verdict.status == ("passed" if fits else "failed")


def test_a_call_by_another_function_is_marked_as_such(sandbox: Sandbox) -> None:
    verdict = call_of(held(sandbox, pier(), case(called("note_lost"), turns=SKIS)))

    assert verdict.reason == 'Called in turn 1, by desk with what="skis", pairs=2.'


def test_what_only_a_model_judges_is_not_judged_and_the_case_never_passes(sandbox: Sandbox) -> None:
    told = "prompt_assertions:\n- The agent is kind.\n"
    result = held(sandbox, pier(), case(told, turns=BAGS, expectations=[expects("says", value="20 kg")]))

    assert [one.status for one in result.verdicts] == ["passed", "not judged"]
    assert result.status == "incomplete"
    assert result.reason == "Not judged: The agent is kind.: Only a model judges this, and none is set."
    failing = held(sandbox, pier(), case(told, turns=BAGS, expectations=[expects("says", value="30 kg")]))
    assert failing.status == "failed"


def test_a_case_that_expects_nothing_is_incomplete(sandbox: Sandbox) -> None:
    result = held(sandbox, pier(), case(turns=BAGS))

    assert (result.status, result.reason) == ("incomplete", "The case expects nothing.")


def test_a_turn_that_never_came_fails_whatever_was_expected_of_it(sandbox: Sandbox) -> None:
    one = replace(case(turns=("Goodbye", "More")), expectations=case(
        turns=("a", "b"), expectations=[expects("never says", value="x", turn=2)]
    ).expectations)  # fmt: skip
    result = held(sandbox, pier(), one)

    assert only(result).reason == "There was no turn 2: the conversation was over after turn 1."
    assert result.notes == ["The agent ended it with 1 line of the script unsaid."]
