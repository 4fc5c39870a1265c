from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployments.models import Blob, Draft, DraftChange, Event, KeptDraft, Role
from deployments.pipeline import Refused, import_and_publish, import_files
from deployments.resources.archive.paths import all_folded, folded
from tests.vocabulary import (
    BROKEN,
    FILES,
    RULES,
    a_workspace,
    an_actor,
    an_agent,
    drafted,
    edited,
    published,
    rolled_back,
)

pytestmark = pytest.mark.django_db


def test_after_an_import_that_came_to_nothing_the_draft_is_edited_as_before() -> None:
    """What a process had read of it is of blobs that were rolled back."""
    agent = an_agent()
    with pytest.raises(Refused):
        import_and_publish(agent, BROKEN, mode="add", by=an_actor(agent))

    draft = edited(agent, {RULES: b"Be brief.\n"})

    assert draft.errors == 0
    assert drafted(agent) == {**FILES, RULES: b"Be brief.\n"}


def test_importing_replaces_the_draft_with_exactly_these_files() -> None:
    agent = an_agent()
    published(agent)
    edited(agent)
    files = {"project.yaml": FILES["project.yaml"], "notes/leer.txt": b"", "übung.md": "Fähre\r\n".encode()}

    imported = import_files(agent, files, by=an_actor(agent))

    assert drafted(agent) == files
    assert imported.draft == Draft.objects.get(agent=agent)
    assert imported.changes == imported.draft.change_count > 0


def test_adding_keeps_what_the_import_does_not_name() -> None:
    agent = an_agent()
    published(agent)

    import_files(agent, {RULES: b"Be kind.\n", "notes.md": b"New"}, mode="add", by=an_actor(agent))

    assert drafted(agent) == {**FILES, RULES: b"Be kind.\n", "notes.md": b"New"}


def test_what_the_draft_held_before_is_kept_for_thirty_days() -> None:
    agent = an_agent()
    published(agent)
    before = edited(agent)

    imported = import_files(agent, {RULES: b"Be kind.\n"}, by=an_actor(agent))

    kept = KeptDraft.objects.get()
    assert imported.kept == kept
    assert (kept.manifest, kept.base) == (before.manifest, before.base)
    assert (kept.expires_at - kept.kept_at).days == 30


def test_an_import_leaves_a_line_of_history_and_of_draft_activity() -> None:
    agent = an_agent()
    base = published(agent).version

    imported = import_files(agent, {**FILES, RULES: b"Be kind.\n"}, by=an_actor(agent))

    line = agent.events.filter(kind=Event.Kind.DRAFT_IMPORTED).newest_first()[0]
    assert line.before == base
    assert line.details == {"files": 1, "changes": imported.changes, "kept": None}
    change = DraftChange.objects.get()
    assert (change.kind, change.files, change.by) == (DraftChange.Kind.IMPORTED, 1, line.by)


def test_importing_what_sandbox_runs_leaves_no_draft() -> None:
    agent = an_agent()
    published(agent)
    edited(agent)

    imported = import_files(agent, FILES, by=an_actor(agent))

    assert imported.draft is None
    assert agent.draft_or_none is None
    assert KeptDraft.objects.count() == 1


def test_importing_what_is_there_already_is_quiet() -> None:
    agent = an_agent()
    published(agent)
    lines = agent.events.count()

    imported = import_files(agent, FILES, by=an_actor(agent))

    assert (imported.draft, imported.files) == (None, 0)
    assert agent.events.count() == lines


def test_importing_the_drafts_own_content_is_quiet() -> None:
    agent = an_agent()
    published(agent)
    draft = edited(agent)

    imported = import_files(agent, drafted(agent), by=an_actor(agent))

    assert imported.draft is not None
    assert imported.draft.state == draft.state
    assert not KeptDraft.objects.exists()


def test_a_replaced_draft_starts_anew_from_what_sandbox_runs() -> None:
    agent = an_agent()
    first = published(agent)
    published(agent)
    edited(agent)
    rolled_back(agent, "sandbox")

    imported = import_files(agent, {**FILES, RULES: b"Be kind.\n"}, by=an_actor(agent))

    assert imported.draft is not None
    assert imported.draft.base == first.version


def test_every_save_is_another_state() -> None:
    agent = an_agent()

    states = [edited(agent).state for _ in range(3)]

    assert len(set(states)) == 3


def test_the_draft_counts_what_it_changes_and_what_is_wrong() -> None:
    agent = an_agent()
    published(agent)

    draft = edited(agent, {RULES: b"Be kind.\n", "notes.md": b"New\n", **BROKEN})

    assert (draft.added, draft.changed, draft.removed) == (2, 1, 0)
    assert draft.errors == 1


def test_other_line_ends_and_indents_are_formatting_only() -> None:
    """agent-layout.md, section 16, row 2."""
    agent = an_agent()
    published(agent)
    files = dict(FILES) | {
        "topics/luggage_limits.yaml": FILES["topics/luggage_limits.yaml"].replace(b"\n- ", b"\n    - ")
    }
    files = {path: text.replace(b"\n", b"\r\n") for path, text in files.items()}

    imported = import_files(agent, files, by=an_actor(agent))

    assert imported.draft is not None
    assert imported.draft.change_count == 0
    assert imported.draft.formatting == len(FILES)
    assert drafted(agent) == files


def test_viewers_may_not_import() -> None:
    agent = an_agent()

    with pytest.raises(Refused, match="Only editors, releasers and admins may import"):
        import_files(agent, {}, by=an_actor(agent, Role.VIEWER))


def test_two_agents_share_no_blob() -> None:
    workspace = a_workspace()

    first, second = an_agent(workspace), an_agent(workspace)

    assert first.blobs.count() == second.blobs.count() == len(set(FILES.values()))
    assert not set(first.blobs.values_list("pk")) & set(second.blobs.values_list("pk"))


def test_versions_share_every_blob_that_did_not_change() -> None:
    agent = an_agent()
    published(agent)
    before = Blob.objects.count()

    published(agent)

    assert Blob.objects.count() == before + 1


def test_adding_a_path_that_differs_only_in_case_is_refused() -> None:
    agent = an_agent()
    published(agent)

    with pytest.raises(Refused, match="differ only in upper and lower case"):
        import_files(agent, {RULES.upper(): b"Be loud.\n"}, mode="add", by=an_actor(agent))

    assert agent.draft_or_none is None


def test_adding_a_file_where_a_folder_stands_is_refused() -> None:
    agent = an_agent()
    published(agent)

    with pytest.raises(Refused, match="both a file and a folder"):
        import_files(agent, {"topics": b"Not a folder.\n"}, mode="add", by=an_actor(agent))


PATHS = st.lists(
    st.text("abcdeäßé文 .-_", min_size=1, max_size=8).filter(lambda part: part.strip(".") == part),
    min_size=1,
    max_size=3,
).map(lambda parts: "/".join(f"x{part}" for part in parts))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.dictionaries(PATHS, st.binary(max_size=40) | st.text(max_size=40).map(str.encode), min_size=1, max_size=8))
def test_any_files_come_out_as_they_went_in(files: dict[str, bytes]) -> None:
    agent = an_agent()

    imported = import_files(agent, files, by=an_actor(agent))

    assert imported.draft is not None
    assert drafted(agent) == files


@given(st.lists(st.text("aAßẞİΣςﬁÅ\u0301\u0308\u0338/ .", min_size=1, max_size=6), max_size=4))
def test_many_paths_are_folded_at_once_as_each_is_alone(paths: list[str]) -> None:
    assert all_folded(paths) == list(map(folded, paths))
