"""Expectations of a test that could never be judged."""

from __future__ import annotations

from tests.resources.wrong.case import TEST, Case

SKIS = "test_suite/skis.yaml"
SCRIPT = "  turns:\n  - Hello\n  - ''\n"


def told(*rows: str, script: str = "") -> str:
    return TEST + "slipway:\n" + script + "  expectations:\n" + "".join(f"  - {{{row}}}\n" for row in rows)


CASES = [
    Case(
        "a check that is not known",
        "error",
        "choice",
        SKIS,
        told("check: shouts, value: hello"),
        told("check: says, value: hello"),
    ),
    Case(
        "a check that is a list",
        "error",
        "type",
        SKIS,
        told("check: [says, matches], value: hello"),
        told("check: says, value: hello"),
    ),
    Case(
        "words to say, without any",
        "error",
        "missing",
        SKIS,
        told("check: never says"),
        told("check: never says, value: hello"),
    ),
    Case(
        "a pattern of an expectation that does not compile",
        "error",
        "type",
        SKIS,
        told("check: matches, value: 'gate ('"),
        told("check: matches, value: 'gate (A|B)'"),
    ),
    Case(
        "a state without a variable",
        "error",
        "missing",
        SKIS,
        told("check: state, value: '3'"),
        told("check: state, name: bags, value: '3'"),
    ),
    Case(
        "a state that is no JSON",
        "error",
        "type",
        SKIS,
        told("check: state, name: bags, value: three"),
        told("check: state, name: bags, value: '\"three\"'"),
    ),
    Case(
        "an end that is none",
        "error",
        "choice",
        SKIS,
        told("check: ends, value: happily"),
        told("check: ends, value: hangup"),
    ),
    Case(
        "faster than no time",
        "error",
        "missing",
        SKIS,
        told("check: faster than"),
        told("check: faster than, seconds: 1.5"),
    ),
    Case(
        "a turn beyond the script",
        "error",
        "limit",
        SKIS,
        told("check: says, value: hello, turn: 3", script=SCRIPT),
        told("check: says, value: hello, turn: 2", script=SCRIPT),
    ),
    Case(
        "a mocked function that is not there",
        "error",
        "dangling",
        SKIS,
        TEST + "slipway:\n  function_results:\n  - name: find_skis\n    returns: none\n",
        TEST + "slipway:\n  function_results:\n  - name: find_cabin\n    returns: none\n",
    ),
]
