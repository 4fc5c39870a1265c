"""Files in, resources out: every kind by an example, the older forms, and files that hold something odd."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.resources import GROUPS, KINDS, Problem, Resource, kinds_for, read_all, read_file
from tests.resources.strategies import PATHS

EXAMPLES = Path(__file__).parent / "examples"


def folder(name: str) -> dict[str, bytes]:
    root = EXAMPLES / name
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*.*") if file.is_file()}


def read(path: str, text: str) -> tuple[Resource, ...]:
    return read_file(path, text.encode())


def found(files: Mapping[str, bytes]) -> dict[str, Resource]:
    return {resource.path: resource for resource in read_all(files)}


def test_the_example_agent_has_every_kind_but_the_older_ones_and_none_has_a_problem() -> None:
    resources = read_all(folder("agent"))

    assert {resource.kind for resource in resources} == set(KINDS) - {"personality", "role", "other_keys"}
    assert [resource.path for resource in resources if resource.problem] == []


def test_the_example_agent_uses_every_declared_field_and_no_other() -> None:
    seen: dict[str, set[str]] = {}
    for resource in read_all(folder("agent")) + read_all(folder("older")):
        seen.setdefault(resource.kind, set()).update(resource.fields)

    seen.pop("other_keys")
    declared = {kind: set(KINDS[kind].by_name) for kind in seen}
    # Of the twenty-eight advanced settings an example needs no more than a few.
    assert seen.pop("experimental_config") < declared.pop("experimental_config")
    assert seen == declared


def test_resources_stand_in_the_order_of_the_groups() -> None:
    groups = [KINDS[resource.kind].group for resource in read_all(folder("agent"))]

    assert list(dict.fromkeys(groups)) == list(GROUPS)


CASES = {
    "functions/find_cabin.py": (
        "function",
        "find_cabin",
        {
            "description": "Find the cabin of a passenger by booking code.",
            "parameters": [
                {"name": "code", "description": "Booking code, six letters", "type": "String"},
                {"name": "berths", "description": "How many berths", "type": "Integer"},
            ],
            "delay": {
                "delay_before_responses_start": 1,
                "silence_after_each_response": 2.5,
                "delay_responses": [{"text": "One moment.", "seconds": 2}, {"text": "Still looking.", "seconds": 3}],
                "randomize": True,
            },
            "code": "def find_cabin(conv: Conversation, code: str, berths: int):\n"
            '    conv.state.cabin = "C-104"\n'
            '    return "Tell the passenger their cabin is $cabin."\n',
        },
    ),
    "functions/end_function.py": (
        "end_function",
        "end_function",
        {
            "description": "Runs when a conversation ends.",
            "delay": {
                "delay_before_responses_start": 2,
                "delay_responses": [{"text": "A moment, please.", "seconds": 3}],
            },
            "code": "def end_function(conv: Conversation):\n    print(conv.state.started)\n",
        },
    ),
    "#variables/cabin": ("variable", "cabin", {"name": "cabin", "used_in": ["functions/find_cabin.py"]}),
    "#variables/started": (
        "variable",
        "started",
        {"name": "started", "used_in": ["functions/end_function.py", "functions/start_function.py"]},
    ),
    "flows/board_ship/flow_config.yaml": (
        "flow",
        "Board ship",
        {
            "name": "Board ship",
            "description": "From the booking code to the right door",
            "start_step": "Ask booking code",
        },
    ),
    "flows/board_ship/function_steps/open_door.py": (
        "function_step",
        "open_door",
        {
            "delay": {
                "delay_before_responses_start": 2,
                "delay_responses": [{"text": "A moment, please.", "seconds": 3}],
            },
            "code": "def open_door(conv: Conversation, flow: Flow):\n    return conv.state.code\n",
        },
    ),
    "agent_settings/persona.txt": (
        "persona",
        "Role",
        {"text": "You are the night purser of a small ferry called {{attr:ship_name}}."},
    ),
    "agent_settings/languages.yaml#default_language": ("language_default", "Default language", {"code": "en-GB"}),
    "agent_settings/languages.yaml#additional_languages/nb-NO": ("language_extra", "nb-NO", {"code": "nb-NO"}),
    "config/handoffs.yaml#handoffs/harbour_master": (
        "handoff",
        "harbour_master",
        {
            "name": "harbour_master",
            "description": "Only for the weather",
            "is_default": False,
            "sip_config": {"method": "refer", "phone_number": "+4915550101"},
        },
    ),
    "config/variant_attributes.yaml#variants/Night_boat": ("variant", "Night boat", {"name": "Night boat"}),
    "config/variant_attributes.yaml#attributes/cabins": (
        "variant_attribute",
        "cabins",
        {"name": "cabins", "kind": "number", "values": {"Day boat": 0, "Night boat": 48}},
    ),
    "config/mcp.yaml#mcp_servers/custom_tides": (
        "mcp_server",
        "custom:tides",
        {
            "provider_id": "custom:tides",
            "url": "https://tides.example.com/mcp",
            "auth": {"header": "X-Key", "secret_name": "tides_key"},
            "timeout": 10,
            "enabled_functions": ["next_high_water"],
        },
    ),
    "config/sip_headers.yaml#sip_headers/x-desk": ("sip_header", "X-Desk", {"name": "X-Desk", "value": "night"}),
    "voice/configuration.yaml#style_prompt": (
        "voice_style",
        "Style",
        {"prompt": "Calm, a little dry.\nNumbers are spoken one by one."},
    ),
    "chat/configuration.yaml#greeting": (
        "chat_greeting",
        "Greeting",
        {"welcome_message": "Hello, the night desk writes back at once.", "language_code": "en-GB"},
    ),
    "voice/speech_recognition/keyphrase_boosting.yaml#keyphrases/Skarvøya": (
        "keyphrase",
        "Skarvøya",
        {"keyphrase": "Skarvøya", "level": "boosted"},
    ),
    "voice/response_control/pronunciations.yaml#pronunciations/2": (
        "pronunciation",
        "&",
        {"regex": "&", "replacement": "and", "case_sensitive": False},
    ),
    "child_topics/night_boat/breakfast.yaml": (
        "child_topic",
        "Breakfast",
        {
            "name": "Breakfast",
            "enabled": False,
            "actions": "",
            "content": "Breakfast is served from six.\n\n  - warm until eight\n  - cold until nine",
            "example_queries": [],
        },
    ),
    "agent_settings/experimental_config.json": (
        "experimental_config",
        "Advanced settings",
        {"barge_in": {"min_words": 2}, "llm": {"temperature": 0.2, "words": ["fähre", None, True]}},
    ),
    "context/crossing.md": (
        "document",
        "crossing.md",
        {"text": "# The crossing\n\nThree hours, *weather permitting*.\n"},
    ),
    "real_time_configuration/live/schema.json": (
        "text_file",
        "real_time_configuration/live/schema.json",
        {"text": '{"type": "object"}\n'},
    ),
}


@pytest.mark.parametrize("path", CASES)
def test_an_example_is_read_into_its_fields(path: str) -> None:
    resource = found(folder("agent"))[path]

    assert (resource.kind, resource.name, dict(resource.fields)) == CASES[path]


def test_the_older_forms_are_read_as_they_stand() -> None:
    resources = found(folder("older"))

    assert {path: (resource.kind, resource.name, dict(resource.fields)) for path, resource in resources.items()} == {
        "agent_settings/personality.yaml": (
            "personality",
            "Personality",
            {"adjectives": {"Polite": True, "Calm": True, "Funny": False, "Other": True}, "custom": "A little salty."},
        ),
        "agent_settings/role.yaml": (
            "role",
            "Role (older form)",
            {"value": "Other", "additional_info": "Works at night.", "custom": "Night purser"},
        ),
        "voice/speech_recognition/asr_settings.yaml": (
            "asr_settings",
            "Turn taking",
            {"barge_in": True, "interaction_style": "swift"},
        ),
        "speech_recognition/keyphrase_boosting.yaml#keyphrases/Lom": (
            "keyphrase",
            "Lom",
            {"keyphrase": "Lom", "level": "boosted"},
        ),
        "speech_recognition/keyphrase_boosting.yaml#keyphrases/7": ("keyphrase", "7", {"keyphrase": "7"}),
        "topics/Billing/Refunds.yaml": (
            "topic",
            "Billing/Refunds",
            {"actions": "Say that it takes a week.", "content": "", "example_queries": ["Where is my money?"]},
        ),
        "voice/speech_recognition/transcript_corrections.yaml#corrections/Quay": (
            "transcript_correction",
            "Quay",
            {
                "name": "Quay",
                "regular_expressions": [
                    {"regular_expression": "key", "replacement": "quay", "replacement_type": "partial"}
                ],
            },
        ),
        "config/api_integrations.yaml#api_integrations/timetable": (
            "api_integration",
            "timetable",
            {"name": "timetable", "environments": {"pre-release": {"base_url": "", "auth_type": "none"}}},
        ),
        "config/api_integrations.yaml": ("other_keys", "config/api_integrations.yaml", {"written_by": "hand"}),
        "functions/tides.py": (
            "function",
            "tides",
            {
                "description": "The tides of today.",
                "code": '"""Tides."""\n\nimport math\n\n\n# Rounded.\n@cached\n\n'
                "def tides(conv: Conversation):\n    return math.pi\n",
            },
        ),
    }


def test_a_binary_and_a_markdown_file_at_the_root_are_kept_among_the_other_files() -> None:
    files = {"logo.png": folder("agent")["logo.png"], "CLAUDE.md": b"How the desk works.\n"}

    resources = found(files)

    assert resources["logo.png"].kind == "binary_file"
    assert resources["logo.png"].fields["size"] == len(files["logo.png"])
    assert resources["CLAUDE.md"].kind == "text_file"
    assert resources["CLAUDE.md"].fields == {"text": "How the desk works.\n"}
    assert {KINDS[resource.kind].group for resource in resources.values()} == {"Other files"}


@pytest.mark.parametrize("content", [b"", b"\n", b"{}", b"{}\n", b"# nothing yet\n", b"\xef\xbb\xbf"])
def test_an_empty_file_of_settings_holds_nothing_and_is_no_problem(content: bytes) -> None:
    (settings_of_turns,) = read_file("voice/speech_recognition/asr_settings.yaml", content)

    assert settings_of_turns == Resource(
        "asr_settings",
        "voice/speech_recognition/asr_settings.yaml",
        "voice/speech_recognition/asr_settings.yaml",
        "Turn taking",
    )
    assert read_file("config/handoffs.yaml", content) == ()


@pytest.mark.parametrize("text", ["greeting: {}\n", "greeting:\n", "{}"])
def test_an_empty_section_is_an_absent_one(text: str) -> None:
    assert read("voice/configuration.yaml", text) == ()


def test_line_ends_and_a_byte_order_mark_do_not_change_what_is_read() -> None:
    for path, content in folder("agent").items():
        if path.endswith(".png"):
            continue
        windows = b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n")

        assert read_file(path, windows) == read_file(path, content)


def test_a_second_item_of_the_same_name_has_an_address_of_its_own() -> None:
    resources = read("config/handoffs.yaml", "handoffs:\n- name: front desk\n- name: front_desk\n")

    assert [resource.path for resource in resources] == [
        "config/handoffs.yaml#handoffs/front_desk",
        "config/handoffs.yaml#handoffs/front_desk~2",
    ]


def test_a_name_without_a_word_character_is_its_own_address() -> None:
    (resource,) = read("voice/speech_recognition/keyphrase_boosting.yaml", "keyphrases:\n- keyphrase: '&'\n")

    assert resource.path.endswith("#keyphrases/&")


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "2026-06-01", "1_000", "12:30", "0b1"])
def test_words_that_are_no_flags_in_yaml_1_2_stay_text(word: str) -> None:
    (resource,) = read("topics/a.yaml", f"name: {word}\nenabled: {word}\n")

    assert resource.fields == {"name": word, "enabled": word}


PROBLEMS = {
    "two keys": ("topics/a.yaml", b"name: a\nname: b\n", Problem('It has the key "name" twice in one place.', 2)),
    "no yaml": (
        "topics/a.yaml",
        b"name: a\nactions: b: c\n",
        Problem("It is not valid YAML (mapping values are not allowed in this context).", 2),
    ),
    "a list": ("topics/a.yaml", b"- a\n", Problem("It must hold keys with values, such as `name: ...`.", 1)),
    "two documents": ("topics/a.yaml", b"a: 1\n---\na: 1\n", Problem("It holds more than one document.", 2)),
    "too deep": (
        "topics/a.yaml",
        b"a: " + b"[" * 1000,
        Problem("It is nested more than 50 levels deep.", 1),
    ),
    "itself": ("topics/a.yaml", b"a: &a [*a]\n", Problem('Nothing is named "a" above.', 1)),
    "no list": ("config/handoffs.yaml", b"handoffs: 3\n", Problem('"handoffs" must be a list.')),
    "no map in it": (
        "config/handoffs.yaml",
        b"handoffs:\n- name: a\n- b\n",
        Problem('Entry 2 of "handoffs" must hold keys with values.'),
    ),
    "no section": ("chat/configuration.yaml", b"greeting: hi\n", Problem('"greeting" must hold keys with values.')),
    "no code": (
        "agent_settings/languages.yaml",
        b"default_language: [a]\n",
        Problem('"default_language" must be one value.'),
    ),
    "no codes": (
        "agent_settings/languages.yaml",
        b"additional_languages: [{a: b}]\n",
        Problem('Entry 1 of "additional_languages" must be one value.'),
    ),
    "no json": (
        "agent_settings/experimental_config.json",
        b'{\n"a": ,\n}',
        Problem("It is not valid JSON (expecting value).", 2),
    ),
    "no object": ("agent_settings/experimental_config.json", b"[]", Problem("It must hold one JSON object.", 1)),
    "deep json": (
        "agent_settings/experimental_config.json",
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        Problem("It is nested more than 50 levels deep."),
    ),
    "twice in json": (
        "agent_settings/experimental_config.json",
        b'{"a": 1, "a": 2}',
        Problem('It has the key "a" twice in one place.'),
    ),
    "half a character": (
        "agent_settings/experimental_config.json",
        b'{"a": "\\ud800"}',
        Problem("It holds half a character (a lone surrogate)."),
    ),
    "no number": (
        "agent_settings/experimental_config.json",
        b'{"a": NaN}',
        Problem("It holds NaN, which is no number in JSON."),
    ),
    "too long a number": (
        "agent_settings/experimental_config.json",
        b'{"a": ' + b"9" * 5000 + b"}",
        Problem("It holds a number with too many digits."),
    ),
    "half merged": (
        "functions/a.py",
        b"x = 1\n<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n",
        Problem("It holds a merge that was never finished (<<<<<<<, =======, >>>>>>>).", 2),
    ),
}


@pytest.mark.parametrize("case", PROBLEMS)
def test_a_file_that_cannot_be_read_is_kept_as_text_with_its_problem(case: str) -> None:
    path, content, problem = PROBLEMS[case]

    (resource,) = read_file(path, content)

    assert resource == Resource("text_file", path, path, path, {"text": content.decode()}, problem)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a: \xff\n", Problem("It is not text in UTF-8.", 1)),
        (b"a: 1\n\nb: \xc3", Problem("It is not text in UTF-8.", 3)),
        (b"a: \0\n", Problem("It is not text: it holds a NUL byte.")),
    ],
)
def test_a_file_of_a_known_kind_that_is_no_text_is_kept_as_bytes_with_its_problem(
    content: bytes, problem: Problem
) -> None:
    (resource,) = read_file("topics/a.yaml", content)

    assert (resource.kind, resource.problem) == ("binary_file", problem)
    assert resource.fields["size"] == len(content)


def test_aliases_that_stand_for_millions_of_values_are_a_problem() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    (resource,) = read("topics/a.yaml", "\n".join(lines))

    assert resource.problem == Problem("Its aliases stand for too many values.", 6)


def test_an_alias_is_read_as_what_it_stands_for() -> None:
    (resource,) = read("topics/a.yaml", "actions: &words |\n  Be kind.\ncontent: *words\n")

    assert resource.fields == {"actions": "Be kind.\n", "content": "Be kind.\n"}


def test_unknown_keys_stand_last_and_are_kept() -> None:
    (resource,) = read("topics/a.yaml", "colour: red\nname: A\n")

    assert list(resource.fields.items()) == [("name", "A"), ("colour", "red")]


def test_no_line_but_lf_ends_a_line_of_yaml() -> None:
    (resource,) = read("topics/a.yaml", "actions: |-\n  one\u2028two\x85three\n  four\n")

    assert resource.fields == {"actions": "one\u2028two\x85three\nfour"}


@settings(max_examples=150, deadline=None)
@given(
    path=st.sampled_from(sorted(set(PATHS.values()))),
    content=st.binary(max_size=200)
    | st.text(st.sampled_from("{}[]:-,&*a1'\"\\\n #!|>?%@\t") | st.characters(codec="utf-8")).map(str.encode),
)
def test_no_content_stops_a_reading(path: str, content: bytes) -> None:
    for resource in read_file(path, content):
        assert resource.problem or resource.kind in {kind.key for kind in kinds_for(path)} | {"other_keys"}
