"""What a comparison of two agents says: one test a sentence, plain dicts in."""

import pytest

from deployments.comparison import Counts, compare, spoken_of
from tests.comparison.story import Files, Store, changes, compared, field, manifest, only, signs

FLOW = {
    "flows/board_ship/flow_config.yaml": "name: Board ship\ndescription: Getting on board\nstart_step: Ask code\n",
    "flows/board_ship/steps/ask_code.yaml": (
        "step_type: advanced_step\nname: Ask code\nprompt: |-\n  Ask for the six letters.\n  Then wait.\n"
    ),
    "flows/board_ship/steps/say_goodbye.yaml": (
        "step_type: advanced_step\nname: Say goodbye\nprompt: Wish a calm sea.\n"
    ),
    "flows/board_ship/functions/look_up.py": (
        '@func_description("Look a code up.")\ndef look_up(conv: Conversation, flow: Flow):\n    return "found"\n'
    ),
}
LUGGAGE = (
    "name: Luggage limits\nenabled: true\nactions: Weigh it.\n"
    "content: Two bags of 20 kg each per passenger, and skis travel free of charge.\n"
    "example_queries:\n- How many bags may I bring?\n- Is there a weight limit?\n"
)
FUNCTION = (
    "from _gen import *  # <AUTO GENERATED>\n\n\n"
    '@func_description("Find the cabin of a passenger.")\n@func_parameter("code", "Booking code")\n'
    'def find_cabin(conv: Conversation, code: str):\n    conv.state.cabin = "C-104"\n    return "Cabin found."\n'
)
HANDOFFS = (
    "handoffs:\n- name: front_desk\n  description: People at the pier\n  is_default: true\n"
    "  sip_config:\n    method: refer\n    phone_number: '+4915550100'\n"
    "- name: harbour\n  description: The harbour master\n  is_default: false\n  sip_config:\n    method: bye\n"
)
ALL: Files = {
    **FLOW,
    "topics/luggage_limits.yaml": LUGGAGE,
    "functions/find_cabin.py": FUNCTION,
    "config/handoffs.yaml": HANDOFFS,
    "agent_settings/rules.txt": "Say the shortest true thing first.",
    "notes.md": "Anything",
}


def edited(path: str, old: str, new: str, files: Files = ALL) -> Files:
    content = files[path]
    assert isinstance(content, str)
    assert old in content
    return {**files, path: content.replace(old, new)}


def pronunciations(*patterns: str) -> str:
    rules = "".join(
        f"- regex: {pattern}\n  replacement: say {pattern}\n  case_sensitive: false\n" for pattern in patterns
    )
    return f"pronunciations:\n{rules}"


def test_a_version_is_the_same_as_itself() -> None:
    comparison = compared(ALL, ALL)

    assert comparison.is_empty
    assert comparison.formatting == ()


def test_against_nothing_everything_is_added() -> None:
    comparison = compared({}, ALL)

    assert comparison.counts == Counts(added=len(comparison.items))
    assert {"Board ship", "Luggage limits", "find_cabin", "front_desk", "harbour", "cabin"} <= changes(
        comparison
    ).keys()


def test_against_nothing_on_the_right_everything_is_removed() -> None:
    assert compared(ALL, {}).counts == Counts(removed=compared({}, ALL).counts.added)


def test_items_stand_in_the_order_of_the_groups() -> None:
    groups = [group for group, _ in compared({}, ALL).groups]

    assert groups == ["Functions", "Variables", "Flows", "Knowledge", "Agent", "Handoffs", "Other files"]


def test_only_unequal_blobs_are_read() -> None:
    right = edited("topics/luggage_limits.yaml", "20 kg", "23 kg")
    store = Store(ALL, right)

    compare(manifest(ALL), manifest(right), store.load)

    before, after = manifest(ALL), manifest(right)
    path = "topics/luggage_limits.yaml"
    assert [set(asked) for asked in store.asked] == [{before[path], after[path]}]


def test_inserting_one_pronunciation_at_the_top_of_eighty_is_one_addition() -> None:
    eighty = [f"word{number}" for number in range(80)]
    path = "voice/response_control/pronunciations.yaml"

    comparison = compared({path: pronunciations(*eighty)}, {path: pronunciations("first", *eighty)})

    assert comparison.counts == Counts(added=1)


