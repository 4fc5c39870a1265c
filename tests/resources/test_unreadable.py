"""Files that cannot be read are kept with their problem, and nothing stops a reading."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deployments.resources import Problem, Resource, kinds_for, read_file
from tests.resources.examples_of_agents import read
from tests.resources.strategies import PATHS

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
    "a NUL": ("topics/a.yaml", b'name: "a\\0b"\n', Problem("It holds a NUL character.")),
    "a NUL in a key": (
        "config/translations.yaml",
        b'translations:\n- "\\u0000": a\n',
        Problem("It holds a NUL character."),
    ),
    "a NUL in json": (
        "agent_settings/experimental_config.json",
        b'{"a": ["\\u0000"]}',
        Problem("It holds a NUL character."),
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


@settings(max_examples=150, deadline=None)
@given(
    path=st.sampled_from(sorted(set(PATHS.values()))),
    content=st.binary(max_size=200)
    | st.text(st.sampled_from("{}[]:-,&*a1'\"\\\n #!|>?%@\t") | st.characters(codec="utf-8")).map(str.encode),
)
def test_no_content_stops_a_reading(path: str, content: bytes) -> None:
    for resource in read_file(path, content):
        assert resource.problem or resource.kind in {kind.key for kind in kinds_for(path)} | {"other_keys"}
