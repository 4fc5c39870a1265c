"""Decorators of the main function are fields; what cannot be said in plain values stays in the code."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.resources import python_parsing
from deployments.resources.python_parsing import HEADER, certainly_differ, main_function, main_function_in, parsed
from deployments.resources.python_source import join_python, split_python

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


# Lines that look like the main function and are not, and lines that take the rest of the file with them.
_LINES = r"""
@func_description("One.")
@func_delay()
def a(conv):
def a(
    conv,
):
async def a(conv):
def\
 a(conv):
def ab(conv):
def ａ(conv):
def a(conv): return 1
def a(conv):  # a remark:
def a(conv) -> dict[str, int]:
    '''
'''
    pass
    x: int = 1
    return {
        1: 2}
if True:
    def a(c):
class a:
x = 1  # def a(conv):
(
nonlocal x
    return 1
lambda: (yield)
def a(b, b):
"""


@given(st.lists(st.sampled_from([*_LINES.split("\n"), "\x0cdef a(conv):"]), max_size=8).map("\n".join))
def test_the_main_function_is_told_as_by_the_tree_of_the_whole_file(source: str) -> None:
    tree = parsed(source)
    whole = main_function(tree, "a") if tree else None

    assert _said(main_function_in(source, "a")) == _said(whole)
    if tree:
        assert _said(main_function_in(source, "a", compiles=True)) == _said(whole)


def _said(function: ast.FunctionDef | ast.AsyncFunctionDef | None) -> list[str] | None:
    """All that is read of it: where it stands, its decorators and its parameters."""
    if function is None:
        return None
    nodes = (*function.decorator_list, function.args)
    return [
        f"{type(function).__name__} {function.lineno}",
        *(ast.dump(node, include_attributes=True) for node in nodes),
    ]


def test_no_tree_is_made_of_a_body(monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    def counting(code: str) -> ast.Module | None:
        read.append(code.count("\n"))
        return parsed(code)

    monkeypatch.setattr(python_parsing, "parsed", counting)
    body = "    conv.log.info('Boarding.')\n" * 1000

    assert split_python(f'import re\n\n\n@func_description("a")\ndef a(conv):\n{body}', "a")["description"] == "a"
    assert max(read) < 10


PLAIN = '@func_description("Finds it.")\ndef find(conv):\n    return "é"\n'


@pytest.mark.parametrize(
    "other",
    [
        f"{HEADER}\n\n\n{PLAIN}",
        PLAIN.replace('"Finds it."', "'Finds it.'"),
        PLAIN.replace('"Finds it."', '"Says something else."'),
        PLAIN + "\n  \n",
        PLAIN.replace("é", "e\u0301"),
        'def found(conv):\n    return "é"\n',
    ],
)
def test_what_may_say_the_same_does_not_certainly_differ(other: str) -> None:
    assert not certainly_differ(PLAIN, other, "find")


@given(st.lists(st.sampled_from(["x = 1", "def find(conv):", "    pass", '"""', "@func_description('a')", "", HEADER])))
def test_what_certainly_differs_is_other_code(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    for other in (PLAIN, PLAIN + text, text + PLAIN, text.replace("1", "2")):
        if certainly_differ(text, other, "find"):
            codes = (str(split_python(each, "find")["code"]).rstrip() for each in (text, other))
            assert len(set(codes)) == 2