def test_a_pronunciation_out_of_its_order_is_moved() -> None:
    path = "voice/response_control/pronunciations.yaml"

    comparison = compared({path: pronunciations("a", "b", "c", "d")}, {path: pronunciations("b", "c", "d", "a")})

    assert comparison.counts == Counts(moved=1)
    assert field(only(comparison), "regex").left == "a"


def test_pronunciations_with_the_same_pattern_are_told_apart_by_their_order() -> None:
    path = "voice/response_control/pronunciations.yaml"
    twice = pronunciations("a", "a")

    comparison = compared({path: twice}, {path: twice.replace("say a", "speak a", 1)})

    assert comparison.counts == Counts(changed=1)


def test_one_sample_question_in_the_middle_is_one_edit_with_one_new_box() -> None:
    right = edited("topics/luggage_limits.yaml", "- Is there", "- May I bring skis?\n- Is there")

    item = only(compared(ALL, right))

    assert item.change == "changed"
    assert signs(field(item, "example_queries")) == "=+="
    assert field(item, "content").change == "same"
    assert item.summary == "sample questions: 1 added"


def test_a_new_order_of_sample_questions_is_no_change() -> None:
    turned = LUGGAGE.replace("- How many bags may I bring?\n", "") + "- How many bags may I bring?\n"

    comparison = compared({"topics/luggage_limits.yaml": LUGGAGE}, {"topics/luggage_limits.yaml": turned})

    assert comparison.is_empty
    assert comparison.formatting == ("topics/luggage_limits.yaml",)


def test_a_renamed_topic_is_one_moved_item_titled_old_to_new() -> None:
    right = {path: content for path, content in ALL.items() if path != "topics/luggage_limits.yaml"}
    right["topics/bags.yaml"] = LUGGAGE.replace("Luggage limits", "Bags")

    comparison = compared(ALL, right)

    assert changes(comparison) == {"Luggage limits → Bags": "moved"}
    part = only(comparison).parts[0]
    assert (part.previous_file, part.file) == ("topics/luggage_limits.yaml", "topics/bags.yaml")
    assert part.lines.added == part.lines.removed == 0


def test_a_renamed_topic_that_was_also_edited_is_moved_with_its_edits_inside() -> None:
    left, right = (
        {"topics/luggage_limits.yaml": LUGGAGE},
        {"topics/bags.yaml": LUGGAGE.replace("Luggage limits", "Bags")},
    )
    right["topics/bags.yaml"] = right["topics/bags.yaml"].replace("20 kg", "23 kg")

    item = only(compared(left, right))

    assert item.change == "moved"
    assert field(item, "content").change == "changed"
    assert (item.lines.added, item.lines.removed) == (1, 1)


def test_a_renamed_handoff_is_moved_inside_its_file() -> None:
    item = only(compared(ALL, edited("config/handoffs.yaml", "name: harbour", "name: harbour_master")))

    assert item.title == "harbour → harbour_master"
    assert item.change == "moved"
    assert item.parts[0].previous_file is None
    assert item.parts[0].previous_path == "config/handoffs.yaml#handoffs/harbour"


def test_two_edited_parts_of_a_flow_are_one_edit() -> None:
    right = edited("flows/board_ship/steps/ask_code.yaml", "six letters", "six digits")
    right = edited("flows/board_ship/functions/look_up.py", '"found"', '"not found"', right)

    item = only(compared(ALL, right))

    assert (item.title, item.change, item.label) == ("Board ship", "changed", "Flow")
    assert [(part.label, part.name, part.change) for part in item.parts] == [
        ("Step", "Ask code", "changed"),
        ("Flow function", "look_up", "changed"),
    ]
    assert item.summary == "1 step changed, 1 flow function changed"


def test_what_a_changed_text_refers_to_anew_and_no_more_is_counted_in_words() -> None:
    left = edited("agent_settings/rules.txt", "Say the", "Use {{fn:find_cabin}} and {{fn:find_cabin}}. Say the")
    right = edited("agent_settings/rules.txt", "Say the", "Use {{fn:find_cabin}}, {{ho:harbour}} or $cabin. Say the")

    (there,), (back,) = compared(left, right).items, compared(right, left).items

    told = "handoff reference added, 1 variable reference added, 1 function reference removed"
    assert there.summary == f"behaviour changed, 1 {told}"
    assert "1 function reference added, 1 handoff reference removed" in back.summary
    assert "reference" not in only(compared(left, edited("agent_settings/rules.txt", "Say", "Tell", left))).summary


