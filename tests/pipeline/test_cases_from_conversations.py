"""A conversation kept as a test case: what was heard is the script, what happened is expected."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from deployments import pipeline
from deployments.models import Agent, Conversation, Role, content
from deployments.pipeline import Refused
from deployments.resources import read_all
from deployments.resources.checking import check
from deployments.runtime import turns
from deployments.suite import Case, cases_in
from tests.vocabulary import a_person, an_actor, an_agent, answered, begun, live

pytestmark = pytest.mark.django_db

BEGAN = datetime(2026, 11, 24, 1, 52, tzinfo=UTC)
NUMBER = "+4915550107"


def called(name: str, **arguments: Any) -> turns.FunctionRun:
    path = f"functions/{name}.py"
    return turns.FunctionRun(path=path, name=name, by="model", arguments=arguments, result="", seconds=0.1)


def kept(agent: Agent, *conversations: Conversation, by: Role | None = None) -> list[Case]:
    rows = [agent.conversations.select_related("thread").get(pk=each.pk) for each in conversations]
    paths = pipeline.save_as_cases(agent, rows, by=an_actor(agent, by))
    files = files_of(agent)
    by_path = {case.path: case for case in cases_in(files)}
    return [by_path[path] for path in paths]


def files_of(agent: Agent) -> dict[str, bytes]:
    draft = pipeline.draft_of(agent)
    assert draft is not None
    files = content.files_of(agent, draft.manifest)
    held = content.load(agent, set(files.values()))
    return {path: held[blob] for path, blob in files.items()}


def a_call(agent: Agent, **about: Any) -> Conversation:
    """A caller who asks for a cabin, with a silence in between, and is handed over."""
    call = begun(agent, channel="voice", caller_number=NUMBER, language="en-GB", at=BEGAN, **about)
    answered(call, "Which is my cabin?", "What is your code?")
    answered(call, "", "Are you there?")
    handoff = turns.Ended(by="agent", outcome="handoff", handoff=turns.Handoff(destination="front_desk"))
    runs = (
        called("find_cabin", code="ABC", deck=3, gold=True, phone=NUMBER, ways=["a"]),
        called("find_cabin", code="B"),
    )
    answered(call, f"ABC, and call me on {NUMBER}", "One moment.", functions=runs, ended=handoff)
    return call


def test_what_was_heard_is_said_again_and_what_happened_is_expected() -> None:
    agent = an_agent()
    live(agent)

    [case] = kept(agent, a_call(agent))

    assert case.path == "test_suite/which_is_my_cabin.yaml"
    assert (case.name, case.severity, case.channel) == ("Which is my cabin", "normal", "voice")
    assert (case.language, case.simulated_at) == ("en-GB", BEGAN)
    assert case.turns == ("Which is my cabin?", "", "ABC, and call me on REDACTED")
    assert [(each.check, each.value) for each in case.expectations] == [("hand-off", "front_desk")]
    [call] = case.calls
    told = {each.name: (each.value, each.type) for each in call.arguments}
    assert (call.name, told) == (
        "find_cabin", {"code": ("ABC", "string"), "deck": (3, "integer"), "gold": (True, "boolean")},
    )  # fmt: skip


def test_a_case_that_was_kept_is_a_file_that_every_check_lets_through() -> None:
    agent = an_agent()
    live(agent)

    kept(agent, a_call(agent))

    assert [finding for finding in check(read_all(files_of(agent))) if finding.path.startswith("test_suite/")] == []


def test_a_callers_number_stands_in_no_case_and_a_testers_own_only_where_the_one_who_keeps_it_may_read_it() -> None:
    agent = an_agent()
    live(agent)
    tester = a_person(Role.EDITOR, agent.workspace)
    tested = begun(agent, by=tester, channel="voice", caller_number=NUMBER)
    answered(tested, f"I am {NUMBER}", "Good.")

    [callers] = kept(agent, a_call(agent))
    [admins] = kept(agent, tested)
    [editors] = kept(agent, tested, by=Role.EDITOR)

    assert NUMBER.encode() not in files_of(agent)[callers.path]
    assert callers.caller_number is None
    assert (admins.caller_number, admins.turns) == (NUMBER, (f"I am {NUMBER}",))
    assert (editors.caller_number, editors.turns) == (None, ("I am REDACTED",))


def test_a_caller_who_is_called_back_on_their_own_number_is_handed_over_to_anybody() -> None:
    agent = an_agent()
    live(agent)
    call = begun(agent, channel="voice", caller_number=NUMBER)
    back = turns.Ended(by="agent", outcome="handoff", handoff=turns.Handoff(destination=f"tel:{NUMBER}"))
    answered(call, "Call me back", "I will.", ended=back)

    [case] = kept(agent, call)

    assert [(each.check, each.value) for each in case.expectations] == [("hand-off", "")]


def test_a_conversation_that_went_nowhere_expects_the_last_answer_and_one_in_a_flow_its_place() -> None:
    agent = an_agent()
    live(agent)
    plain, ended = begun(agent), begun(agent)
    answered(plain, "How many bags?", "Two bags of 20 kg.\nEach.")
    answered(plain, "", "Anything else?")
    answered(ended, "Bye", "Bye.", ended=turns.Ended(by="agent", outcome="hangup"))

    [words], [end] = kept(agent, plain), kept(agent, ended)

    assert [(each.check, each.turn, each.value) for each in words.expectations] == [("says", 1, "Two bags of 20 kg.")]
    assert [(each.check, each.value) for each in end.expectations] == [("ends", "hangup")]


def test_each_has_a_name_of_its_own_and_all_of_them_are_one_line_of_draft_activity() -> None:
    agent = an_agent()
    live(agent)
    talks = [begun(agent) for _ in range(3)]
    for each in talks:
        answered(each, "How many bags?", "Two.")

    first = kept(agent, talks[0])
    more = kept(agent, *talks[1:])

    assert [case.name for case in first + more] == ["How many bags", "How many bags 2", "How many bags 3"]
    draft = pipeline.draft_of(agent)
    assert draft is not None
    assert draft.changes.count() == 2


@pytest.mark.parametrize("said", ["…", "?!", "x" * 300, "a/b\\c: #d", "Ünïcödé 12", "yes", "123"])
def test_any_words_make_a_name_and_a_file(said: str) -> None:
    agent = an_agent()
    live(agent)
    talk = begun(agent)
    answered(talk, said, "Two.")

    [case] = kept(agent, talk)

    assert case.turns == (said,)
    assert case.path.count("/") == 1
    assert 0 < len(case.name) <= 60


def test_where_nothing_was_said_nothing_is_kept_of_any() -> None:
    agent = an_agent()
    live(agent)
    silent, talk = begun(agent), begun(agent)
    answered(silent, "", "Are you there?")
    answered(talk, "How many bags?", "Two.")

    with pytest.raises(Refused, match="nothing to test"):
        kept(agent, talk, silent)
    with pytest.raises(Refused, match="at least one"):
        kept(agent)
    with pytest.raises(Refused, match="Only editors"):
        kept(agent, talk, by=Role.VIEWER)
    assert pipeline.draft_of(agent) is None
