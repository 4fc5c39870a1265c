from __future__ import annotations

import os
from pathlib import Path

import pytest

from deployments.resources.archive import (
    ExportRefused,
    ImportRefused,
    Reading,
    is_ignored,
    read_folder,
    refusal_of_path,
    write_folder,
)
from deployments.resources.archive import gathering as limits_in_use
from deployments.resources.archive.limits import FILE_BYTES, FOLDERS_DEEP


def a_folder(root: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def test_a_folder_is_read_byte_for_byte(tmp_path: Path) -> None:
    files = {
        "project.yaml": b"region: uk-1\r\n",
        "topics/\u00fcberfahrt.yaml": "name: \u00dcberfahrt".encode(),
        "notes/empty.txt": b"",
        "logo.png": b"\x89PNG\r\n\x1a\n\x00\xff",
    }

    reading = read_folder(a_folder(tmp_path, files))

    assert reading == Reading(files=dict(sorted(files.items())), ignored=())


def test_what_tools_leave_behind_is_left_out_and_listed(tmp_path: Path) -> None:
    a_folder(
        tmp_path,
        {
            "project.yaml": b"",
            "_gen/decorators.py": b"",
            ".git/HEAD": b"ref",
            "functions/__pycache__/find_cabin.cpython-311.pyc": b"",
            "functions/old.pyc": b"",
            "topics/.DS_Store": b"",
            "flows/x/_gen/kept.txt": b"kept",
        },
    )
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to("/usr/bin/python3")

    reading = read_folder(tmp_path)

    assert list(reading.files) == ["flows/x/_gen/kept.txt", "project.yaml"]
    assert reading.ignored == (
        ".git/",
        ".venv/",
        "_gen/",
        "functions/__pycache__/",
        "functions/old.pyc",
        "topics/.DS_Store",
    )


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("_gen/decorators.py", True),
        ("docs/_gen/page.md", False),
        ("_gen", False),
        (".hg/store", True),
        ("a/node_modules/b/index.js", True),
        ("Thumbs.db", True),
        (".git", True),
        ("a/.GIT/config", True),
        (".gitignore", False),
        ("topics/git.yaml", False),
        ("CLAUDE.md", False),
    ],
)
def test_only_the_short_list_is_ignored(path: str, ignored: bool) -> None:
    assert is_ignored(path) is ignored


def test_a_link_refuses_the_whole_folder(tmp_path: Path) -> None:
    a_folder(tmp_path, {"project.yaml": b""})
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "secrets.yaml").symlink_to("/etc/passwd")

    with pytest.raises(ImportRefused, match=r'^"topics/secrets.yaml" is a link; put the file itself in its place'):
        read_folder(tmp_path)


def test_a_linked_folder_is_not_followed(tmp_path: Path) -> None:
    a_folder(tmp_path / "agent", {"project.yaml": b""})
    a_folder(tmp_path / "elsewhere", {"a.txt": b"not mine"})
    (tmp_path / "agent" / "context").symlink_to(tmp_path / "elsewhere", target_is_directory=True)

    with pytest.raises(ImportRefused, match=r'"context" is a link'):
        read_folder(tmp_path / "agent")


def test_a_pipe_refuses_the_whole_folder_instead_of_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(ImportRefused, match=r'"pipe" is neither a file nor a folder'):
        read_folder(tmp_path)


def test_names_that_differ_only_in_case_are_refused(tmp_path: Path) -> None:
    a_folder(tmp_path, {"topics/Luggage.yaml": b"", "topics/luggage.yaml": b""})

    with pytest.raises(ImportRefused, match=r'^"topics/Luggage.yaml" and "topics/luggage.yaml" are one name'):
        read_folder(tmp_path)


def test_two_spellings_of_one_accent_are_one_name(tmp_path: Path) -> None:
    a_folder(tmp_path, {"caf\u00e9.txt": b"", "cafe\u0301.txt": b""})

    with pytest.raises(ImportRefused, match=r"are one name to many file systems"):
        read_folder(tmp_path)


def test_a_name_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/caf\xe9.txt", "wb"):
        pass

    with pytest.raises(ImportRefused, match=r'^"caf\\udce9.txt" has a name that is not UTF-8'):
        read_folder(tmp_path)


@pytest.mark.parametrize("name", ["a\nb.txt", "a\x1bb.txt", "a\\b.txt", "C:evil.txt"])
def test_names_that_other_systems_read_otherwise_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")

    with pytest.raises(ImportRefused):
        read_folder(tmp_path)


