"""A small agent without a fault, and ways to spoil it."""

from __future__ import annotations

from collections.abc import Mapping

from deployments.resources import read_all
from deployments.resources.checking import Finding, check

CABIN = """from _gen import *  # <AUTO GENERATED>


@func_description("Find the cabin of a passenger by booking code.")
@func_parameter("code", "Booking code, six letters")
def find_cabin(conv: Conversation, code: str):
    conv.state.cabin = "C-104"
    return "Tell the passenger their cabin is $cabin."
"""

AGENT = {
    "project.yaml": "region: uk-1\naccount_id: northline\nproject_id: ferry-desk\n",
    "agent_settings/rules.txt": "Be brief. The cabin is {{vrbl:cabin}}.",
    "config/handoffs.yaml": """\
handoffs:
- name: front_desk
  description: People at the pier
  is_default: true
  sip_config:
    method: refer
    phone_number: '+4915550100'
""",
    "functions/find_cabin.py": CABIN,
    "flows/board_ship/flow_config.yaml": """\
name: Board ship
description: Brings a passenger on board.
start_step: Ask booking code
""",
    "flows/board_ship/steps/ask_booking_code.yaml": """\
step_type: advanced_step
name: Ask booking code
prompt: |-
  Ask for the six letters on the ticket.
  Then call {{fn:find_cabin}}.
""",
    "topics/luggage_limits.yaml": """\
name: Luggage limits
enabled: true
actions: If they carry skis, use {{ho:front_desk}}.
content: Two bags of 20 kg each per passenger.
example_queries:
- How many bags may I bring?
- Is there a weight limit?
""",
    "voice/configuration.yaml": """\
greeting:
  welcome_message: Welcome aboard.
  language_code: en-GB
""",
}


def found_in(files: Mapping[str, str | bytes | None]) -> list[Finding]:
    """What is found in an agent of exactly these files."""
    return check(
        read_all(
            {path: text.encode() if isinstance(text, str) else text for path, text in files.items() if text is not None}
        )
    )


def found_with(changes: Mapping[str, str | bytes | None]) -> list[Finding]:
    """What is found when these files are added to the agent, replaced in it or, by None, taken out."""
    return found_in(AGENT | dict(changes))


def codes_of(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(finding.severity, finding.code) for finding in findings}
