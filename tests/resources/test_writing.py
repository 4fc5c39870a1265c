"""Whatever resources a file may hold, reading what was written gives them back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployments.resources import KINDS, Resource, Value, read_file, write_file
from tests.resources.strategies import PATHS, PLAIN_TEXTS, files


@pytest.mark.parametrize("path", sorted(set(PATHS.values())))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_written_is_read_back_the_same(path: str, data: st.DataObject) -> None:
    resources = data.draw(files(path))

    written = write_file(resources)

    read = read_file(path, written)
    assert plainly(read) == plainly(resources)
    assert write_file(read) == written


def plainly(resources: Sequence[Resource]) -> list[tuple[object, ...]]:
    """Comparable without Python's belief that True is 1."""
    return [(r.kind, r.path, r.file, r.name, json.dumps(dict(r.fields), sort_keys=True), r.problem) for r in resources]


def test_every_kind_with_a_file_is_among_the_written_ones() -> None:
    without_a_path = {"variable", "text_file", "binary_file", "other_keys"}

    assert set(PATHS) == set(KINDS) - without_a_path


@given(text=PLAIN_TEXTS)
def test_a_plain_file_is_written_exactly_as_it_was(text: str) -> None:
    resources = read_file("notes/today.txt", text.encode())

    assert write_file(resources) == text.encode()


EXAMPLES = Path(__file__).parent / "examples" / "agent"
WRITTEN = sorted(str(file.relative_to(EXAMPLES)) for file in EXAMPLES.rglob("*.*") if file.suffix != ".png")


@pytest.mark.parametrize("path", WRITTEN)
def test_an_example_is_written_to_the_byte_as_the_tools_write_it(path: str) -> None:
    content = (EXAMPLES / path).read_bytes()

    written = write_file(read_file(path, content))

    assert written == content


def test_a_binary_file_cannot_be_written_from_its_fields() -> None:
    resources = read_file("logo.png", (EXAMPLES / "logo.png").read_bytes())

    with pytest.raises(ValueError, match=r"logo.png is written from its own bytes"):
        write_file(resources)


def test_values_that_say_nothing_are_left_out_and_texts_trimmed() -> None:
    fields: dict[str, Value] = {
        "name": "Ask deck",
        "step_type": "default_step",
        "asr_biasing": {"is_enabled": False, "time": True},
        "extracted_entities": ["height", "deck"],
        "prompt": "\n  Ask.  \n",
    }
    step = Resource("flow_step", "flows/a/steps/ask_deck.yaml", "flows/a/steps/ask_deck.yaml", "Ask deck", fields)

    written = write_file([step])

    assert written.decode().splitlines() == [
        "step_type: default_step",
        "name: Ask deck",
        "extracted_entities:",
        "- deck",
        "- height",
        "prompt: Ask.",
    ]


def test_a_new_item_is_written_behind_the_others_of_its_list() -> None:
    path = "agent_settings/guardrails.yaml"
    old = read_file(path, (EXAMPLES / path).read_bytes())
    new = Resource("guardrail", f"{path}#platform_guardrails/quiet", path, "quiet", {"name": "quiet", "enabled": True})

    read = read_file(path, write_file([*old, new]))

    assert [resource.name for resource in read] == [
        "jailbreak_defence",
        "hallucination_control",
        "ai_identity",
        "emergency_escalation",
        "tool_call_integrity",
        "quiet",
        "No medical advice",
    ]
