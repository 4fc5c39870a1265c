from __future__ import annotations

from collections import Counter

import pytest

from deployments import pipeline
from deployments.models import Agent, content
from deployments.pipeline.verification import verify
from deployments.resources import KINDS, read_all
from deployments.views.outline import of_draft
from tests.vocabulary import FIND_CABIN, an_actor, an_agent, live

pytestmark = pytest.mark.django_db

USES = b"    conv.state.window = 1\n    return"
CABIN = "functions/find_cabin.py"
OTHER = FIND_CABIN.replace(b"find_cabin", b"find_berth")


def holds(agent: Agent) -> dict[str, int]:
    """By group, read out of every file."""
    draft = pipeline.draft_of(agent)
    assert draft is not None
    files = content.contents(agent, draft.manifest)
    return Counter(KINDS[each.kind].group for each in read_all(files) if not KINDS[each.kind].inside)


def test_what_a_draft_holds_is_told_by_what_differs_as_by_all_of_it() -> None:
    agent = an_agent()
    live(agent)
    changes: list[dict[str, bytes | None]] = [
        {CABIN: FIND_CABIN.replace(b"    return", USES)},
        {"functions/find_berth.py": OTHER.replace(b"    return", USES)},
        {CABIN: None, "topics/luggage_limits.yaml": b"broken: [\n"},
        {"config/handoffs.yaml": b"handoffs:\n- name: a\n- name: b\n"},
        {"functions/find_berth.py": None},
    ]
    for change in changes:
        before = pipeline.draft_of(agent)
        held = before.files if before else agent.ladder[0].active.version.files  # type: ignore[union-attr]
        hashes = content.hashes(agent, {held[path] for path in change if path in held})
        seen = {path: hashes[held[path]] if path in held else None for path in change}
        draft = pipeline.change_files(agent, change, seen=seen, by=an_actor(agent))

        assert draft is not None
        assert dict(of_draft(draft).counted()) == holds(agent)


def test_an_import_and_what_is_had_back_hold_what_they_say() -> None:
    agent = an_agent()
    live(agent)
    files = {"project.yaml": b"name: Other\n", CABIN: OTHER}
    pipeline.import_files(agent, files, by=an_actor(agent))
    draft = pipeline.draft_of(agent)
    assert draft is not None
    kept = pipeline.discard(agent, state=draft.state, by=an_actor(agent))

    back = pipeline.restore_draft(kept, by=an_actor(agent))

    assert content.contents(agent, back.manifest) == files
    assert back.files == content.files_of(agent, back.manifest)
    assert not verify().problems
