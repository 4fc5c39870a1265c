"""What a change leaves behind: names of what is gone, and new names of what was never there."""

from __future__ import annotations

import pytest

from deployments.comparison import compare
from deployments.comparison.impacts import LIMITED, Impact, Impacts, impacts
from tests.comparison.story import Files, Store, manifest

FUNCTION = """from _gen import *  # <AUTO GENERATED>


@func_description("Find it.")
def {name}(conv: Conversation):
    {body}
"""
TOPIC = "name: Luggage\nenabled: true\nactions: {actions}\ncontent: Two bags.\nexample_queries: []\n"
HANDOFFS = "handoffs:\n- name: {name}\n  description: The people at the pier, day and night\n"
STEP = "step_type: advanced_step\nname: {name}\nprompt: Ask for it.\n"
FLOW = "name: Boarding\ndescription: Come aboard\nstart_step: {start}\n"


def function(name: str, body: str = "return None") -> str:
    return FUNCTION.format(name=name, body=body)


def found(left: Files, right: Files) -> tuple[dict[str, list[tuple[str, str]]], dict[str, list[tuple[str, str]]]]:
    """By title of the item: who names what, for what is gone and for what is not there."""
    sides, store = (manifest(left), manifest(right)), Store(left, right)
    comparison = compare(*sides, store.load)
    titles = {item.anchor: item.title for item in comparison.items}
    told = impacts(comparison, sides[1], store.load)
    lost, dangling = (
        {titles[anchor]: [(one.by, one.written) for one in named] for anchor, named in side.items()}
        for side in (told.lost, told.dangling)
    )
    return lost, dangling


def test_a_removed_function_is_still_named_by_a_topic() -> None:
    topic = TOPIC.format(actions="Use {{fn:find_cabin}}.")
    left = {"functions/find_cabin.py": function("find_cabin"), "topics/luggage.yaml": topic}
    right = {"topics/luggage.yaml": topic}

    assert found(left, right) == ({"find_cabin": [("Luggage", "{{fn:find_cabin}}")]}, {})


def test_a_place_says_where_in_which_field_and_line() -> None:
    topic = TOPIC.format(actions="|-\n  Be kind.\n  Use {{fn:find_cabin}}.")
    left = {"functions/find_cabin.py": function("find_cabin"), "topics/luggage.yaml": topic}
    sides, store = (manifest(left), manifest({"topics/luggage.yaml": topic})), Store(left)
    comparison = compare(*sides, store.load)

    ((impact,),) = impacts(comparison, sides[1], store.load).lost.values()

    assert isinstance(impact, Impact)
    assert (impact.kind, impact.label) == ("Topic", "Actions")
    assert (impact.place.path, impact.place.field, impact.place.line) == ("topics/luggage.yaml", "actions", 2)


def test_a_renamed_handoff_is_still_called_by_its_old_name() -> None:
    topic = TOPIC.format(actions="Send them to {{ho:front_desk}}.")
    left = {"config/handoffs.yaml": HANDOFFS.format(name="front_desk"), "topics/luggage.yaml": topic}
    right = {"config/handoffs.yaml": HANDOFFS.format(name="the_pier"), "topics/luggage.yaml": topic}

    assert found(left, right) == ({"front_desk → the_pier": [("Luggage", "{{ho:front_desk}}")]}, {})


def test_nothing_is_lost_when_who_named_it_was_changed_too() -> None:
    left = {
        "config/handoffs.yaml": HANDOFFS.format(name="front_desk"),
        "topics/luggage.yaml": TOPIC.format(actions="Send them to {{ho:front_desk}}."),
    }
    right = {
        "config/handoffs.yaml": HANDOFFS.format(name="the_pier"),
        "topics/luggage.yaml": TOPIC.format(actions="Send them to {{ho:the_pier}}."),
    }

    assert found(left, right) == ({}, {})


def test_a_removed_step_is_gone_to_from_code_and_from_the_start_of_its_flow() -> None:
    flow = FLOW.format(start="Ask Name")
    code = function("go_on", 'flow.goto_step("ask name")')
    left = {
        "flows/boarding/flow_config.yaml": flow,
        "flows/boarding/steps/ask_name.yaml": STEP.format(name="Ask Name"),
        "flows/boarding/functions/go_on.py": code,
    }
    right = {path: content for path, content in left.items() if "steps" not in path}

    lost, _ = found(left, right)

    assert sorted(lost["Boarding"]) == [("Boarding", "Ask Name"), ("go_on", "ask name")]


def test_a_step_that_became_a_function_step_of_the_same_name_is_not_missed() -> None:
    flow = FLOW.format(start="ask_name")
    left = {
        "flows/boarding/flow_config.yaml": flow,
        "flows/boarding/steps/ask_name.yaml": STEP.format(name="ask_name"),
    }
    right = {
        "flows/boarding/flow_config.yaml": flow,
        "flows/boarding/function_steps/ask_name.py": "def ask_name(conv: Conversation, flow: Flow):\n    return None\n",
    }

    assert found(left, right) == ({}, {})


