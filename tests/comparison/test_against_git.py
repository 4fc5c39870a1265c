"""The same two trees asked of git: which files differ, and how many lines.

SLIPWAY_GIT_HISTORY=/a/repository compares the last versions of any history of yours as well.
"""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from deployments.comparison import Comparison, compare
from deployments.comparison.patch import patch_of
from deployments.resources import normal, read_file
from tests.comparison.generated import EDITS, Tree, agent
from tests.comparison.story import Store, manifest

FILES, SEQUENCES, EDITS_A_SEQUENCE, VERSIONS = 300, 2, 210, 6
MOST_LINES = 1.25
HISTORY = os.environ.get("SLIPWAY_GIT_HISTORY", "")
VERSIONS_OF_HISTORY = 30


class Repository:
    """A git repository that holds versions of a tree."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def git(self, *arguments: str, given: bytes = b"") -> bytes:
        command = ["git", "-c", "core.autocrlf=false", "-c", "core.quotepath=false", *arguments]
        return subprocess.run(command, cwd=self.folder, input=given, capture_output=True, check=True).stdout

    def commit(self, tree: Tree) -> str:
        lines = [
            b"commit refs/heads/main\ncommitter Ana <ana@example.com> 1700000000 +0000\ndata 1\nx\ndeleteall\n",
            *(b"M 644 inline %s\ndata %d\n%s\n" % (path.encode(), len(text), text) for path, text in tree.items()),
        ]
        self.git("fast-import", "--quiet", "--force", given=b"".join(lines))
        return self.git("rev-parse", "refs/heads/main").decode().strip()

    def tree(self, commit: str) -> Tree:
        entries = [entry.split(b"\t", 1) for entry in self.git("ls-tree", "-rz", commit).split(b"\0") if entry]
        blobs = {path: facts.split()[2] for facts, path in entries if facts.startswith(b"100")}
        said = self.git("cat-file", "--batch", given=b"".join(blob + b"\n" for blob in blobs.values()))
        tree, place = {}, 0
        for path in blobs:
            end = said.index(b"\n", place)
            size = int(said[place:end].split()[2])
            tree[path.decode(errors="surrogateescape")] = said[end + 1 : end + 1 + size]
            place = end + size + 2
        return tree

    def changed(self, left: str, right: str) -> set[str]:
        """Every path that `git diff --name-status -M` names, both of a rename."""
        said = self.git("diff", "--name-status", "-M", "-z", left, right).decode(errors="surrogateescape")
        return {field for field in said.split("\0") if field and not _is_status(field)}

    def lines(self, left: str, right: str) -> int:
        """Lines added and removed in all."""
        said = self.git("diff", "--numstat", "--no-renames", "-z", left, right).decode(errors="surrogateescape")
        rows = [row.split("\t", 2) for row in said.split("\0") if row]
        return sum(int(added) + int(removed) for added, removed, _ in rows if added != "-")


def _is_status(field: str) -> bool:
    return field in "ADMT" or (field[0] in "RC" and field[1:].isdigit() and len(field) == 4)


def named(comparison: Comparison) -> set[str]:
    parts = [part for item in comparison.items for part in item.parts]
    files = {file for part in parts for file in (part.file, part.previous_file) if file}
    return files | set(comparison.formatting)


def compared(left: Tree, right: Tree) -> Comparison:
    return compare(manifest(left), manifest(right), Store(left, right).load)


def assert_as_git(repository: Repository, left: str, right: str, before: Tree, after: Tree) -> tuple[int, int]:
    comparison = compared(before, after)

    # What only formatting changed is named apart, so that together they are git's set.
    assert named(comparison) == repository.changed(left, right)
    for path in comparison.formatting:
        assert _meaning(path, before) == _meaning(path, after)

    ours = sum(lines_of(before, after))
    theirs = repository.lines(left, right)
    shown = sum(item.lines.added + item.lines.removed for item in comparison.items)
    assert shown <= MOST_LINES * theirs
    return ours, theirs


def lines_of(before: Tree, after: Tree) -> Iterator[int]:
    """Lines added and removed in the patch of the two, file by file as git counts without renames."""
    for path in before.keys() | after.keys():
        left = {path: before[path]} if path in before else {}
        right = {path: after[path]} if path in after else {}
        if left != right:
            patch = patch_of(manifest(left), manifest(right), Store(left, right).load)
            body = patch[patch.find(b"\n@@") :] if b"\n@@" in patch else b""
            yield sum(line[:1] in (b"+", b"-") for line in body.split(b"\n"))


def _meaning(path: str, tree: Tree) -> list[str]:
    return sorted(repr((one.path, _sorted(normal(one)))) for one in read_file(path, tree[path]))


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return sorted(map(repr, value)) if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_the_same_files_and_no_more_lines_than_git(seed: int, tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.git("init", "-q", "--initial-branch=main")
    chance = random.Random(seed)
    trees = [agent(FILES, chance)]
    for number in range(EDITS_A_SEQUENCE):
        if number % (EDITS_A_SEQUENCE // VERSIONS) == 0:
            trees.append(dict(trees[-1]))
        chance.choice(EDITS)(trees[-1], chance)
    commits = [repository.commit(tree) for tree in trees]
    versions = list(zip(commits, trees, strict=True))

    counted = [
        assert_as_git(repository, left, right, before, after)
        for (left, before), (right, after) in [*pairwise(versions), (versions[0], versions[-1])]
    ]

    assert all(ours <= MOST_LINES * theirs for ours, theirs in counted)


@pytest.mark.skipif(not HISTORY, reason="SLIPWAY_GIT_HISTORY names no repository.")
def test_a_history_of_yours_is_as_git_says() -> None:
    repository = Repository(Path(HISTORY))
    commits = repository.git("rev-list", f"--max-count={VERSIONS_OF_HISTORY}", "HEAD").decode().split()

    for right, left in pairwise(commits):
        ours, theirs = assert_as_git(repository, left, right, repository.tree(left), repository.tree(right))
        assert ours <= MOST_LINES * theirs
