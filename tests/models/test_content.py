from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from deployments.models import Deployment, Tree, Version, content
from deployments.models.manifest import pack, unpack
from tests.vocabulary import FILES, an_agent, live, promoted, published, rolled_back

pytestmark = pytest.mark.django_db


def test_what_is_stored_comes_back_byte_for_byte() -> None:
    agent = an_agent()
    files = {"leer": b"", "über/CR.txt": b"a\r\nb\r", "same": b"x", "also": b"x", "bild.png": bytes(range(256))}

    manifest = content.store(agent, files)

    assert content.contents(agent, manifest) == files
    assert manifest[str(agent.paths.get(name="same").pk)] == manifest[str(agent.paths.get(name="also").pk)]


def test_what_is_kept_already_is_not_sent_again(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    agent = an_agent()

    with django_assert_num_queries(2):
        manifest = content.store(agent, FILES)

    assert agent.draft_or_none is not None
    assert manifest == agent.draft_or_none.manifest


def test_what_was_weighed_once_is_not_asked_about_again(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    agent = an_agent()
    manifest = content.store(agent, FILES)
    assert Tree.of(agent, None, manifest).weight == sum(map(len, FILES.values()))
    more = content.store(agent, {"notes/new.txt": b"Cast off.\n"})

    with django_assert_num_queries(2) as asked:
        tree = Tree.of(agent, None, manifest | more)
        weight, files = tree.weight, tree.files

    [(path, blob)] = more.items()
    assert weight == sum(map(len, FILES.values())) + 10
    assert files.keys() == {*FILES, "notes/new.txt"}
    assert [re.findall(r"'{([\d,]*)}'", query["sql"]) for query in asked] == [[str(blob)], [path]]


def test_a_blob_is_found_through_its_agent_only() -> None:
    mine, theirs = an_agent(), an_agent()
    blob = theirs.blobs.first()
    assert blob is not None

    assert content.load(mine, [str(blob.pk)]) == {}


def test_a_manifest_is_read_in_one_query_once_its_paths_are_known(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    agent = an_agent()
    version = published(agent).version
    assert version.files

    with django_assert_num_queries(0):
        files = version.files

    assert list(files) == sorted(FILES)


def test_a_manifest_of_three_hundred_files_is_less_than_a_kilobyte() -> None:
    agent = an_agent()
    files = {f"topics/topic_{number:03}.yaml": b"name: Topic %d\n" % number for number in range(300)}

    manifest = content.store(agent, files)

    assert len(manifest) == 300
    assert len(pack(manifest)) < 1024


@given(st.dictionaries(st.integers(1, 2**63 - 1).map(str), st.integers(1, 2**63 - 1), max_size=40))
def test_a_manifest_comes_out_of_its_column_as_it_went_in(manifest: dict[str, int]) -> None:
    assert unpack(pack(manifest)) == manifest
    assert pack(dict(reversed(manifest.items()))) == pack(manifest)


def test_rows_of_a_list_never_load_manifests(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    agent = an_agent()
    promoted(live(agent), "pre-release")
    live(agent)
    rolled_back(agent, "live")

    with django_assert_num_queries(1):
        rows = list(Deployment.objects.filter(agent=agent).newest_first().with_details())
        words = [(row.title, row.version.short, row.by.name) for row in rows]
        replaced = [row.replaced.version.short for row in rows if row.replaced]

    assert len(words) == len(rows) == 7
    assert len(replaced) == 4
    assert all("manifest" not in row.version.__dict__ for row in rows)


def test_a_manifest_that_was_left_out_is_read_when_asked(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    version = live(an_agent()).version
    lean = Version.objects.without_manifest().get(pk=version.pk)

    with django_assert_num_queries(1):
        held = [lean.manifest, lean.manifest]

    assert held == [version.manifest, version.manifest]
    gone = Version.objects.without_manifest().get(pk=version.pk)
    gone.pk = 0
    with pytest.raises(Version.DoesNotExist):
        _ = gone.manifest