def test_a_file_over_five_megabytes_is_refused_by_name(tmp_path: Path) -> None:
    a_folder(tmp_path, {"fits.bin": b"x" * FILE_BYTES, "large.bin": b"x" * (FILE_BYTES + 1)})

    with pytest.raises(ImportRefused, match=r'^"large.bin" is larger than 5 MB'):
        read_folder(tmp_path)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_in_use, "FILES", 2)
    a_folder(tmp_path, {"a": b"", "b": b"", "c": b""})

    with pytest.raises(ImportRefused, match=r'^"c" is one file too many; an import may hold 2 files'):
        read_folder(tmp_path)


def test_too_much_in_all_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_in_use, "IMPORT_BYTES", 10)
    a_folder(tmp_path, {"a": b"12345678", "b": b"123"})

    with pytest.raises(ImportRefused, match=r'^"b" takes the import over'):
        read_folder(tmp_path)


def test_a_folder_that_lies_too_deep_is_refused(tmp_path: Path) -> None:
    a_folder(tmp_path, {"/".join(["d"] * (FOLDERS_DEEP + 1)) + "/f": b""})

    with pytest.raises(ImportRefused, match=r"lies more than 20 folders deep"):
        read_folder(tmp_path)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("../x", "leaves the agent's folder"),
        ("a/../../x", "leaves the agent's folder"),
        ("/etc/passwd", "absolute path"),
        ("c:/x", "absolute path"),
        ("a\\..\\x", "backslash"),
        ("a\x00b", "control character"),
        ("a\x7fb", "control character"),
        ("a//b", "not a plain path"),
        ("a/./b", "not a plain path"),
        ("", "not a plain path"),
        ("a/", "not a plain path"),
        ("é" * 128, "longer than 255 bytes"),
        ("/".join(["x" * 250] * 5), "longer than 1,000 bytes"),
        ("a/" * 21 + "b", "20 folders deep"),
    ],
)
def test_a_dangerous_path_is_refused_in_one_sentence(path: str, sentence: str) -> None:
    refusal = refusal_of_path(path)

    assert refusal is not None
    assert sentence in refusal
    assert refusal.endswith(".")
    assert refusal.isprintable()


@pytest.mark.parametrize("path", ["a", "a/" * 20 + "b", "topics/Ünï 世界 & co.yaml", "é" * 127, "...", "a..b", "ab:c"])
def test_an_ordinary_path_is_not_refused(path: str) -> None:
    assert refusal_of_path(path) is None


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(ImportRefused, match=r"is not a folder; name the folder that holds project.yaml"):
        read_folder(tmp_path / "file")
    with pytest.raises(ImportRefused, match=r"is not a folder"):
        read_folder(tmp_path / "nowhere")


def test_a_folder_is_written_into_a_new_place(tmp_path: Path) -> None:
    files = {"a/b/c.txt": b"1\r\n", "d": b"", "\u00fc.bin": b"\x00"}

    write_folder(files, tmp_path / "new" / "place")

    assert read_folder(tmp_path / "new" / "place").files == files


def test_an_empty_folder_is_written_into(tmp_path: Path) -> None:
    write_folder({"a": b"1"}, tmp_path)

    assert (tmp_path / "a").read_bytes() == b"1"


def test_a_folder_that_holds_something_is_not_written_into(tmp_path: Path) -> None:
    a_folder(tmp_path, {"mine.txt": b"mine"})

    with pytest.raises(ExportRefused, match=r"is not empty; name a new or empty folder"):
        write_folder({"a": b"1"}, tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt"]


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)

    with pytest.raises(ExportRefused, match=r"is a link; name the folder itself"):
        write_folder({"a": b"1"}, tmp_path / "link")

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_file_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")

    with pytest.raises(ExportRefused, match=r"is a file; name a new or empty folder"):
        write_folder({"a": b"1"}, tmp_path / "file")


@pytest.mark.parametrize("path", ["../out.txt", "/tmp/out.txt", "a\x00b"])
def test_a_path_that_leaves_the_folder_is_never_written(tmp_path: Path, path: str) -> None:
    with pytest.raises(ExportRefused):
        write_folder({"fine.txt": b"", path: b""}, tmp_path / "target")

    assert not (tmp_path / "target").exists()


def test_files_one_file_system_cannot_hold_are_not_written_half(tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match=r"differ only in upper and lower case"):
        write_folder({"A": b"1", "a": b"2"}, tmp_path / "target")

    assert not (tmp_path / "target").exists()
