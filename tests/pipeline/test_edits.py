"""Saving files of the draft: exactly over what was seen, within an import's bounds, each act with its author."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deployments.keeping import forget_everything
from deployments.meanwhile import ChangedMeanwhile
from deployments.models import Agent, Draft, DraftChange, Role, content
from deployments.pipeline import Refused, change_files, discard, draft_of, importing, restore_draft, summary_of
from deployments.resources.archive.limits import FILE_BYTES
from tests.vocabulary import FILES, RULES, a_person, an_actor, an_agent, drafted, edited, published

pytestmark = pytest.mark.django_db
TOPIC = "topics/luggage_limits.yaml"
NEW = b"name: Luggage limits\ncontent: Three bags.\n"
MANY = {f"topics/t{number}.yaml": b"name: t%d\n" % number for number in range(300)}
QUERIES_OF_A_SAVE = 16


def changed(agent: Agent, changes: Mapping[str, bytes | None], *seen: str, by: str = "Ana") -> Draft | None:
    """These files saved by somebody who saw of `seen` what every agent here begins with."""
    hashes = {path: content.hash_of(FILES[path]) for path in seen}
    person = a_person(Role.EDITOR, agent.workspace, name=by)
    return change_files(agent, changes, seen=hashes, by=an_actor(agent, person))


def saved_over(agent: Agent, was: Mapping[str, bytes], changes: Mapping[str, bytes | None]) -> Draft | None:
    """The same by somebody who saw all of it."""
    seen = {path: content.hash_of(was[path]) for path in changes if path in was}
    return change_files(agent, changes, seen=seen, by=an_actor(agent))


def test_a_file_nobody_looked_at_is_not_written_over() -> None:
    agent = an_agent()

    with pytest.raises(Refused, match=r"luggage_limits\.yaml changed since you opened it") as refused:
        changed(agent, {RULES: b"Be kind.\n", TOPIC: b"name: Mine\n"}, RULES)

    assert refused.value.code == "file_changed"
    assert drafted(agent) == FILES


def test_a_file_nobody_looked_at_is_not_taken_out() -> None:
    agent = an_agent()

    with pytest.raises(Refused, match="changed since you opened it"):
        changed(agent, {TOPIC: None})

    assert drafted(agent) == FILES


def test_bytes_that_are_there_already_are_no_change_of_anybody() -> None:
    agent = an_agent()
    published(agent)

    assert changed(agent, {RULES: FILES[RULES]}, RULES) is None
    draft = changed(agent, {RULES: b"Be kind.\n", TOPIC: FILES[TOPIC]}, RULES, TOPIC)

    assert draft is not None
    change = draft.changes.get()
    assert (change.path, change.files) == (RULES, 1)
    assert content.contents(agent, change.before) == {RULES: FILES[RULES]}
    assert content.contents(agent, change.after) == {RULES: b"Be kind.\n"}


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/passwd", "a//b", "a\\b", "tab\there", "_gen/x.py", "x/.git", "d/" * 30]
)
def test_no_file_comes_in_by_a_path_that_an_import_would_refuse(path: str) -> None:
    agent = an_agent()

    with pytest.raises(Refused, match="cannot be the path of a file") as refused:
        changed(agent, {path: b"x"})

    assert refused.value.code == "path_unusable"
    assert drafted(agent) == FILES


def test_a_draft_grows_no_larger_than_an_import_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = an_agent()
    monkeypatch.setattr(importing, "IMPORT_BYTES", sum(map(len, FILES.values())) + 10)
    monkeypatch.setattr(importing, "FILES", len(FILES) + 1)

    with pytest.raises(Refused, match="The draft would be larger than"):
        changed(agent, {"notes/long.txt": b"x" * 11})
    with pytest.raises(Refused, match="files; 7 are allowed"):
        changed(agent, {"notes/one.txt": b"1", "notes/two.txt": b"2"})
    with pytest.raises(Refused, match="would be larger than 5 MB"):
        changed(agent, {"notes/huge.txt": b"x" * (FILE_BYTES + 1)})
    assert changed(agent, {"notes/short.txt": b"x" * 10}) is not None


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("TOPICS/pier.YAML", "differ only in upper and lower case"),
        ("Notes", '"Notes" would be both a file and a folder'),
        ("notes/a.txt/b.txt", '"notes/A.txt" would be both a file and a folder'),
    ],
)
def test_a_new_file_stands_beside_those_that_are_there_or_is_refused(path: str, reason: str) -> None:
    agent = an_agent(files={**FILES, "topics/pier.yaml": b"name: Pier\n", "notes/A.txt": b"1"})

    with pytest.raises(Refused, match=reason) as refused:
        changed(agent, {path: b"x"})

    assert refused.value.code == "path_clash"
    assert path not in drafted(agent)


def test_files_that_are_added_by_import_are_held_to_the_same_size(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = an_agent()
    monkeypatch.setattr(importing, "IMPORT_BYTES", sum(map(len, FILES.values())) + 10)

    with pytest.raises(Refused, match="The draft would be larger than"):
        edited(agent, {"notes/long.txt": b"x" * 11})


def test_every_saved_act_says_which_resources_it_was_about() -> None:
    agent = an_agent()
    published(agent)

    changed(agent, {"topics/tides.yaml": b"name: Tides\nenabled: true\ncontent: Twice.\nactions: ''\n"}, by="Ben")
    changed(agent, {RULES: b"Be kind.\n", TOPIC: None}, RULES, TOPIC, by="Cleo")

    second, first = Draft.objects.get(agent=agent).changes.all()
    assert (first.kind, first.by.name, first.path) == (DraftChange.Kind.CREATED, "Ben", "topics/tides.yaml")
    assert [(each["name"], each["change"]) for each in first.resources] == [("Tides", "added")]
    assert (second.kind, second.path, second.files) == (DraftChange.Kind.UPDATED, "", 2)
    assert {each["change"] for each in second.resources} == {"removed", "changed"}
    assert first.revision < second.revision


def test_a_deleted_draft_comes_back_with_everybody_who_made_it() -> None:
    agent = an_agent()
    published(agent)
    changed(agent, {RULES: b"Be kind.\n"}, RULES, by="Ben")
    draft = changed(agent, {TOPIC: None}, TOPIC, by="Cleo")
    assert draft is not None
    kept = discard(agent, state=draft.state, by=an_actor(agent))
    assert [change.by.name for change in kept.changes.all()] == ["Cleo", "Ben"]

    back = restore_draft(kept, by=an_actor(agent))
    last = changed(agent, {"notes/a.txt": b"a"}, by="Dora")

    assert last is not None
    assert [change.by.name for change in last.changes.all()] == ["Dora", "Cleo", "Ben"]
    assert back.pk == last.pk
    revisions = [change.revision for change in last.changes.all()]
    assert revisions == sorted(set(revisions), reverse=True)


def test_what_an_import_replaces_is_kept_with_its_authors_and_the_draft_names_the_importer_alone() -> None:
    agent = an_agent()
    published(agent)
    changed(agent, {RULES: b"Be kind.\n"}, RULES, by="Ben")
    importer = an_actor(agent, a_person(Role.EDITOR, agent.workspace, name="Cleo"))

    imported = importing.import_files(agent, {RULES: b"Be quick.\n"}, by=importer)

    assert imported.draft is not None
    assert imported.kept is not None
    assert [change.by.name for change in imported.draft.changes.all()] == ["Cleo"]
    assert [change.by.name for change in imported.kept.changes.all()] == ["Ben"]


def test_where_an_import_adds_to_a_draft_its_authors_stay_and_are_kept_as_well() -> None:
    agent = an_agent()
    published(agent)
    changed(agent, {RULES: b"Be kind.\n"}, RULES, by="Ben")

    draft = edited(agent, {TOPIC: b"name: New\n"}, by=a_person(Role.EDITOR, agent.workspace, name="Cleo"))

    assert [change.by.name for change in draft.changes.all()] == ["Cleo", "Ben"]
    assert [change.by.name for change in agent.kept_drafts.get().changes.all()] == ["Ben"]


def test_before_the_first_version_an_edit_of_many_files_is_stored_as_what_differs() -> None:
    files = {**FILES, **MANY}
    agent = an_agent(files=files)

    draft = saved_over(agent, files, {TOPIC: NEW, "topics/t7.yaml": None})

    assert draft is not None
    assert len(draft.edits) == 2
    expected = {path: was for path, was in files.items() if path != "topics/t7.yaml"} | {TOPIC: NEW}
    assert drafted(agent) == expected
    assert draft.change_count == len(summary_of(Draft.objects.get(agent=agent).tree).items)
    assert content.contents(agent, published(agent).version.manifest) == expected


def test_before_the_first_version_taking_out_every_file_leaves_no_draft_and_it_can_be_had_back() -> None:
    agent = an_agent(files=MANY)
    saved_over(agent, {}, {RULES: b"Be kind.\n"})
    files = {**MANY, RULES: b"Be kind.\n"}

    left = saved_over(agent, files, dict.fromkeys(files))

    assert left is None
    restore_draft(agent.kept_drafts.get(), by=an_actor(agent))
    assert drafted(agent) == files


@pytest.mark.parametrize("many", [10, 400])
def test_a_save_reads_what_it_changes_and_asks_as_much_of_a_large_agent_as_of_a_small_one(
    many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = an_agent(files={**FILES, **{f"topics/t{number}.yaml": b"name: t%d\n" % number for number in range(many)}})
    published(agent)
    one, two = (b"name: Luggage limits\ncontent: %s\n" % word for word in (b"One.", b"Two."))
    changed(agent, {TOPIC: one}, TOPIC)
    by, load, read = an_actor(agent), content.load, set[str]()
    monkeypatch.setattr(content, "load", lambda agent, blobs: read.update(blobs) or load(agent, blobs))

    with CaptureQueriesContext(connection) as queries:
        change_files(agent, {TOPIC: two}, seen={TOPIC: content.hash_of(one)}, by=by)

    assert set(load(agent, read).values()) == {FILES[TOPIC], one, two}
    assert len(queries) == QUERIES_OF_A_SAVE


def test_a_draft_is_never_pieced_together_from_what_it_was_and_what_it_is_now() -> None:
    agent = an_agent(files=MANY)
    read = draft_of(agent)
    assert read is not None

    edited(agent, {path: held + b"enabled: false\n" for path, held in MANY.items()})
    forget_everything()

    with pytest.raises(ChangedMeanwhile):
        read.tree.files  # noqa: B018
    assert drafted(agent) == {path: was + b"enabled: false\n" for path, was in MANY.items()}
