from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import pytest
from django.db import connection

from deployments import pipeline
from deployments.keeping import forget_everything
from deployments.models import Agent, content
from deployments.pipeline.outline import of_draft, of_version
from deployments.pipeline.verification import verify
from deployments.resources import KINDS, read_all
from tests.vocabulary import FIND_CABIN, an_actor, an_agent, edited, live, published

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


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The blobs that are read, in a process that remembers nothing."""
    asked: list[str] = []
    load = content.load

    def noted(agent: Agent, blobs: Collection[str]) -> dict[str, bytes]:
        asked.extend(blobs)
        return load(agent, blobs)

    monkeypatch.setattr(content, "load", noted)
    return asked


def test_what_a_version_holds_is_told_without_reading_a_file(unread: list[str]) -> None:
    agent = an_agent()
    edited(agent, {CABIN: FIND_CABIN.replace(b"    return", USES)})
    version = published(agent).version
    told = of_version(version, agent).counted()
    forget_everything()
    unread.clear()

    assert of_version(version, agent).counted() == told
    assert ("Variables", 2) in told
    assert unread == []


def test_of_a_draft_only_the_files_that_differ_from_its_version_are_read(unread: list[str]) -> None:
    agent = an_agent()
    published(agent)
    edited(agent, {"topics/luggage_limits.yaml": b"name: Luggage\ncontent: Two bags.\n"})
    draft = pipeline.draft_of(agent)
    assert draft is not None
    forget_everything()
    unread.clear()

    found = of_draft(draft)

    assert len(unread) == 2
    assert dict(found.counted()) == holds(agent)


def test_of_a_version_about_which_nothing_is_kept_every_file_is_read(unread: list[str]) -> None:
    agent = an_agent()
    version = published(agent).version
    told = of_version(version, agent).counted()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('slipway.purging', 'on', true)")
        cursor.execute("DELETE FROM deployments_touch")
    forget_everything()
    unread.clear()

    assert of_version(version, agent).counted() == told
    assert len(unread) == len(set(version.files.values()))


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