def test_a_flow_is_added_with_all_of_its_parts() -> None:
    item = only(compared({"notes.md": ""}, {"notes.md": "", **FLOW}))

    assert (item.title, item.change) == ("Board ship", "added")
    assert [part.kind for part in item.parts] == ["flow", "flow_step", "flow_step", "flow_function"]
    assert item.summary == "2 steps added, 1 flow function added"


def test_a_step_added_to_a_flow_is_an_edit_of_the_flow() -> None:
    step = "step_type: advanced_step\nname: Wait\nprompt: Wait for the ramp.\n"

    item = only(compared(ALL, {**ALL, "flows/board_ship/steps/wait.yaml": step}))

    assert (item.change, item.parts[0].change) == ("changed", "added")


def test_a_renamed_flow_keeps_its_parts() -> None:
    right = {path.replace("board_ship", "embark"): content for path, content in FLOW.items()}
    right["flows/embark/flow_config.yaml"] = right["flows/embark/flow_config.yaml"].replace("Board ship", "Embark")
    right["flows/embark/steps/ask_code.yaml"] = right["flows/embark/steps/ask_code.yaml"].replace("six", "seven")

    item = only(compared(FLOW, right))

    assert (item.title, item.change) == ("Board ship → Embark", "moved")
    assert {part.change for part in item.parts} == {"moved"}
    assert [part.name for part in item.parts if part.lines.added] == ["Ask code"]


def test_a_step_removed_from_a_renamed_flow_stays_in_it() -> None:
    right = {path.replace("board_ship", "embark"): content for path, content in FLOW.items() if "goodbye" not in path}
    right["flows/embark/flow_config.yaml"] = right["flows/embark/flow_config.yaml"].replace("Board ship", "Embark")

    item = only(compared(FLOW, right))

    assert [part.name for part in item.parts if part.change == "removed"] == ["Say goodbye"]


def test_a_new_variable_is_one_edit_and_one_addition() -> None:
    right = edited("functions/find_cabin.py", "    return", "    conv.state.deck = 4\n    return")

    comparison = compared(ALL, right)

    assert changes(comparison) == {"find_cabin": "changed", "deck": "added"}
    variable = comparison.items[1]
    assert (variable.group, variable.parts[0].file) == ("Variables", None)
    assert field(variable, "used_in").right == ["functions/find_cabin.py"]


def test_many_variables_of_one_function_are_one_entry_that_counts_them_all() -> None:
    many = "".join(f"    conv.state.cabin_{number} = {number}\n" for number in range(40))
    other = "def tell(conv):\n    conv.state.cabin_7 = 1\n"
    right = {**edited("functions/find_cabin.py", "    return", f"{many}    return"), "functions/tell.py": other}

    there, back = compared(ALL, right), compared(right, ALL)

    assert changes(there) == {"find_cabin": "changed", "tell": "added", "40 variables in find_cabin": "added"}
    assert (there.counts.added, there.counts.changed) == (41, 1)
    assert (back.counts.removed, back.counts.changed) == (41, 1)
    together = there.items[-1]
    assert [part.name for part in together.parts] == [f"cabin_{number}" for number in range(40)]
    assert spoken_of(together, "cabin_7") == 1
    assert spoken_of(together, "functions/find") == 40
    assert spoken_of(together, "deck") == 0


def test_names_stand_in_the_order_in_which_people_count() -> None:
    names = ["Deck 10", "deck 9", "Deck 100", "Apron", "2nd deck"]
    topics = {f"topics/{number}.yaml": f"name: {name}\ncontent: ''\n" for number, name in enumerate(names)}

    comparison = compared({}, topics)

    assert [item.name for item in comparison.items] == ["2nd deck", "Apron", "deck 9", "Deck 10", "Deck 100"]


