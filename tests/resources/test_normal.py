"""What is compared: the same meaning written in two ways is equal, another meaning is not."""

from __future__ import annotations

import pytest

from deployments.resources import Value, normal, read_file, same
from deployments.resources.normal import certainly_differ


def meaning(path: str, text: str) -> list[dict[str, Value]]:
    return [normal(resource) for resource in read_file(path, text.encode())]


def are_equal(path: str, left: str, right: str) -> bool:
    first, second = meaning(path, left), meaning(path, right)
    return len(first) == len(second) and all(map(same, first, second))


SAME = {
    "yaml style": ("topics/a.yaml", "name: A\ntags:\n- b\n- c\n", "# words\ntags: [ 'b', \"c\" ]\nname:   A\n"),
    "indented lists": ("topics/a.yaml", "tags:\n- b\n", "tags:\n    - b\n"),
    "line ends": ("agent_settings/rules.txt", "one\ntwo", "one\r\ntwo\r\n"),
    "white space at the end of text": ("notes.txt", "one\n", "one \n\n\n"),
    "white space at both ends of a yaml text": ("topics/a.yaml", "actions: a\n", "actions: |+\n\n  a\n\n\n"),
    "composed and decomposed letters": ("agent_settings/rules.txt", "caf\u00e9", "cafe\u0301"),
    "three and three point nought": (
        "config/mcp.yaml",
        "mcp_servers:\n- provider_id: a\n  timeout: 3\n",
        "mcp_servers:\n- provider_id: a\n  timeout: 3.0\n",
    ),
    "active unless it says otherwise": ("topics/a.yaml", "name: A\nenabled: true\n", "name: A\n"),
    "a null value": ("topics/a.yaml", "name: A\ntags:\n", "name: A\n"),
    "not the default variant": (
        "config/variant_attributes.yaml",
        "variants:\n- name: a\n  is_default: false\n",
        "variants:\n- name: a\n",
    ),
    "an attribute of text": (
        "config/variant_attributes.yaml",
        "attributes:\n- name: a\n  kind: string\n",
        "attributes:\n- name: a\n",
    ),
    "biasing that is off": (
        "flows/a/steps/b.yaml",
        "name: b\nasr_biasing:\n  is_enabled: false\n  time: true\n",
        "name: b\n",
    ),
    "biasing, flags that are off": (
        "flows/a/steps/b.yaml",
        "asr_biasing:\n  is_enabled: true\n  time: false\n",
        "asr_biasing:\n  is_enabled: true\n",
    ),
    "the end key": (
        "flows/a/steps/b.yaml",
        "dtmf_config:\n  is_enabled: true\n  end_key: '#'\n",
        "dtmf_config:\n  is_enabled: true\n",
    ),
    "an empty description of a rule": (
        "voice/response_control/pronunciations.yaml",
        "pronunciations:\n- regex: a\n  replacement: ''\n  description: ''\n",
        "pronunciations:\n- regex: a\n  replacement: ''\n",
    ),
    "a call that is asserted": (
        "test_suite/a.yaml",
        "function_call_assertions:\n- name: a\n  is_asserted: true\n",
        "function_call_assertions:\n- name: a\n",
    ),
    "older words": (
        "voice/speech_recognition/transcript_corrections.yaml",
        "corrections:\n- name: a\n  regular_expressions:\n  - replacement_type: substring\n",
        "corrections:\n- name: a\n  regular_expressions:\n  - replacement_type: partial\n",
    ),
    "json style": ("agent_settings/experimental_config.json", '{"llm": {"a": 1, "b": 2}}', '{"llm":{"b":2,"a":1.0}}'),
    "the header below other imports": (
        "functions/a.py",
        "from _gen import *  # <AUTO GENERATED>\nimport re\n\n\ndef a(conv):\n    pass\n",
        "import re\nfrom _gen import *  # <AUTO GENERATED>\n\n\ndef a(conv):\n    pass\n",
    ),
    "a decorator on several lines": (
        "functions/a.py",
        '@func_description("one two")\ndef a(conv):\n    pass\n',
        '\n\n@func_description(\n    "one "\n    "two"\n)\ndef a(conv):\n    pass\n\n',
    ),
}


@pytest.mark.parametrize("case", SAME)
def test_the_same_meaning_is_equal(case: str) -> None:
    path, left, right = SAME[case]

    assert are_equal(path, left, right)
    assert not any(map(certainly_differ, read_file(path, left.encode()), read_file(path, right.encode())))


def test_a_text_that_says_something_else_differs_for_certain() -> None:
    left, right = (read_file("agent_settings/rules.txt", text)[0] for text in (b"Be kind.", b"Be brief."))

    assert certainly_differ(left, right)


OTHER = {
    "a number and its text": ("test_suite/a.yaml", "caller_number: 3\n", "caller_number: '3'\n"),
    "a flag and its text": ("topics/a.yaml", "enabled: false\n", "enabled: 'false'\n"),
    "a flag and a number": (
        "test_suite/a.yaml",
        "integration_attributes:\n  a: true\n",
        "integration_attributes:\n  a: 1\n",
    ),
    "white space at the beginning of text": ("agent_settings/rules.txt", "a", " a"),
    "white space at the end of a line": ("agent_settings/rules.txt", "a\nb", "a \nb"),
    "a space within json": ("agent_settings/experimental_config.json", '{"llm": "a"}', '{"llm": "a "}'),
    "inactive": ("topics/a.yaml", "enabled: false\n", "name:\n"),
    "spacing of code": ("functions/a.py", "x = 1\n", "x  = 1\n"),
    "order of imports": ("functions/a.py", "import a\nimport b\n", "import b\nimport a\n"),
    "all functions of a server and none": (
        "config/mcp.yaml",
        "mcp_servers:\n- provider_id: a\n",
        "mcp_servers:\n- provider_id: a\n  enabled_functions: []\n",
    ),
    "a key nobody knows": ("topics/a.yaml", "name: a\n", "name: a\ncolour: red\n"),
    "a key at the top that nobody knows": ("config/handoffs.yaml", "handoffs: []\n", "handoffs: []\na: b\n"),
    "a line separator that ends no line": ("agent_settings/rules.txt", "a\nb", "a\u2028b"),
}


@pytest.mark.parametrize("case", OTHER)
def test_another_meaning_is_not_equal(case: str) -> None:
    path, left, right = OTHER[case]

    assert not are_equal(path, left, right)


def test_moving_the_header_line_below_other_imports_changes_nothing_on_the_card_and_keeps_the_bytes() -> None:
    path, left, right = SAME["the header below other imports"]

    (before,), (after,) = read_file(path, left.encode()), read_file(path, right.encode())

    assert left != right
    assert before.fields == after.fields


def test_where_a_variable_is_used_is_never_compared() -> None:
    from deployments.resources import variable

    assert normal(variable("cabin", used_in=["a.py"])) == normal(variable("cabin", used_in=["b.py"]))
