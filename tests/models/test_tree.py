"""A draft told by what differs says the same of its files as one that names them all."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.models import Agent, Tree, content, tree
from deployments.models.manifest import GONE, Manifest

# What content remembers of paths and blobs: nothing here asks a database.
NAMES = {str(key): f"{'bca'[key % 3]}/{key % 7}/é{key}.yaml" for key in range(1, 40)}
WEIGHTS = {blob: (content.hash_of(b"%d" % blob), blob * 10) for blob in range(1, 9)}
manifests = st.dictionaries(st.sampled_from(list(NAMES)), st.sampled_from(list(WEIGHTS)))
edits = st.dictionaries(st.sampled_from(list(NAMES)), st.sampled_from([GONE, *WEIGHTS]), max_size=12)
numbers = iter(range(1, 1_000_000))


@pytest.fixture(scope="module", autouse=True)
def _remembered() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "_remembered", dict(NAMES))
        patch.setattr(content, "_remembered_weights", dict(WEIGHTS))
        patch.setattr(tree, "PART", 3)
        yield


def a_version(manifest: Manifest) -> Any:
    return SimpleNamespace(pk=next(numbers), manifest_digest="", manifest=manifest, agent=Agent(), agent_id=None)


@given(before=st.none() | manifests, first=edits, then=edits)
def test_what_differs_says_the_same_as_the_whole(before: Manifest | None, first: Manifest, then: Manifest) -> None:
    base = None if before is None else a_version(before)
    held = {key: blob for key, blob in ((before or {}) | first | then).items() if blob != GONE}

    found = Tree(Agent(), base, {}).changed(first).changed(then)

    assert found == Tree(found.agent, base, Tree.of(Agent(), base, held).edits)
    assert found.part(NAMES) == held
    assert list(found.files.items()) == list(content.files_of(Agent(), held).items())
    assert found.digest == content.digest_of(content.hashes_of(Agent(), held))
    assert found.weight == sum(WEIGHTS[blob][1] for blob in held.values())
    assert {path: found.blob(path) for path in NAMES.values()} == {
        path: found.files.get(path) for path in NAMES.values()
    }
    assert {path for path, _ in found.files.items() ^ found.base_files.items()} == set(found.edited)


@given(before=manifests, first=edits, then=edits)
def test_before_the_first_version_what_differs_from_a_ground_says_the_same(
    before: Manifest, first: Manifest, then: Manifest
) -> None:
    agent = Agent()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree, "FEW", 2)

        found = Tree.of(agent, None, before).settled().changed(first).settled().changed(then)

    held = {key: blob for key, blob in (before | first | then).items() if blob != GONE}
    plain = Tree.of(agent, None, held)
    assert (found.ground is None) <= (len(before) <= 2)
    assert (found.files, found.digest, found.weight) == (plain.files, plain.digest, plain.weight)
    assert found.part(NAMES) == held
    assert dict(found.base_files) == {}
    assert dict(found.differing) == plain.files
    assert found.is_unchanged == (not held)


@given(before=manifests, edited=edits)
def test_a_version_that_differs_in_little_is_told_by_that_as_by_all_of_it(before: Manifest, edited: Manifest) -> None:
    after = {key: blob for key, blob in (before | edited).items() if blob != GONE}
    differing = {
        key: (before.get(key), after.get(key)) for key in before.keys() | after if before.get(key) != after.get(key)
    }

    found, whole = tree.Whole.of(Agent(), before).again(differing), tree.Whole.of(Agent(), after)

    assert list(found.files.items()) == list(whole.files.items())
    assert (found.manifest, found.weight, found.digest({})) == (whole.manifest, whole.weight, whole.digest({}))
