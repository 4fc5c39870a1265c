"""What is too large is said, never dropped in silence; and nothing is worked out before somebody looks."""

import importlib

import pytest
from deepdiff import DeepDiff

from deployments.comparison import compare, gaps
from deployments.comparison.lines import MOST_LINES
from deployments.resources import python_parsing, read_file
from deployments.resources.resource import Resource
from tests.comparison.story import Store, compared, field, manifest, only, signs


def test_a_text_of_too_many_lines_says_so_with_its_size_and_hash() -> None:
    long = "\n".join(f"line {number}" for number in range(MOST_LINES + 1))

    change = field(only(compared({"notes.md": "short"}, {"notes.md": long})), "text")

    assert change.change == "changed"
    assert change.limited is not None
    assert "50,001 lines" in change.limited
    assert "Download both versions" in change.limited
    assert change.rows == ()


def test_a_text_of_too_many_bytes_says_so() -> None:
    change = field(only(compared({"notes.md": "a"}, {"notes.md": "é" * 2_600_000})), "text")

    assert change.limited is not None
    assert "5,200,000 bytes" in change.limited


def test_the_longest_text_that_is_compared_has_rows() -> None:
    lines = [f"line {number}" for number in range(MOST_LINES)]

    change = field(only(compared({"notes.md": "\n".join(lines)}, {"notes.md": "\n".join(["x", *lines[1:]])})), "text")

    assert change.limited is None
    assert [row.change for row in change.rows] == ["changed", "same", "same", "same", "gap"]


def test_a_part_too_large_to_match_is_said_to_be() -> None:
    change = field(only(compared({"a.md": "\n".join("ab" * 2_500)}, {"a.md": "\n".join("baa" * 2_000)})), "text")

    assert change.limited is not None
    assert "removed and added" in change.limited


def test_a_line_of_hundreds_of_thousands_of_characters_is_marked() -> None:
    left, right = "x" * 400_000 + " old", "x" * 400_000 + " new"

    change = field(only(compared({"a.md": left}, {"a.md": right})), "text")

    (row,) = change.rows
    assert row.right is not None
    assert row.right.text == (("same", "x" * 400_000 + " "), ("added", "new"))


def test_characters_python_takes_for_line_ends_stay_inside_their_line() -> None:
    change = field(
        only(compared({"a.md": "one\x0ctwo\u2028three\nfour"}, {"a.md": "one\x0ctwo\u2028three\nfive"})), "text"
    )

    assert [row.left.plain for row in change.rows if row.left] == ["one\x0ctwo\u2028three", "four"]


def test_the_texts_of_a_resource_are_aligned_with_one_deepdiff_when_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[int] = []

    def counted(left: dict[int, str], right: dict[int, str], **options: str) -> DeepDiff:
        calls.append(len(left))
        return DeepDiff(left, right, **options)

    monkeypatch.setattr(gaps, "DeepDiff", counted)
    before, after = ("\n".join(f"  {letter}" for letter in letters) for letters in ("ab" * 40, "baa" * 30))
    left, right = (f"content: |-\n{text}\nactions: |-\n{text}\n" for text in (before, after))

    comparison = compared({"topics/t.yaml": left}, {"topics/t.yaml": right})

    assert comparison.counts.changed == 1
    assert calls == []
    assert comparison.items[0].lines.added
    assert calls == [2]


def test_a_function_whose_code_changed_is_not_parsed_before_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def counted(path: str, content: bytes) -> tuple[Resource, ...]:
        parsed.append(path)
        return read_file(path, content)

    # The function of the package has the name of its module.
    monkeypatch.setattr(importlib.import_module("deployments.comparison.compare"), "read_file", counted)
    head = '@func_description("Finds it.")\ndef find(conv):\n'

    comparison = compared({"functions/find.py": f"{head}    a\n"}, {"functions/find.py": f"{head}    b\n"})

    assert comparison.counts.changed == 1
    assert parsed == []
    assert comparison.items[0].summary == "function definition changed"
    assert parsed == ["functions/find.py"] * 2


def test_code_of_a_version_is_not_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    def counting(source: str) -> bool:
        checked.append(source)
        return True

    monkeypatch.setattr(python_parsing, "_parses", counting)
    head = '@func_description("Seeks it.")\ndef seek(conv):\n'
    left, right = ({"functions/seek.py": f"{head}    {letter}\n"} for letter in "ab")

    comparison = compare(manifest(left), manifest(right), Store(left, right).load, compiling=(True, False))

    assert comparison.items[0].summary == "function definition changed"
    assert checked == [right["functions/seek.py"]]


def test_keys_that_no_kind_knows_are_one_field_when_there_are_many() -> None:
    many = "".join(f"unknown{number}: {number}\n" for number in range(1_000))
    name = "keys that are not known here"

    added = only(compared({}, {"topics/a.yaml": many}))
    changed = only(compared({"topics/a.yaml": many}, {"topics/a.yaml": many.replace(": 7\n", ": 8\n")}))

    assert len(added.parts[0].fields) < 10
    assert signs(field(added, name)).count("+") == 1_002
    assert signs(field(changed, name)).count("±") == 1
