from __future__ import annotations

import time
from collections.abc import Mapping

import pytest

from deployments.resources import read_all
from deployments.resources.references import Directory, Place, Target, mentions, references_in, target_of
from tests.resources.checked import AGENT


def in_short(text: str) -> list[tuple[str, str]]:
    return [(reference.prefix, reference.name) for reference in references_in(text)]


@pytest.mark.parametrize("prefix", ["fn", "ft", "entity", "attr", "twilio_sms", "ho", "vrbl", "tn"])
def test_every_prefix_is_a_reference(prefix: str) -> None:
    assert in_short(f"Use {{{{{prefix}:front desk}}}} now.") == [(prefix, "front desk")]


@pytest.mark.parametrize(
    "text",
    [
        "{{boat:a}}",
        "{{fn}}",
        "{{fn:}}",
        "{fn:a}",
        "{{fn:a}",
        "{{ fn:a}}",
        "It costs $5.",
        "US$ 5",
        "a$b",
        "$$cabin",
        "{{}}",
    ],
)
def test_anything_else_is_text(text: str) -> None:
    assert references_in(text) == []


def test_words_may_follow_a_reference() -> None:
    assert in_short("{{fn:find_cabin}}('C-104') and {{ho:a}}{{ho:b}}") == [
        ("fn", "find_cabin"),
        ("ho", "a"),
        ("ho", "b"),
    ]


def test_short_forms_are_known_by_what_introduces_them() -> None:
    assert in_short("$cabin. ${harbour} $deck.level $größe") == [
        ("$", "cabin"),
        ("${", "harbour"),
        ("$", "deck"),
        ("$", "größe"),
    ]


def test_a_reference_says_where_it_stands_and_how_it_is_written() -> None:
    text = "One\n{{ho:a}} and $b\n\n${c}"

    found = references_in(text)

    assert [reference.line for reference in found] == [2, 2, 4]
    assert [text[reference.start :].startswith(str(reference)) for reference in found] == [True] * 3


def test_a_text_of_nothing_but_openings_is_searched_at_once() -> None:
    began = time.perf_counter()

    references_in("{{fn:" * 200_000)

    assert time.perf_counter() - began < 5


def uses(files: Mapping[str, str]) -> dict[Target, list[Place]]:
    """Where each resource that another one refers to is named."""
    resources = read_all({path: text.encode() for path, text in files.items()})
    directory = Directory(resources)
    found: dict[Target, list[Place]] = {}
    for mention in mentions(resources):
        resource = directory.find(mention)
        if resource is not None and resource is not mention.by:
            found.setdefault(target_of(resource), []).append(mention.place)
    return found


def test_every_place_that_names_a_resource_is_found() -> None:
    files = AGENT | {
        "voice/response_control/phrase_filtering.yaml": (
            "phrase_filtering:\n- name: a\n  regular_expressions: [a]\n  function: find_cabin\n"
        ),
        "functions/again.py": "from functions.find_cabin import find_cabin\n",
        "flows/board_ship/functions/move_on.py": (
            'def move_on(conv: Conversation, flow: Flow):\n    flow.goto_step("Ask booking code")\n'
            '    conv.goto_flow("Board ship")\n'
        ),
    }

    found = uses(files)

    step = "flows/board_ship/steps/ask_booking_code.yaml"
    move = "flows/board_ship/functions/move_on.py"
    assert set(found) == {
        Target("function", "find_cabin"),
        Target("variable", "cabin"),
        Target("handoff", "front_desk"),
        Target("flow", "Board ship"),
        Target("flow_step", "Ask booking code", "flows/board_ship"),
    }
    assert set(found[Target("function", "find_cabin")]) == {
        Place(step, "prompt", 2),
        Place("functions/again.py", "code", 1),
        Place("voice/response_control/phrase_filtering.yaml#phrase_filtering/a", "function"),
    }
    assert set(found[Target("flow_step", "Ask booking code", "flows/board_ship")]) == {
        Place("flows/board_ship/flow_config.yaml", "start_step"),
        Place(move, "code", 2),
    }
    assert found[Target("flow", "Board ship")] == [Place(move, "code", 3)]


def test_the_functions_of_two_flows_are_told_apart() -> None:
    files = {
        f"flows/{flow}/{name}": text
        for flow in ("arrive", "leave")
        for name, text in {
            "flow_config.yaml": f"name: {flow}\ndescription: A flow.\nstart_step: Ask\n",
            "steps/ask.yaml": "step_type: advanced_step\nname: Ask\nprompt: Call {{ft:move_on}}.\n",
            "functions/move_on.py": "def move_on(conv: Conversation, flow: Flow):\n    pass\n",
        }.items()
    }

    found = uses(files)

    for flow in ("arrive", "leave"):
        places = found[Target("flow_function", "move_on", f"flows/{flow}")]
        assert places == [Place(f"flows/{flow}/steps/ask.yaml", "prompt", 1)]


def test_what_a_line_says_twice_is_one_mention() -> None:
    text = "Ask {{fn:tide}}, then {{fn:fare}} or {{fn:tide}}.\\nAgain {{fn:tide}}."
    resources = read_all({"topics/a.yaml": f'name: A\nactions: "{text}"\n'.encode()})

    assert [(mention.written, mention.place.line) for mention in mentions(resources)] == [
        ("{{fn:tide}}", 1),
        ("{{fn:fare}}", 1),
        ("{{fn:tide}}", 2),
    ]
