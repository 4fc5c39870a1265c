"""Every kind by an example, and the older forms: which resources a file holds, with which fields."""

from __future__ import annotations

import pytest

from deployments.resources import GROUPS, KINDS, read_all
from tests.resources.examples_of_agents import folder, found


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
