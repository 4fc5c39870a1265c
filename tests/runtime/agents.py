"""Agents to talk to: the smallest one, and those of the story."""

from __future__ import annotations

import textwrap
from functools import cache
from pathlib import Path

import deployments.runtime
from deployments.runtime.playbook import Playbook

STORY = Path(deployments.runtime.__file__).parent.parent / "story" / "agents"

PIER = {
    "agent_settings/rules.txt": "Be brief. To end, call {{fn:leave_pier}}.",
    "voice/configuration.yaml": """
        greeting:
          welcome_message: Welcome aboard.
          language_code: en-US
        """,
    "config/handoffs.yaml": """
        handoffs:
        - name: front_desk
          description: People at the pier
          is_default: true
          sip_config:
            method: refer
            phone_number: '+4915550100'
        """,
    "functions/find_cabin.py": """
        from _gen import *  # <AUTO GENERATED>


        @func_description("Find the cabin of a passenger by booking code.")
        @func_parameter("code", "Booking code, six letters")
        def find_cabin(conv: Conversation, code: str):
            conv.state.cabin = "C-104"
            return "Tell the passenger their cabin is $cabin."
        """,
    "functions/leave_pier.py": """
        from _gen import *  # <AUTO GENERATED>
        from functions.find_cabin import find_cabin


        @func_description("The passenger says goodbye.")
        def leave_pier(conv: Conversation):
            conv.write_metric("GOODBYES", (conv.state.goodbyes or 0) + 1)
            conv.state.goodbyes = (conv.state.goodbyes or 0) + 1
            return {"utterance": "Fair winds!", "hangup": True}
        """,
    "flows/board_ship/flow_config.yaml": """
        name: Board ship
        description: Takes a passenger on board.
        start_step: Ask booking code
        """,
    "flows/board_ship/steps/ask_booking_code.yaml": """
        step_type: advanced_step
        name: Ask booking code
        prompt: |-
          Ask for the six letters on the ticket.
          Then call {{fn:find_cabin}}.
        """,
    "topics/luggage_limits.yaml": """
        name: Luggage limits
        enabled: true
        actions: If they carry skis, use {{ho:front_desk}}.
        content: Two bags of 20 kg each per passenger.
        example_queries:
        - How many bags may I bring?
        - Is there a weight limit?
        """,
}


def playbook(files: dict[str, str], **more: str) -> Playbook:
    """Of an agent's files as text, indented as one likes. `more`: functions by name."""
    whole = files | {f"functions/{name}.py": code for name, code in more.items()}
    return Playbook.of({path: textwrap.dedent(text).lstrip("\n").encode() for path, text in whole.items()})


@cache
def of_the_story(name: str) -> Playbook:
    root = STORY / name
    return Playbook.of({str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()})