def test_a_function_of_another_flow_with_the_same_name_is_another_one() -> None:
    step = "step_type: advanced_step\nname: Ask\nprompt: Use {{ft:look}}.\n"
    left = {
        **{f"flows/{name}/flow_config.yaml": FLOW.format(start="Ask") for name in ("first", "second")},
        **{f"flows/{name}/steps/ask.yaml": step for name in ("first", "second")},
        **{f"flows/{name}/functions/look.py": function("look") for name in ("first", "second")},
    }
    right = {path: content for path, content in left.items() if path != "flows/first/functions/look.py"}

    lost, _ = found(left, right)

    assert list(lost.values()) == [[("Ask", "{{ft:look}}")]]


def test_a_variable_nobody_sets_any_more_is_still_said() -> None:
    topic = TOPIC.format(actions="Their cabin is {{vrbl:cabin}}.")
    left = {"functions/find.py": function("find", "conv.state.cabin = 1"), "topics/luggage.yaml": topic}
    right = {"functions/find.py": function("find"), "topics/luggage.yaml": topic}

    lost, _ = found(left, right)

    assert lost == {"cabin": [("Luggage", "{{vrbl:cabin}}")]}


def test_a_changed_text_names_what_is_not_there() -> None:
    right = {"topics/luggage.yaml": TOPIC.format(actions="Use {{fn:find_cabin}} and {{ho:desk}}, then {{vrbl:deck}}.")}

    _, dangling = found({"topics/luggage.yaml": TOPIC.format(actions="Nothing.")}, right)

    assert dangling == {
        "Luggage": [("Luggage", "{{fn:find_cabin}}"), ("Luggage", "{{ho:desk}}"), ("Luggage", "{{vrbl:deck}}")]
    }


def test_what_an_unchanged_file_has_is_there() -> None:
    there = {
        "functions/find_cabin.py": function("find_cabin", "conv.state.deck = 1"),
        "config/handoffs.yaml": HANDOFFS.format(name="desk"),
    }
    right = {"topics/luggage.yaml": TOPIC.format(actions="Use {{fn:find_cabin}} and {{ho:desk}}, then {{vrbl:deck}}.")}

    assert found(there, {**there, **right}) == ({}, {})


def test_names_in_other_alphabets_are_found() -> None:
    topic = 'name: Luggage\nenabled: true\nactions: "Use {{ho:f\\xE4hre}}."\ncontent: Two.\nexample_queries: []\n'
    left = {"config/handoffs.yaml": HANDOFFS.format(name="fähre"), "topics/luggage.yaml": topic}

    lost, _ = found(left, {"topics/luggage.yaml": topic})

    assert lost == {"fähre": [("Luggage", "{{ho:fähre}}")]}


def test_files_without_the_words_are_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    read = impacts.__globals__["read_file"]
    monkeypatch.setitem(
        impacts.__globals__, "read_file", lambda path, content: parsed.append(path) or read(path, content)
    )
    topics = {f"topics/topic_{number}.yaml": TOPIC.format(actions="Nothing.") for number in range(30)}
    topics["topics/luggage.yaml"] = TOPIC.format(actions="Use {{fn:find_cabin}}.")

    lost, _ = found({"functions/find_cabin.py": function("find_cabin"), **topics}, topics)

    assert list(lost) == ["find_cabin"]
    assert parsed == ["topics/luggage.yaml"]


def test_nothing_is_read_when_nothing_that_has_a_name_is_gone() -> None:
    topics = {f"topics/topic_{number}.yaml": TOPIC.format(actions="Nothing.") for number in range(30)}
    left = {"agent_settings/rules.txt": "Be brief.", "topics/old.yaml": TOPIC.format(actions="Old."), **topics}
    right = {"agent_settings/rules.txt": "Be kind.", **topics}
    store = Store(left, right)
    comparison = compare(manifest(left), manifest(right), store.load)
    store.asked.clear()

    assert impacts(comparison, manifest(right), store.load) == Impacts()
    assert sum(map(len, store.asked)) == 1


def test_a_search_that_was_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(impacts.__globals__, "MOST_PARSED", 3)
    topics = {f"topics/topic_{number}.yaml": TOPIC.format(actions="Use {{fn:find}}.") for number in range(9)}
    left = {"functions/find.py": function("find"), **topics}
    store = Store(left)
    comparison = compare(manifest(left), manifest(topics), store.load)

    told = impacts(comparison, manifest(topics), store.load)

    assert [len(named) for named in told.lost.values()] == [3]
    assert told.limited == LIMITED
