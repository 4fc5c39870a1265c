"""A patch is proven by git itself: applied to the left side's folder it makes the right side's, byte for byte."""

from __future__ import annotations

import itertools
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deployments.comparison import compare
from deployments.comparison.patch import patch_of
from deployments.story.editions import editions
from tests.comparison.story import Files, Store, manifest

# Every example starts git once.
ENOUGH = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
LINE = st.sampled_from(
    [
        "",
        "a",
        "b",
        "-- c",
        "+d",
        "@@ -1 +1 @@",
        "\\ No newline at end of file",
        "e\r",
        "f\x0cg",
        "é",
        "h\u2028",
        " ",
        "\t",
    ]
)
CONTENT = st.builds(
    lambda lines, end: ("\n".join(lines) + end).encode(), st.lists(LINE, max_size=30), st.sampled_from(["", "\n"])
)
PATH = st.sampled_from(
    [
        "functions/find.py",
        "functions/look.py",
        "topics/a b.yaml",
        "topics/Fähre.yaml",
        'notes/say "ahoy".md',
        "notes/back\\slash.md",
        "notes/tab\tand\nline.md",
        "notes/-rf",
        "notes/ends with a space ",
        "a/b/c.txt",
    ]
)
AGENT = st.dictionaries(PATH, CONTENT, max_size=6)


def patched(left: Files, patch: bytes) -> dict[str, bytes]:
    """What git makes of the left side's folder."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path, content in left.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content if isinstance(content, bytes) else content.encode())
        if patch:
            command = ["git", "apply", "--whitespace=nowarn", "-"]
            done = subprocess.run(command, cwd=folder, input=patch, capture_output=True, check=False)
            assert done.returncode == 0, f"{done.stderr.decode()}\n{patch.decode('latin-1')}"
        found = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def patch_between(left: Files, right: Files) -> bytes:
    load = Store(left, right).load
    sides = manifest(left), manifest(right)
    return patch_of(*sides, load, compare(*sides, load))


@ENOUGH
@given(AGENT, AGENT)
@example({"a": b""}, {"a": b"x"})
@example({"a": b"x"}, {"a": b""})
@example({"a": b""}, {})
@example({}, {"a": b""})
@example({"a": b"x\ny"}, {"a": b"x\ny\n"})
@example({"a": b"\n"}, {"a": b"\n\n"})
@example({"a": b"x\n"}, {"a/b": b"x\n"})
@example({"a/b": b"x\n"}, {"a": b"x\n"})
def test_git_applies_the_patch_to_the_left_and_has_the_right(left: dict[str, bytes], right: dict[str, bytes]) -> None:
    assert patched(left, patch_between(left, right)) == right


@ENOUGH
@given(st.lists(LINE, min_size=20, max_size=80), st.lists(st.tuples(st.integers(0, 79), LINE), max_size=6))
def test_edits_far_apart_apply_each_in_its_place(lines: list[str], edits: list[tuple[int, str]]) -> None:
    edited = list(lines)
    for place, line in edits:
        edited[place % len(lines)] = line
    left, right = {"a.md": "\n".join(lines).encode()}, {"a.md": "\n".join(edited).encode()}

    assert patched(left, patch_between(left, right)) == right


TOPIC = "name: Opening hours\nenabled: true\nactions: Say them.\ncontent: |-\n  Daily from nine to five.\n"


def test_a_renamed_resource_is_a_rename_with_its_edits_inside() -> None:
    left = {"topics/Opening hours.yaml": TOPIC.encode()}
    right = {"topics/Hours.yaml": TOPIC.replace("Opening hours", "Hours").encode()}

    patch = patch_between(left, right)

    assert b'rename from "topics/Opening hours.yaml"\nrename to topics/Hours.yaml\n' in patch
    assert patch.count(b"\n-") == 2  # the name, and the head of the old file
    assert patched(left, patch) == right


def test_files_that_are_no_text_are_named_and_left_out() -> None:
    left: Files = {"logo.png": b"\x89PNG\0\1", "old\n.png": b"\0", "a.md": b"Ahoy\n"}
    right: Files = {"logo.png": b"\x89PNG\0\2", "a.md": b"Ahoy!\n", "latin.txt": b"F\xe4hre"}

    patch = patch_between(left, right)

    head, _ = patch.split(b"diff --git", 1)
    assert [line for line in head.decode().splitlines() if line.startswith("#   ")] == [
        "#   added: latin.txt",
        "#   changed: logo.png",
        '#   removed: "old\\n.png"',
    ]
    assert patched(left, patch) == {**left, "a.md": b"Ahoy!\n"}


def test_a_binary_file_only_moved_is_moved() -> None:
    left, right = {"logo.png": b"\0\1\2"}, {"assets/logo.png": b"\0\1\2"}

    assert patched(left, patch_between(left, right)) == right


def test_nothing_differs_in_an_empty_patch() -> None:
    assert patch_between({"a.md": b"x"}, {"a.md": b"x"}) == b""


def test_a_file_too_large_to_compare_by_line_is_replaced_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.comparison.patch.MOST_BYTES", 10)
    left, right = {"a.md": b"one\ntwo\nthree\nfour"}, {"a.md": b"one\ntwo\nfive\n"}

    patch = patch_between(left, right)

    assert patch.count(b"\n-") == 5
    assert patched(left, patch) == right


def test_git_finds_the_blobs_the_patch_names() -> None:
    patch = patch_between({"a.md": b"hello\n"}, {"a.md": b"hello world\n"})

    assert b"index ce013625030ba8dba906f756967f9e9ca394464a..3b18e512dba79e4c8300dd08aeb37f8e728b8dad 100644" in patch


@pytest.mark.parametrize("agent", ["ferry-desk", "harbour-hotel"])
def test_every_step_of_the_story_is_a_patch_that_applies(agent: str) -> None:
    told = editions(agent)
    steps = [*itertools.pairwise(told), (told[-1], told[0])]

    for before, after in steps:
        assert patched(before.files, patch_between(before.files, after.files)) == dict(after.files)