def test_a_variable_another_function_still_uses_is_not_removed() -> None:
    other = FUNCTION.replace("find_cabin", "tell_cabin").replace("Find the cabin of a passenger", "Tell it")
    left = {**ALL, "functions/tell_cabin.py": other}

    comparison = compared(left, edited("functions/find_cabin.py", "conv.state.cabin", "cabin", left))

    assert changes(comparison) == {"find_cabin": "changed"}


def test_moving_the_header_line_is_no_change_on_the_card() -> None:
    header = "from _gen import *  # <AUTO GENERATED>\n"
    right = edited("functions/find_cabin.py", header, "", ALL)
    left = edited("functions/find_cabin.py", header, f"import datetime\n{header}", ALL)
    right = {
        **right,
        "functions/find_cabin.py": f"{header}import datetime\n{str(right['functions/find_cabin.py']).lstrip()}",
    }
    left = {**left, "functions/find_cabin.py": str(left["functions/find_cabin.py"]).replace("\n\n\n", "\n")}

    comparison = compared(left, right)

    assert comparison.is_empty
    assert comparison.formatting == ("functions/find_cabin.py",)


def test_indentation_of_lists_and_line_ends_are_formatting_only() -> None:
    deeper = HANDOFFS.replace("\n", "\n  ").rstrip() + "\n"
    indented = {**ALL, "config/handoffs.yaml": deeper}
    right = {path: str(content).replace("\n", "\r\n") for path, content in indented.items()}

    comparison = compared(ALL, right)

    assert comparison.counts == Counts()
    assert set(comparison.formatting) == {path for path in ALL if manifest(ALL)[path] != manifest(right)[path]}


def test_white_space_at_the_very_end_is_formatting_only() -> None:
    comparison = compared(ALL, {**ALL, "agent_settings/rules.txt": "Say the shortest true thing first.\n\n"})

    assert (comparison.is_empty, comparison.formatting) == (True, ("agent_settings/rules.txt",))


def test_an_unchanged_short_field_is_shown_for_context() -> None:
    item = only(compared(ALL, edited("config/handoffs.yaml", "People at the pier", "People on the quay")))

    assert field(item, "is_default").change == "same"
    assert field(item, "is_default").left_pieces == (("same", "On"),)
    assert field(item, "description").change == "changed"


def test_a_nested_setting_shows_the_entry_that_changed() -> None:
    item = only(compared(ALL, edited("config/handoffs.yaml", "+4915550100", "+4915550199")))

    rows = {row.right.plain: row.change for row in field(item, "sip_config").all_rows if row.right}
    assert rows == {"Method: refer": "same", "Phone number: +4915550199": "changed"}


def test_parameters_are_matched_by_name() -> None:
    right = edited("functions/find_cabin.py", '"Booking code")', '"Booking code, six letters")')
    right = edited("functions/find_cabin.py", "code: str", "code: int", right)

    item = only(compared(ALL, right))

    row = field(item, "parameters").all_rows[0]
    assert row.change == "changed"
    assert row.right is not None
    assert ("added", "Integer") in row.right.text
    assert field(item, "code").change == "changed"


def test_a_broken_file_is_compared_as_plain_text() -> None:
    item = only(compared(ALL, edited("config/handoffs.yaml", "handoffs:", "handoffs: [")))

    assert (item.kind, item.change) == ("text_file", "changed")
    assert signs(field(item, "text")).count("±") == 1


def test_a_broken_file_on_both_sides_is_compared_as_plain_text() -> None:
    broken: Files = {"config/handoffs.yaml": "handoffs: [\na"}

    item = only(compared(broken, {"config/handoffs.yaml": "handoffs: [\nb"}))

    assert (item.kind, item.change) == ("text_file", "changed")


def test_a_file_only_moved_to_another_folder_is_moved() -> None:
    text = "A long note about how the harbour works in winter."

    comparison = compared({"docs/note.md": text}, {"archive/note.md": text})

    assert [(item.change, item.parts[0].previous_file) for item in comparison.items] == [("moved", "docs/note.md")]


def test_a_binary_file_is_compared_by_size_and_hash() -> None:
    item = only(compared({"logo.png": b"\x89PNG\x00one"}, {"logo.png": b"\x89PNG\x00two!"}))

    assert item.kind == "binary_file"
    assert {change.name for change in item.parts[0].fields if change.change == "changed"} == {"size", "hash"}


