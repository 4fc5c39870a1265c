"""What the cases have in common: a case, and the files that several of them spoil."""

from __future__ import annotations

from typing import NamedTuple

from tests.resources.checked import CABIN

STEP = "flows/board_ship/steps/ask_booking_code.yaml"
FLOW = "flows/board_ship/flow_config.yaml"
LANGUAGES = "agent_settings/languages.yaml"
VARIANTS = "config/variant_attributes.yaml"
ENTITIES = "config/entities.yaml"
MCP = "config/mcp.yaml"
API = "config/api_integrations.yaml"
TWO_VARIANTS = "variants:\n- name: Harbour\n  is_default: true\n- name: Island\n"
ENGLISH_AND_GERMAN = "default_language: en-GB\nadditional_languages:\n- de-DE\n"
TEST = "name: Skis\nscenario: A caller has skis.\nchannel: voice\nlanguage: en-GB\n"
FILTERS = "".join(
    f"  {name}:\n    enabled: true\n    level: strict\n" for name in ("violence", "hate", "sexual", "self_harm")
)
CATALOGUE = ("jailbreak_defence", "hallucination_control", "ai_identity", "emergency_escalation", "tool_call_integrity")
DEFAULT_STEP = "step_type: default_step\nname: Ask booking code\nprompt: Ask for the code.\n"
CHAT_GREETING = "greeting:\n  welcome_message: Hello.\n  language_code: en-GB\n"
NUMBER = "entities:\n- name: height\n  description: Of the vehicle\n  entity_type: numeric\n  config:\n"
DELAYED = CABIN.replace(
    "@func_parameter",
    "@func_latency_control(delay_before_responses_start=2, delay_responses=[MESSAGES])\n@func_parameter",
)
HELPER = (
    "from _gen import *  # <AUTO GENERATED>\n\n\n"
    '@func_description("Moves on.")\ndef move_on(conv: Conversation):\n    BODY\n'
)
IN_FLOW = HELPER.replace("conv: Conversation", "conv: Conversation, flow: Flow")


def topic(**keys: str) -> str:
    lines = {"name": "Luggage limits", "enabled": "true", "content": "Two bags."} | keys
    return "".join(f"{key}: {value}\n" for key, value in lines.items())


def listing(count: int) -> str:
    return "".join(f"\n- Question {number}" for number in range(count))


class Case(NamedTuple):
    name: str
    severity: str
    code: str
    # The file that is wrong, and how it is put right; None where it can only go.
    path: str
    wrong: str | bytes | None
    right: str | bytes | None
    # Other files that both need.
    besides: dict[str, str] = {}
