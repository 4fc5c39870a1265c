"""The registry agrees with itself, and a path says what a file is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deployments.resources import GROUPS, KINDS, Field, kind_for, kinds_for
from deployments.resources.kinds.prefixes import PREFIXES

PATHS = {
    "functions/find_cabin.py": ["function"],
    "functions/start_function.py": ["start_function"],
    "functions/end_function.py": ["end_function"],
    "functions/__init__.py": [],
    "functions/deeper/find_cabin.py": [],
    "flows/board_ship/flow_config.yaml": ["flow"],
    "flows/board_ship/steps/ask.yaml": ["flow_step"],
    "flows/board_ship/functions/check.py": ["flow_function"],
    "flows/board_ship/function_steps/open.py": ["function_step"],
    "flows/board_ship/notes.txt": [],
    "topics/parking.yaml": ["topic"],
    "topics/parking.yml": ["topic"],
    "topics/Billing/Refunds.yaml": ["topic"],
    "child_topics/night/parking.yaml": ["child_topic"],
    "child_topics/parking.yaml": [],
    "agent_settings/languages.yaml": ["language_default", "language_extra"],
    "config/variant_attributes.yaml": ["variant", "variant_attribute"],
    "agent_settings/guardrails.yaml": ["guardrail", "custom_guardrail"],
    "voice/configuration.yaml": [
        "voice_greeting",
        "voice_style",
        "voice_disclaimer",
        "voice_fillers",
        "voice_ambience",
    ],
    "chat/configuration.yaml": ["chat_greeting", "chat_style"],
    "context/CONTEXT.MD": ["document"],
    "context/tides.md": ["document"],
    "context/deeper/tides.md": [],
    "project.yaml": ["agent_file"],
    "Project.yaml": [],
    "real_time_configuration/live/data.json": [],
    "tests/test_a.py": [],
}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_says_which_kinds_are_in_the_file(path: str) -> None:
    assert [kind.key for kind in kinds_for(path)] == PATHS[path]
    assert kind_for(path).key == (PATHS[path] or ["text_file"])[0]


def test_every_kind_is_in_a_group_and_every_group_has_a_kind() -> None:
    assert {kind.group for kind in KINDS.values()} == set(GROUPS)


def test_references_and_identities_name_what_exists() -> None:
    for kind in KINDS.values():
        assert not kind.identity or kind.identity in kind.by_name
        assert not kind.file_name_from or kind.file_name_from in kind.by_name
        assert not kind.inside or kind.inside in KINDS
        for field in every_field(kind.fields):
            assert set(field.to) <= set(KINDS), field.name
            assert set(field.references or ()) <= set(PREFIXES), field.name
            assert set(field.doubted_references) <= set(field.references or ()), field.name
            assert not field.key or field.key in {column.name for column in field.columns}, field.name


def test_a_field_has_what_its_type_needs() -> None:
    for kind in KINDS.values():
        for field in every_field(kind.fields):
            assert bool(field.choices) == (field.type == "choice"), field.name
            assert bool(field.columns) == (field.type == "table"), field.name
            assert bool(field.fields) == (field.type == "section"), field.name
            assert (field.values is not None) == (field.type == "map"), field.name
            assert field.omitted != "disabled" or field.fields[0].name == "is_enabled", field.name


def test_kinds_of_one_shared_file_divide_its_keys_among_them() -> None:
    for kind in KINDS.values():
        for path in kind.paths:
            if kind.is_shared:
                places = [other.at for other in kinds_for(path)]
                assert all(places)
                assert len(places) == len(set(places))


def every_field(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from every_field(field.columns + field.fields + ((field.values,) if field.values else ()))


@pytest.mark.parametrize(
    ("kind", "one", "begins"),
    [
        ("entity", "an entity", "An entity"),
        ("flow_step", "a step", "A step"),
        ("sms_template", "an SMS template", "An SMS template"),
        ("mcp_server", "an MCP server", "An MCP server"),
        ("sip_header", "a SIP header", "A SIP header"),
    ],
)
def test_a_kind_has_the_article_it_is_said_with(kind: str, one: str, begins: str) -> None:
    assert KINDS[kind].one == one
    assert KINDS[kind].one_begins == begins
