"""A comparison as a patch: `git apply` in an exported folder of the left side makes it the right side.

Patches speak of bytes, so nothing is normalised here: formatting differs too. Bytes travel as the characters of the
same number (latin-1), which lets lines of any encoding be aligned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1

from deployments.comparison.lines import MOST_BYTES, Alignment, Block, align, split
from deployments.comparison.model import Comparison
from deployments.comparison.rows import CONTEXT
from deployments.comparison.variables import Load, Manifest

# Git writes names of other characters between quotes.
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_./+@=,:#%()\[\]-]+")
_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}
_NO_NEWLINE = "\\ No newline at end of file\n"
# What stands for the content of a file that is not there.
_NOTHING = "0" * 40


@dataclass(frozen=True, slots=True)
class _File:
    """One file that differs. A path is None on the side that has no such file."""

    old: str | None
    new: str | None
    before: str = ""
    after: str = ""


def patch_of(left: Manifest, right: Manifest, load: Load, comparison: Comparison | None = None) -> bytes:
    """The patch from left to right. Files that are no text are named in its head and left out.

    `comparison` of the same two tells which files are one under a new name; else only equal bytes do.
    """
    pairs = list(_pairs(left, right, comparison))
    contents = load(
        {manifest[path] for pair in pairs for manifest, path in zip((left, right), pair, strict=True) if path}
    )
    files, binary = [], []
    for old, new in pairs:
        before = contents[left[old]] if old else b""
        after = contents[right[new]] if new else b""
        if _is_text(before) and _is_text(after):
            files.append(_File(old, new, before.decode("latin-1"), after.decode("latin-1")))
        elif before == after:
            files.append(_File(old, new, "", ""))
        else:
            binary.append((old, new))
    return "".join((*_head(binary), *_written(files))).encode("latin-1")


def _pairs(left: Manifest, right: Manifest, comparison: Comparison | None) -> Iterator[tuple[str | None, str | None]]:
    gone, new = left.keys() - right.keys(), right.keys() - left.keys()
    became = _renames(left, right, comparison, gone, new)
    arrived = set(became.values())
    for path in sorted(left.keys() | right.keys()):
        if path in became:
            yield path, became[path]
        elif path in gone:
            yield path, None
        elif path in new:
            if path not in arrived:
                yield None, path
        elif left[path] != right[path]:
            yield path, path


def _renames(
    left: Manifest, right: Manifest, comparison: Comparison | None, gone: set[str], new: set[str]
) -> dict[str, str]:
    became: dict[str, str] = {}
    taken: set[str] = set()
    for part in (part for item in comparison.items for part in item.parts) if comparison else ():
        old, path = part.previous_file, part.file
        if old in gone and path in new and part.path == path and old not in became and path not in taken:
            became[old] = path
            taken.add(path)
    waiting: dict[str, list[str]] = {}
    for path in sorted(new - taken, reverse=True):
        waiting.setdefault(right[path], []).append(path)
    for old in sorted(gone - became.keys()):
        if waiting.get(left[old]):
            became[old] = waiting[left[old]].pop()
    return became


def _is_text(content: bytes) -> bool:
    if b"\0" in content:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _head(binary: list[tuple[str | None, str | None]]) -> Iterator[str]:
    if not binary:
        return
    yield "# Files that are no text are not in this patch; take them from an export:\n"
    for old, new in binary:
        if old is None:
            yield f"#   added: {_quoted('', new or '')}\n"
        elif new is None:
            yield f"#   removed: {_quoted('', old)}\n"
        elif old == new:
            yield f"#   changed: {_quoted('', new)}\n"
        else:
            yield f"#   moved and changed: {_quoted('', old)} to {_quoted('', new)}\n"


def _written(files: list[_File]) -> Iterator[str]:
    # A file beyond the limit of comparing by line is taken out and put in whole: still a true patch.
    small = [max(len(file.before), len(file.after)) <= MOST_BYTES for file in files]
    aligned = iter(align((file.before, file.after) for file, is_small in zip(files, small, strict=True) if is_small))
    for file, is_small in zip(files, small, strict=True):
        alignment = next(aligned) if is_small else Alignment(split(file.before), split(file.after), ())
        yield from _file(file, alignment)


def _file(file: _File, alignment: Alignment) -> Iterator[str]:
    old, new = file.old or file.new or "", file.new or file.old or ""
    blocks = list(_blocks(alignment))
    yield f"diff --git {_quoted('a/', old)} {_quoted('b/', new)}\n"
    if file.old is None:
        yield "new file mode 100644\n"
    elif file.new is None:
        yield "deleted file mode 100644\n"
    elif file.old != file.new:
        lines = max(_count(alignment.left), _count(alignment.right))
        shared = sum(length for _, _, length in blocks)
        yield f"similarity index {100 * shared // lines if lines else 100}%\n"
        yield f"rename from {_quoted('', old)}\nrename to {_quoted('', new)}\n"
    if file.before == file.after and file.old and file.new:
        return
    before = _NOTHING if file.old is None else _git_hash(file.before)
    after = _NOTHING if file.new is None else _git_hash(file.after)
    yield f"index {before}..{after}{' 100644' if file.old and file.new else ''}\n"
    if file.before == file.after:
        return
    yield f"--- {_quoted('a/', old) if file.old else '/dev/null'}\n"
    yield f"+++ {_quoted('b/', new) if file.new else '/dev/null'}\n"
    yield from _hunks(alignment, blocks)


def _hunks(alignment: Alignment, blocks: list[Block]) -> Iterator[str]:
    """The changes, each with the lines around it; those whose surroundings meet stand in one hunk."""
    changes = list(_changes(blocks, _count(alignment.left), _count(alignment.right)))
    start = 0
    for place in range(1, len(changes) + 1):
        if place == len(changes) or changes[place][0] - changes[place - 1][1] > 2 * CONTEXT:
            yield from _hunk(alignment, changes[start:place])
            start = place


_Change = tuple[int, int, int, int]


def _changes(blocks: list[Block], height: int, width: int) -> Iterator[_Change]:
    """What lies between blocks, as (left, left end, right, right end)."""
    i = j = 0
    for left, right, length in (*blocks, Block(height, width, 0)):
        if i < left or j < right:
            yield i, left, j, right
        i, j = left + length, right + length


def _hunk(alignment: Alignment, changes: list[_Change]) -> Iterator[str]:
    head = min(CONTEXT, changes[0][0])
    tail = min(CONTEXT, _count(alignment.left) - changes[-1][1])
    i, j = changes[0][0] - head, changes[0][2] - head
    left = _range(i, changes[-1][1] + tail - i)
    yield f"@@ -{left} +{_range(j, changes[-1][3] + tail - j)} @@\n"
    for start, end, other, other_end in changes:
        yield from _lines(" ", alignment.left, i, start)
        yield from _lines("-", alignment.left, start, end)
        yield from _lines("+", alignment.right, other, other_end)
        i = end
    yield from _lines(" ", alignment.left, i, i + tail)


def _range(start: int, length: int) -> str:
    """From 1; an empty range names the line before it."""
    return f"{start + 1 if length else start},{length}"


def _lines(sign: str, lines: list[str], start: int, end: int) -> Iterator[str]:
    for place in range(start, end):
        yield f"{sign}{lines[place]}\n"
        if place == len(lines) - 1:
            yield _NO_NEWLINE


def _blocks(alignment: Alignment) -> Iterator[Block]:
    """Shared lines as a patch counts them: with their ends. A last line without one equals none that has it."""
    left, right = alignment.left, alignment.right
    for i, j, length in alignment.blocks:
        # Only the last elements of the two lists are lines without an end, or no lines at all.
        last = (i + length == len(left)) + (j + length == len(right))
        is_line = last == 2 and left[-1] != ""
        kept = length if is_line or not last else length - 1
        if kept:
            yield Block(i, j, kept)


def _count(lines: list[str]) -> int:
    """How many there are: behind the last line feed there is none."""
    return len(lines) - 1 if lines and not lines[-1] else len(lines)


def _git_hash(text: str) -> str:
    content = text.encode("latin-1")
    return sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _quoted(prefix: str, path: str) -> str:
    name = prefix + path
    if _PLAIN_NAME.fullmatch(name):
        return name
    written = []
    for byte in name.encode(errors="surrogateescape"):
        if byte in _ESCAPES:
            written.append("\\" + _ESCAPES[byte])
        elif 32 <= byte < 127:
            written.append(chr(byte))
        else:
            written.append(f"\\{byte:03o}")
    return f'"{"".join(written)}"'