def test_a_renamed_test_is_known_by_its_scenario() -> None:
    def case(name: str, language: str) -> str:
        return f"name: {name}\nscenario: Ask about skis\nchannel: voice\nlanguage: {language}\n"

    comparison = compared({"test_suite/a.yaml": case("A", "en-GB")}, {"test_suite/b.yaml": case("B", "de-DE")})

    assert changes(comparison) == {"A → B": "moved"}


def test_two_tests_with_one_scenario_stay_apart() -> None:
    def case(name: str) -> str:
        return f"name: {name}\nscenario: Ask about skis\nchannel: voice\nlanguage: en\n"

    left = {"test_suite/a.yaml": case("A")}

    assert compared(left, {"test_suite/b.yaml": case("B"), "test_suite/c.yaml": case("C")}).counts == Counts(2, 1)


def test_a_keyphrase_for_another_is_no_rename() -> None:
    path = "voice/speech_recognition/keyphrase_boosting.yaml"
    left, right = ({path: f"keyphrases:\n- keyphrase: {word}\n  level: boosted\n"} for word in ("deck", "quay"))

    assert compared(left, right).counts == Counts(added=1, removed=1)


def test_a_language_for_another_is_no_rename() -> None:
    path = "agent_settings/languages.yaml"
    left, right = ({path: f"default_language: en\nadditional_languages:\n- {code}\n"} for code in ("fr", "de"))

    assert compared(left, right).counts == Counts(added=1, removed=1)


def test_advanced_settings_are_compared_as_a_tree() -> None:
    path = "agent_settings/experimental_config.json"

    item = only(compared({path: '{"vad": {"a": 1, "b": [1]}}'}, {path: '{"vad": {"b": [1], "a": 2.5}}'}))

    assert field(item, "vad").type == "json"
    assert signs(field(item, "vad")).count("±") == 1


def test_spacing_and_order_of_json_keys_are_formatting() -> None:
    path = "agent_settings/experimental_config.json"

    comparison = compared({path: '{"vad": {"a": 1, "b": 3}}'}, {path: '{"vad": {\n"b": 3.0, "a": 1}}'})

    assert (comparison.is_empty, comparison.formatting) == (True, (path,))


def test_anchors_are_safe_unique_and_stable() -> None:
    files = {f"topics/{name}.yaml": f"name: {name}\ncontent: About {name}\n" for name in ("größe", "a b", "c")}

    anchors = [item.anchor for item in compared({}, files).items]

    assert len(set(anchors)) == 3
    assert all(anchor.isascii() and anchor.replace("-", "").isalnum() for anchor in anchors)
    assert anchors == [item.anchor for item in compared({}, files).items]
    assert compared({}, files).item(anchors[1]) == compared({}, files).items[1]


@pytest.mark.parametrize("path", sorted(ALL))
def test_swapping_the_sides_turns_every_change_round(path: str) -> None:
    right = {name: content for name, content in ALL.items() if name != path}
    right = {**right, "notes.md": "Something else"}
    turned = {"added": "removed", "removed": "added", "changed": "changed", "moved": "moved"}

    there, back = compared(ALL, right), compared(right, ALL)

    assert {(item.name, turned[item.change]) for item in there.items} == {(i.name, i.change) for i in back.items}
    assert [(i.lines.added, i.lines.removed) for i in there.items] == [
        (i.lines.removed, i.lines.added) for i in back.items
    ]


def test_functions_that_were_read_for_their_variables_are_not_read_again() -> None:
    other = FUNCTION.replace("find_cabin", "only_read_once").replace("conv.state.cabin", "conv.state.berth")
    left = {**ALL, "functions/only_read_once.py": other}
    right = edited("functions/find_cabin.py", "    return", "    conv.state.once = 4\n    return", left)
    first, second = Store(left, right), Store(left, right)

    compare(manifest(left), manifest(right), first.load)
    compare(manifest(left), manifest(right), second.load)

    unchanged = manifest(left)["functions/only_read_once.py"]
    assert any(unchanged in asked for asked in first.asked)
    assert not any(unchanged in asked for asked in second.asked)
