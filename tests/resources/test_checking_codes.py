"""A table: for each way to be wrong, files that are and the same files put right."""

from __future__ import annotations

import re

import pytest

from tests.resources.checked import AGENT, codes_of, found_in, found_with
from tests.resources.wrong import code_and_keys, expectations, form, names, references, values
from tests.resources.wrong.case import Case

CASES = [case for module in (form, values, names, references, code_and_keys, expectations) for case in module.CASES]
ERRORS = {
    "parse",
    "missing",
    "type",
    "limit",
    "choice",
    "name",
    "duplicate",
    "dangling",
    "wrong_kind",
    "default",
    "siblings",
    "signature",
    "syntax",
    "goto",
}
WARNINGS = {
    "regex",
    "goto",
    "content_reference",
    "long_sms",
    "unknown_key",
    "unknown_preset",
    "unknown_guardrail",
    "joined_variable",
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_wrong_is_found_and_named(case: Case) -> None:
    findings = found_with({**case.besides, case.path: case.wrong})

    matching = [finding for finding in findings if (finding.severity, finding.code) == (case.severity, case.code)]
    assert matching, findings
    assert any(finding.path.split("#")[0] == case.path or case.name in OTHER_PLACES for finding in matching)
    for finding in findings:
        assert re.fullmatch(r'[A-Z][^"]*?( ".*")?: .+[.…)] .+\.', finding.message, re.DOTALL), finding.message


# Where the place to mend is not the file that was changed.
OTHER_PLACES = {"a function nothing refers to"}


@pytest.mark.parametrize("case", [case for case in CASES if case.right is not None], ids=lambda case: case.name)
def test_what_is_put_right_is_found_no_more(case: Case) -> None:
    findings = found_with({**case.besides, case.path: case.right})

    assert (case.severity, case.code) not in codes_of(findings), findings
    assert not [finding for finding in findings if finding.severity == "error"]


def test_every_code_has_its_case() -> None:
    assert {case.code for case in CASES if case.severity == "error"} >= ERRORS
    assert {case.code for case in CASES if case.severity == "warning"} >= WARNINGS
    assert {case.code for case in CASES if case.severity == "note"} == {"unused"}


def test_a_whole_agent_in_which_nothing_is_wrong_is_found_clean() -> None:
    assert found_in(AGENT) == []
