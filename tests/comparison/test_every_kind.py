"""Whatever two files of any kind hold, their comparison is whole, mirrored, and silent where nothing differs."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deployments.comparison import Comparison, FieldChange
from deployments.comparison.compare import compare
from deployments.resources import write_file
from tests.comparison.story import Files, Store, manifest
from tests.resources.strategies import PATHS, files

TURNED = {"added": "removed", "removed": "added", "changed": "changed", "moved": "moved", "same": "same"}
# Drawing files of every kind is slow: one draw is asked everything.
ENOUGH = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def two_of_one_path(draw: st.DrawFn) -> tuple[str, bytes, bytes]:
    path = draw(st.sampled_from(sorted(set(PATHS.values()))))
    return path, write_file(draw(files(path))), write_file(draw(files(path)))


def compared(left: Files, right: Files) -> Comparison:
    return compare(manifest(left), manifest(right), Store(left, right).load)


def told(comparison: Comparison, *, turned: bool = False) -> Counter[tuple[str, str, int, int, str]]:
    """Kind, change, lines and fields of each item; as seen from the other side when turned."""
    found: Counter[tuple[str, str, int, int, str]] = Counter()
    for item in comparison.items:
        fields = sorted(
            f"{field.name} {TURNED[field.change] if turned else field.change}"
            for part in item.parts
            for field in part.fields
        )
        added, removed = item.lines.added, item.lines.removed
        lines = (removed, added) if turned else (added, removed)
        found[item.kind, TURNED[item.change] if turned else item.change, *lines, ", ".join(fields)] += 1
    return found


@ENOUGH
@given(two_of_one_path())
def test_two_files_of_any_kind_are_compared_whole_and_mirrored(drawn: tuple[str, bytes, bytes]) -> None:
    path, before, after = drawn

    there, back = compared({path: before}, {path: after}), compared({path: after}, {path: before})

    assert told(there, turned=True) == told(back)
    assert there.formatting == back.formatting
    for item in there.items:
        assert item.change != "changed" or item.summary
        for field in (field for part in item.parts for field in part.fields):
            assert_is_whole(field)
    assert_line_ends_are_formatting(path, before)


def assert_line_ends_are_formatting(path: str, written: bytes) -> None:
    comparison = compared({path: written}, {path: written.replace(b"\n", b"\r\n")})

    assert comparison.is_empty
    assert comparison.formatting == ((path,) if b"\n" in written else ())


def assert_is_whole(field: FieldChange) -> None:
    if field.type in ("prose", "code") and isinstance(field.left, str):
        assert "\n".join(row.left.plain for row in field.all_rows if row.left) == field.left
    if field.type in ("list", "table") and isinstance(field.right, list) and field.has_rows:
        assert sum(row.right is not None for row in field.all_rows) == len(field.right)
    if not field.has_rows and isinstance(field.left, str):
        assert "".join(text for _, text in field.left_pieces) == field.left
