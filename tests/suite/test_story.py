"""The release cases of the story's agents: on the version that is live one fails, on the one in Sandbox none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deployments.runtime.playbook import Playbook
from deployments.runtime.sandbox.running import Sandbox
from deployments.story.editions import published_editions
from deployments.suite import cases_in
from tests.suite.cases import held


@pytest.mark.parametrize(
    ("agent", "live", "sandboxed", "failing"),
    [
        ("ferry-desk", 7, 9, "Helps who missed the last boat"),
        ("harbour-hotel", 4, 5, "Promises no taxi"),
    ],
)
def test_one_case_fails_on_live_and_passes_on_sandbox(
    agent: str, live: int, sandboxed: int, failing: str, sandbox: Sandbox
) -> None:
    told = {}
    for number in (live, sandboxed):
        files = published_editions(agent)[number - 1].files
        book = Playbook.of(files)
        told[number] = {
            one.name: held(sandbox, book, one, began=datetime(2026, 11, 18, tzinfo=UTC)).status
            for one in cases_in(files)
            if "release" in one.tags
        }

    assert len(told[live]) == 6
    assert told[live] == {name: "failed" if name == failing else "passed" for name in told[live]}
    assert set(told[sandboxed].values()) == {"passed"}
    assert told[sandboxed].keys() == told[live].keys()
