"""One edit each, seen in the file; and everything an edit refuses, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from deployments.resources import Value, read_all, read_file
from deployments.resources.editing import (
    EditRefused,
    change,
    create,
    delete,
    duplicate,
    find,
    mentions_of,
    move,
    rename,
    replace_text,
)
from deployments.resources.references import Place
from tests.resources.checked import AGENT

FILES = {path: text.encode() for path, text in AGENT.items()}
DESKS = b"""\
# Who answers.
handoffs:
    # The pier.
    -   name:   front_desk   # known to all
        'description': "People at the pier"   # short
        sip_config: {method: refer,   phone_number: '+1' }
    # At night.
    - name: night
      is_default: true
# The end.
"""


def test_one_value_is_all_that_differs() -> None:
    path = "config/handoffs.yaml"

    result = change({path: DESKS}, f"{path}#handoffs/front_desk", {"description": "People at sea"})

    assert result == {path: DESKS.replace(b'"People at the pier"', b"People at sea")}


def test_a_value_in_braces_is_changed_there() -> None:
    path = "config/handoffs.yaml"
    sip: dict[str, Value] = {"method": "refer", "phone_number": "+2, [x]"}

    result = change({path: DESKS}, f"{path}#handoffs/front_desk", {"sip_config": sip})

    assert result == {path: DESKS.replace(b"'+1'", b"'+2, [x]'")}


def test_what_the_file_already_says_changes_nothing() -> None:
    path = "config/handoffs.yaml"

    assert change({path: DESKS}, f"{path}#handoffs/front_desk", {"description": "People at the pier"}) == {}


def test_a_value_named_again_elsewhere_is_changed_in_one_place_alone() -> None:
    path = "config/sms_templates.yaml"
    content = b"sms_templates:\n- name: a\n  text: &t Hello  # shared\n- name: b\n  text: *t\n"

    result = change({path: content}, f"{path}#sms_templates/a", {"text": "Bye"})[path]

    assert result is not None
    assert [resource.fields["text"] for resource in read_file(path, result)] == ["Bye", "Hello"]
    assert b"# shared" in result


def test_an_item_goes_with_its_comments() -> None:
    path = "config/handoffs.yaml"

    result = delete({path: DESKS}, f"{path}#handoffs/night")

    assert result == {path: DESKS.replace(b"    # At night.\n    - name: night\n      is_default: true\n", b"")}


def test_the_last_resource_takes_its_file_along() -> None:
    path = "config/sip_headers.yaml"

    assert delete({path: b"sip_headers:\n- name: X-A\n  value: b\n"}, f"{path}#sip_headers/x-a") == {path: None}


def test_a_flow_goes_with_all_its_parts() -> None:
    result = delete(FILES, "flows/board_ship/flow_config.yaml")

    assert result == {path: None for path in FILES if path.startswith("flows/board_ship/")}


def test_an_item_moves_with_its_comments() -> None:
    path = "voice/response_control/pronunciations.yaml"
    content = b"pronunciations:\n- regex: a\n# of b\n- regex: b\n- regex: c"

    result = move({path: content}, f"{path}#pronunciations/2", 0)

    assert result == {path: b"pronunciations:\n# of b\n- regex: b\n- regex: a\n- regex: c"}


def test_a_new_item_stands_behind_the_others() -> None:
    path = "config/handoffs.yaml"

    result = create({path: DESKS}, "handoff", "sea", {"description": "At sea"})

    added = b"      is_default: true\n    - name: sea\n      description: At sea\n"
    assert result == {path: DESKS.replace(b"      is_default: true\n", added)}


@pytest.mark.parametrize(
    ("kind", "name", "fields", "inside", "path"),
    [
        ("topic", "Late check-out", {"content": "Noon."}, "", "topics/late_check_out.yaml"),
        ("function", "find_deck", {"description": "Finds it."}, "", "functions/find_deck.py"),
        ("flow", "Leave ship", {"description": "Out."}, "", "flows/leave_ship/flow_config.yaml"),
        ("flow_step", "Ask deck", {"prompt": "Ask."}, "flows/board_ship", "flows/board_ship/steps/ask_deck.yaml"),
        ("document", "tides.md", {"text": "High."}, "", "context/tides.md"),
        ("persona", "Role", {"text": "A purser."}, "", "agent_settings/persona.txt"),
        ("sip_header", "X-Ship", {"value": "Lom"}, "", "config/sip_headers.yaml"),
        ("text_file", "notes/a.txt", {"text": "a"}, "", "notes/a.txt"),
    ],
)
def test_a_new_resource_gets_the_file_its_name_asks_for(
    kind: str, name: str, fields: dict[str, Value], inside: str, path: str
) -> None:
    result = create(FILES, kind, name, fields, inside=inside)

    assert list(result) == [path]
    content = result[path]
    assert content is not None
    (resource,) = read_file(path, content)
    assert resource.kind == kind
    assert {key: resource.fields[key] for key in fields} == fields


def test_a_function_is_renamed_wherever_it_is_named() -> None:
    files = FILES | {
        "functions/again.py": b"from functions.find_cabin import find_cabin\n\n\ndef again(conv: Conversation):\n"
        b"    return find_cabin(conv, 'x')\n",
    }

    result = rename(files, "functions/find_cabin.py", "locate", update_references=True)

    assert result["functions/find_cabin.py"] is None
    assert result["functions/locate.py"] == FILES["functions/find_cabin.py"].replace(b"def find_cabin", b"def locate")
    again = result["functions/again.py"]
    assert again == files["functions/again.py"].replace(b"find_cabin", b"locate")
    step = "flows/board_ship/steps/ask_booking_code.yaml"
    assert result[step] == files[step].replace(b"{{fn:find_cabin}}", b"{{fn:locate}}")
    assert set(result) == {"functions/find_cabin.py", "functions/locate.py", "functions/again.py", step}


def test_a_renamed_flow_takes_its_folder_and_who_goes_there_along() -> None:
    files = FILES | {
        "functions/go.py": b"from flows.board_ship.functions.check import check\n\n\ndef go(conv: Conversation):\n"
        b"    conv.goto_flow('Board ship')\n",
        "flows/board_ship/functions/check.py": b"def check(conv: Conversation, flow: Flow):\n    pass\n",
        "test_suite/boards.yaml": b"name: Boards\nscenario: You board.\nslipway:\n  expectations:\n"
        b"  - check: flow  # at the end\n    value: Board ship\n  - check: says\n    value: Board ship\n",
    }

    result = rename(files, "flows/board_ship/flow_config.yaml", "Embark now", update_references=True)

    go = files["functions/go.py"].replace(b"board_ship", b"embark_now").replace(b"Board ship", b"Embark now")
    assert result["functions/go.py"] == go
    expected = files["test_suite/boards.yaml"].replace(b"Board ship", b"Embark now", 1)
    assert result["test_suite/boards.yaml"] == expected
    config = result["flows/embark_now/flow_config.yaml"]
    assert config is not None
    assert config.startswith(b"name: Embark now\n")
    assert result["flows/board_ship/functions/check.py"] is None
    assert not [path for path, content in result.items() if path.startswith("flows/board_ship/") and content]


def test_a_renamed_step_is_still_the_one_its_flow_starts_with() -> None:
    result = rename(FILES, "flows/board_ship/steps/ask_booking_code.yaml", "Ask code", update_references=True)

    after = {path: content for path, content in (FILES | result).items() if content is not None}
    assert "flows/board_ship/steps/ask_code.yaml" in after
    assert b"start_step: Ask code\n" in after["flows/board_ship/flow_config.yaml"]


def test_a_renamed_handoff_and_variable_are_followed() -> None:
    by_handoff = rename(FILES, "config/handoffs.yaml#handoffs/front_desk", "pier", update_references=True)
    by_variable = rename(FILES, "#variables/cabin", "berth", update_references=True)

    topic = by_handoff["topics/luggage_limits.yaml"]
    assert topic == FILES["topics/luggage_limits.yaml"].replace(b"front_desk", b"pier")
    assert by_variable["agent_settings/rules.txt"] == b"Be brief. The cabin is {{vrbl:berth}}."
    code = by_variable["functions/find_cabin.py"]
    assert code is not None
    assert b"conv.state.berth = " in code


def test_a_rename_without_references_changes_no_other_file() -> None:
    result = rename(FILES, "functions/find_cabin.py", "locate", update_references=False)

    assert set(result) == {"functions/find_cabin.py", "functions/locate.py"}


def test_what_refers_to_a_resource_is_listed() -> None:
    places = [each.place for each in mentions_of(read_all(FILES), "functions/find_cabin.py")]

    assert places == [Place("flows/board_ship/steps/ask_booking_code.yaml", "prompt", 2)]


def test_a_duplicate_stands_behind_the_first_and_a_flow_comes_whole() -> None:
    item = duplicate(FILES, "config/handoffs.yaml#handoffs/front_desk", "second")["config/handoffs.yaml"]
    flow = duplicate(FILES, "flows/board_ship/flow_config.yaml", "Leave ship")

    assert item is not None
    names = [resource.name for resource in read_file("config/handoffs.yaml", item)]
    assert names == ["front_desk", "second"]
    assert sorted(flow) == [
        "flows/leave_ship/flow_config.yaml",
        "flows/leave_ship/steps/ask_booking_code.yaml",
    ]


def test_a_text_is_found_in_names_texts_and_code_and_replaced_where_wanted() -> None:
    hits = find(FILES, "cabin", match_case=True)

    chosen = [hit for hit in hits if hit.path == "agent_settings/rules.txt"]
    result = replace_text(FILES, "cabin", "berth", places=chosen[:1])

    assert {hit.field for hit in hits} >= {"text", "code", "prompt", "file", "description"}
    assert (chosen[0].before, chosen[0].found, chosen[0].after) == ("Be brief. The ", "cabin", " is {{vrbl:cabin}}.")
    assert result == {"agent_settings/rules.txt": b"Be brief. The berth is {{vrbl:cabin}}."}


def test_looking_stops_when_enough_is_found_and_a_long_line_shows_only_what_is_near() -> None:
    class Opened(dict[str, bytes]):
        asked: list[str]

        def __getitem__(self, path: str) -> bytes:
            self.asked.append(path)
            return super().__getitem__(path)

    files = Opened({"a.txt": b"e " * 1000, "b.txt": b"e"})
    files.asked = []

    hits = find(files, "e", most=501)

    assert len(hits) == 501
    assert files.asked == ["a.txt"]
    assert {len(hit.before) for hit in hits[100:]} == {80} == {len(hit.after) for hit in hits}


def test_what_stands_in_too_many_places_is_not_replaced() -> None:
    with pytest.raises(EditRefused, match="more than 20,000 places"):
        replace_text({"a.txt": b"e" * 20_001}, "e", "f")


def test_replacing_a_name_everywhere_takes_its_file_along() -> None:
    result = replace_text(FILES, "find_cabin", "locate", match_case=True)

    after = {path: content for path, content in (FILES | result).items() if content is not None}
    assert "functions/locate.py" in after
    assert find(after, "find_cabin") == []


FUNCTION = "functions/find_cabin.py"


def test_a_new_type_of_a_parameter_is_written_in_the_signature() -> None:
    row: dict[str, Value] = {"name": "code", "description": "Booking code, six letters", "type": "Integer"}

    result = change(FILES, FUNCTION, {"parameters": [row]})

    assert result == {FUNCTION: FILES[FUNCTION].replace(b"code: str", b"code: int")}


def test_another_name_of_a_parameter_is_another_name_in_the_signature() -> None:
    row: dict[str, Value] = {"name": "letters", "description": "Booking code, six letters", "type": "String"}

    result = change(FILES, FUNCTION, {"parameters": [row]})

    expected = FILES[FUNCTION].replace(b'"code"', b'"letters"').replace(b"code: str", b"letters: str")
    assert result == {FUNCTION: expected}


def test_new_code_leaves_header_and_decorators_where_they_are() -> None:
    code = read_file(FUNCTION, FILES[FUNCTION])[0].fields["code"]
    assert isinstance(code, str)

    result = change(FILES, FUNCTION, {"code": "import json\n\n\n" + code.replace('"C-104"', '"C-105"')})

    expected = FILES[FUNCTION].replace(b"@func_description", b"import json\n\n\n@func_description", 1)
    assert result == {FUNCTION: expected.replace(b"C-104", b"C-105")}


def test_code_that_does_not_parse_is_kept_as_typed() -> None:
    broken = change(FILES, FUNCTION, {"code": "def find_cabin(conv: Conversation, code: str):\n    return (\n"})[
        FUNCTION
    ]
    assert broken is not None

    mended = broken.replace(b"return (", b"return 1")

    assert b"return (\n" in broken
    assert read_file(FUNCTION, mended)[0].fields["description"] == "Find the cabin of a passenger by booking code."


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (lambda: change(FILES, "topics/nothing.yaml", {}), "There is nothing at"),
        (lambda: change(FILES, "#variables/cabin", {"name": "x"}), "A variable stands in no file"),
        (lambda: change(FILES, "topics/luggage_limits.yaml", {"colour": "red"}), 'has no field "colour"'),
        (lambda: change(FILES, "topics/luggage_limits.yaml", {"content": "\ud800"}), "half a character"),
        (lambda: change(FILES, "topics/luggage_limits.yaml", {"content": "a\0b"}), "a NUL character"),
        (lambda: change(FILES, "agent_settings/rules.txt", {"text": "\ud800"}), "half a character"),
        (lambda: change(FILES, "agent_settings/rules.txt", {"text": "a\0"}), "NUL"),
        (lambda: create(FILES, "boat", "a", {}), 'There is no kind "boat"'),
        (lambda: create(FILES, "handoff", "Front_desk".lower(), {}), 'already a handoff "front_desk"'),
        (lambda: create(FILES, "topic", "luggage limits", {}), "There is already a file"),
        (lambda: create(FILES, "topic", "!", {}), "A name needs a letter or a digit"),
        (lambda: create(FILES, "function", "a-b", {}), "cannot be the name of a function"),
        (lambda: create(FILES, "flow_step", "a", {}), "belongs inside another resource"),
        (lambda: create(FILES, "text_file", "../a", {"text": ""}), "cannot be the path of a file"),
        (lambda: create(FILES, "voice_greeting", "", {"language_code": "de"}), '"Greeting" is there already'),
        (lambda: rename(FILES, "agent_settings/rules.txt", "a", update_references=False), "fixed name"),
        (lambda: rename(FILES, FUNCTION, "class", update_references=False), "no word of Python"),
        (lambda: duplicate(FILES, "agent_settings/rules.txt", "a"), "has only one"),
        (lambda: move(FILES, "agent_settings/rules.txt", 1), "stands in no list"),
        (lambda: find(FILES, ""), "There is nothing to look for"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(refused: object, words: str) -> None:
    assert callable(refused)

    with pytest.raises(EditRefused, match=words) as caught:
        refused()

    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


class Counting(Mapping[str, bytes]):
    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self.read: list[str] = []

    def __getitem__(self, path: str) -> bytes:
        self.read.append(path)
        return self._files[path]

    def __contains__(self, path: object) -> bool:
        return path in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


@pytest.mark.parametrize("size", [100, 10_000])
def test_a_save_reads_the_one_file_however_large_the_agent(size: int) -> None:
    topic = FILES["topics/luggage_limits.yaml"]
    files = Counting(FILES | {f"topics/topic_{number}.yaml": topic for number in range(size)})

    change(files, "topics/luggage_limits.yaml", {"content": "One bag."})

    assert set(files.read) == {"topics/luggage_limits.yaml"}
    assert len(files.read) <= 4
