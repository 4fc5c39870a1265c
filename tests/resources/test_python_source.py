"""Decorators of the main function are fields; what cannot be said in plain values stays in the code."""

from __future__ import annotations

import pytest

from deployments.resources.python_source import HEADER, join_python, split_python

MAIN = "def a(conv):\n    pass\n"

STAYING = {
    "a description that is computed": '@func_description("a" + WORD)\n',
    "a second description": '@func_description("b", "c")\n',
    "a description by name": '@func_description(text="b")\n',
    "a description that is a number": "@func_description(3)\n",
    "a parameter without a description": '@func_parameter("code")\n',
    "a delay with a word nobody knows": "@func_latency_control(speed=1)\n",
    "a delay with messages that are none": "@func_latency_control(delay_responses=[1])\n",
    "half a character": '@func_description("\\ud800")\n',
    "another decorator": "@cached\n",
    "one of a module": '@words.func_description("a")\n',
    "more than plain keywords": "@func_latency_control(**WORDS)\n",
}


@pytest.mark.parametrize("case", STAYING)
def test_a_decorator_that_is_no_plain_value_stays_in_the_code(case: str) -> None:
    code = STAYING[case] + MAIN

    assert split_python(code, "a") == {"code": code}


def test_only_the_main_function_gives_its_decorators() -> None:
    code = '@func_description("Of the helper.")\ndef helper(conv):\n    pass\n\n\n' + MAIN

    assert split_python(code, "a") == {"code": code}


def test_code_that_does_not_compile_is_whole_apart_from_the_header() -> None:
    code = '@func_description("a")\ndef a(conv:\n'

    assert split_python(f"{HEADER}\n\n\n{code}", "a") == {"code": code}


def test_a_kind_without_parameters_leaves_them_in_the_code() -> None:
    code = '@func_parameter("a", "b")\n' + MAIN

    assert split_python(code, "a", ("description", "delay", "code")) == {"code": code}


def test_a_type_that_people_have_no_word_for_stays_as_it_is_written() -> None:
    code = '@func_parameter("x", "Which")\ndef a(conv, x: list[str]):\n    pass\n'

    assert split_python(code, "a")["parameters"] == [{"name": "x", "description": "Which", "type": "list[str]"}]


def test_a_delay_without_words_is_still_a_delay() -> None:
    fields = split_python("@func_latency_control()\n" + MAIN, "a")

    assert fields == {"delay": {}, "code": MAIN}
    assert join_python("a", fields).endswith(f"\n@func_latency_control()\n{MAIN}")


@pytest.mark.parametrize(
    ("code", "first_lines"),
    [
        (MAIN, [HEADER, "", "", "def a(conv):"]),
        ("import re\n\n\n" + MAIN, [HEADER, "import re", ""]),
        ('"""What."""\n\n\n' + MAIN, ['"""What."""', HEADER, ""]),
        ("from __future__ import annotations\n\n\n" + MAIN, ["from __future__ import annotations", HEADER, ""]),
        ("no python at all", [HEADER, "", "", "no python at all"]),
    ],
)
def test_the_header_stands_where_the_code_still_runs(code: str, first_lines: list[str]) -> None:
    assert join_python("a", {"code": code}).split("\n")[: len(first_lines)] == first_lines


def test_code_with_odd_escapes_is_read_without_a_warning() -> None:
    code = "@func_description('a')\ndef a(conv):\n    return '\\d'\n"

    assert split_python(code, "a") == {"description": "a", "code": "def a(conv):\n    return '\\d'\n"}


def test_hostile_nesting_is_kept_as_code() -> None:
    code = "@func_description('a')\ndef a(conv):\n    return " + "(" * 5000 + ")" * 5000

    assert split_python(code, "a") == {"code": code}
