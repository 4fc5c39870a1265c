"""A case held: its mocks, its clock, its script, what is the same every time, and what can go wrong around it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from deployments.runtime.playbook import Playbook
from deployments.runtime.sandbox.running import Sandbox
from deployments.runtime.scene import Asker, Call, ModelFailed, Said, Say, Scene
from deployments.suite.case import as_snapshot, cases_in, from_snapshot
from tests.runtime.agents import PIER, playbook
from tests.runtime.talking import Script
from tests.suite.cases import BEGAN, IDENTITY, case, expects, heard, held, only, pier, said, without_times

ASKS_SHIPS = """
    @func_description("Asks which ships sail.")
    def ships(conv: Conversation):
        answers = [conv.api.timetable.departures() for _ in range(4)]
        conv.state.seen = [answer.status_code for answer in answers]
        return {"utterance": " ".join([answer.text for answer in answers])}
    """
BOAT = {"agent_settings/rules.txt": "To tell which ships sail, call {{fn:ships}}."}
TIMETABLE = """
    api_integrations:
    - name: timetable
      description: Ships
      environments:
        sandbox:
          base_url: https://ships.example
          auth_type: none
      operations:
      - name: departures
        method: GET
        resource: /departures
      - name: arrivals
        method: GET
        resource: /arrivals
    """
MOCKS = """
    api_mocks:
      timetable:
        departures:
        - respond: {status: 503, body: Down.}
        - respond: {status: 200, body: {ships: [Lom]}}
          repeat: 2
    """


def ships() -> Playbook:
    return playbook({**PIER, **BOAT, "config/api_integrations.yaml": TIMETABLE}, ships=ASKS_SHIPS)


def test_mocks_answer_in_their_order_until_none_is_left(sandbox: Sandbox) -> None:
    result = held(sandbox, ships(), case(MOCKS, turns=["Which ships sail?"]))

    assert said(result)[1] == 'Down. {"ships": ["Lom"]} {"ships": ["Lom"]} no mock left'
    assert result.turns[1].state["seen"][1] == [503, 200, 200, 500]
    assert result.notes == ["timetable.departures has no mock left: it was answered with 500."]


def test_what_is_not_mocked_is_not_sent_and_noted(sandbox: Sandbox) -> None:
    result = held(sandbox, ships(), case(turns=["Which ships sail?"]))

    assert said(result)[1] == " ".join(["not sent"] * 4)
    assert result.notes == ["timetable.departures has no mock: it was answered with 503, and not sent."]


def test_a_mocked_function_does_not_run_and_what_it_returns_counts(sandbox: Sandbox) -> None:
    boarded = {"utterance": "You are on board.", "transition": {"goto_flow": "Board ship"}}
    results = [{"name": "board", "returns": boarded}, {"name": "note_lost", "returns": "Lost."}]
    result = held(
        sandbox,
        pier(),
        case(turns=["I want to board"], function_results=results, expectations=[expects("flow", value="Board ship")]),
    )

    assert said(result)[1] == "You are on board."
    (run,) = result.turns[1].functions
    assert (run.name, run.mocked, run.result) == ("board", True, boarded)
    assert result.status == "passed"


def test_a_mocked_function_does_not_run_when_another_calls_it(sandbox: Sandbox) -> None:
    lost = case(
        turns=["I lost my skis"],
        function_results=[{"name": "note_lost", "returns": None}],
        expectations=[expects("state", name="lost", value="null"), expects("hand-off")],
    )

    assert held(sandbox, pier(), lost).status == "passed"
    assert held(sandbox, pier(), replace(lost, function_results={})).status == "failed"


def test_a_mock_that_means_nothing_is_an_error_of_the_function(sandbox: Sandbox) -> None:
    wrong = case(turns=["I want to board"], function_results=[{"name": "board", "returns": {"hangup": "maybe"}}])
    (run, *_) = held(sandbox, pier(), wrong).turns[1].functions

    assert run.error is not None
    assert "hangup" in run.error.text


CLOCK = """
    @func_description("Tells the time.")
    def start_function(conv: Conversation):
        import datetime, random
        conv.state.now = datetime.datetime.now().isoformat()
        conv.state.chance = random.random()
        conv.state.live = conv.real_time_config.get("desk")
        conv.state.who = [conv.caller_number, conv.env, conv.channel_type]
        conv.state.came = [conv.sip_headers, conv.integration_attributes]
        return {}
    """


def test_a_function_reads_what_the_case_says_of_the_caller_and_the_clock(sandbox: Sandbox) -> None:
    told = """
        channel: voice
        caller_number: '+4915550120'
        simulated_at: '2026-06-01T21:30:00Z'
        sip_headers: {X-Ship: Lom}
        integration_attributes: {crossings: 12, since: '2019-05-04'}
        """
    result = held(sandbox, pier(start_function=CLOCK), case(told), real_time={"desk": "open"})
    state = {name: after for name, (_, after) in result.turns[0].state.items()}

    assert state["now"].startswith("2026-06-01T21:30:00")
    assert state["live"] == "open"
    assert state["who"] == ["+4915550120", "sandbox", "sip.polyai"]
    assert state["came"] == [{"X-Ship": "Lom"}, {"crossings": 12, "since": "2019-05-04"}]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+02:00", "9999-12-31T23:00:00-02:00", "yesterday"])
def test_a_time_that_no_clock_shows_is_as_if_it_were_absent(moment: str) -> None:
    (one,) = cases_in({"test_suite/a.yaml": f"name: A\nscenario: s\nsimulated_at: '{moment}'\n".encode()})

    assert one.simulated_at is None


def test_without_a_simulated_time_the_run_began_when_it_says_so(sandbox: Sandbox) -> None:
    now = held(sandbox, pier(start_function=CLOCK), case()).turns[0].state["now"][1]

    assert str(now).startswith(BEGAN.isoformat()[:19])


def test_held_again_it_is_the_same_but_for_the_time_it_took(sandbox: Sandbox) -> None:
    one = case(
        turns=["How many bags may I bring?", "I lost my skis"],
        expectations=[expects("says", value="20 kg"), expects("state", name="lost", value='"skis"')],
    )
    book = pier(start_function=CLOCK)
    first, second = (held(sandbox, book, one, identity=replace(IDENTITY, attempt=attempt)) for attempt in (1, 2))

    assert without_times(first) == without_times(second)
    other = held(sandbox, book, one, identity=replace(IDENTITY, version="abd"))
    assert other.turns[0].state["chance"] != first.turns[0].state["chance"]


def test_with_a_model_each_attempt_has_a_chance_of_its_own(sandbox: Sandbox) -> None:
    book, one = pier(start_function=CLOCK), case(turns=["Hello"])
    chances = {
        held(sandbox, book, one, Script(), identity=replace(IDENTITY, attempt=attempt)).turns[0].state["chance"][1]
        for attempt in (1, 2)
    }

    assert len(chances) == 2


def test_a_variant_that_is_not_there_is_an_error_and_nothing_is_judged(sandbox: Sandbox) -> None:
    result = held(sandbox, pier(), case("variant: Lom", turns=["Hi"], expectations=[expects("says", value="x")]))

    assert (result.status, result.verdicts) == ("error", [])
    assert result.reason == "There is no variant Lom in this version."


class Broken:
    name = "broken"

    async def ask(self, scene: Scene, say: Say) -> Said | Call:
        raise RuntimeError("It fell over.")

    async def complete(self, prompt: str, history: Sequence[tuple[str, str]]) -> str | None:
        return None


class Slow(Broken):
    name = "slow"

    async def ask(self, scene: Scene, say: Say) -> Said | Call:
        await asyncio.sleep(30)
        raise AssertionError


@pytest.mark.parametrize(
    ("model", "status", "reason"),
    [
        (Broken(), "error", "The engine failed: RuntimeError: It fell over."),
        (Slow(), "timed_out", "It was not over after 0.3 s."),
        (
            Script([ModelFailed("The line is down.")]),
            "error",
            "The model gave no answer in turn 1: The line is down.",
        ),
    ],
    ids=["broken", "slow", "silent"],
)
def test_whatever_fails_around_a_case_is_its_result(model: Asker, status: str, reason: str, sandbox: Sandbox) -> None:
    result = held(sandbox, pier(), case(turns=["Hello"]), model, most_seconds=0.3 if status == "timed_out" else 60)

    assert (result.status, result.reason) == (status, reason)
    assert said(result)[0] == "Welcome aboard."


def test_an_end_function_that_fails_is_noted_and_changes_no_verdict(sandbox: Sandbox) -> None:
    ends = """
        def end_function(conv: Conversation):
            conv.state.bags = 9
            raise ValueError("No pier.")
        """
    told = case(turns=["Goodbye"], expectations=[expects("state", name="bags", value="2")])
    result = held(sandbox, pier(end_function=ends), told)

    assert result.status == "passed"
    assert [note.partition(":")[0] for note in result.notes] == ["The end function failed"]


def test_a_silence_is_a_turn(sandbox: Sandbox) -> None:
    result = held(sandbox, pier(), case("channel: voice", turns=["I want to board", ""]))

    assert heard(result) == ["I want to board", ""]
    assert said(result)[1] == said(result)[2] == "Could you tell me the six letters on the ticket?"


# Files


def test_cases_come_in_the_order_of_their_names_and_unreadable_ones_are_left_out() -> None:
    files = {
        "test_suite/a.yaml": b"name: Zebra\nscenario: x\nchannel: voice\nlanguage: en-GB\n",
        "test_suite/b.yaml": b"name: apple\nscenario: x\nchannel: webchat\nlanguage: en-GB\n",
        "test_suite/broken.yaml": b"name: [\n",
        "topics/a.yaml": b"name: Topic\n",
    }
    first, second = cases_in(files)

    assert [(one.name, one.path, one.channel) for one in (first, second)] == [
        ("apple", "test_suite/b.yaml", "webchat"),
        ("Zebra", "test_suite/a.yaml", "voice"),
    ]
    assert cases_in({**files, "test_suite/a.yaml": files["test_suite/a.yaml"] + b"# \n"})[1].digest != second.digest


def test_a_snapshot_keeps_all_of_a_case_and_names_it_first() -> None:
    one = case(
        MOCKS + "\n    simulated_at: '2026-06-01T21:30:00Z'\n",
        severity="high", turns=["", "Hi"], expectations=[expects("says", value="x", turn=1)],
        function_results=[{"name": "board", "returns": {"utterance": "x"}}],
    )  # fmt: skip
    written = as_snapshot(one)

    assert next(iter(written)) == "name"
    assert as_snapshot(from_snapshot(written)) == written
    assert (one.severity, one.turns, one.expectations[0].turn) == ("high", ("", "Hi"), 1)


def test_what_is_of_another_type_than_declared_is_as_if_it_were_absent() -> None:
    one = case(turns=[1, None, {"a": 1}], severity="loud", expectations=["x", {"check": "shouts"}, {"check": "ends"}])

    assert (one.turns, one.severity) == (("1", ""), "normal")
    assert [each.check for each in one.expectations] == ["ends"]


def test_a_case_of_one_expectation_tells_its_turn(sandbox: Sandbox) -> None:
    result = held(sandbox, pier(), case(turns=["Goodbye"], expectations=[expects("says", value="fair", turn=1)]))

    assert only(result).told == 'says "fair" in turn 1'
