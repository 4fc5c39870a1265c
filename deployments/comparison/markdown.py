"""A comparison as Markdown for a pull request or a chat: counts, a line an item, changes as far as there is room."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deployments.comparison.model import Comparison, FieldChange, Item, Part
from deployments.comparison.row import Row
from deployments.comparison.values import readable

# What chats and pull requests take in one message.
MOST = 60_000
# Lines of one field, and characters of one line.
MOST_LINES = 60
LONGEST_LINE = 400

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&@-])")
_CHANGES = ("added", "removed", "changed", "moved")
_LEFT_OUT = "\n_The rest is left out: it does not fit into one message._\n"


def markdown(comparison: Comparison, left: str, right: str, most: int = MOST) -> str:
    """`left` and `right` say what the sides are. At most `most` characters: what is left out is said to be."""
    head = f"## {_text(left)} → {_text(right)}\n\n{_counted(comparison)}\n"
    if comparison.formatting:
        files = len(comparison.formatting)
        head += f"\nFormatting alone differs in {files} {'file' if files == 1 else 'files'}.\n"
    written = [head]
    room = most - len(head) - len(_LEFT_OUT)
    for block in _blocks(comparison):
        if len(block) > room:
            written.append(_LEFT_OUT)
            break
        written.append(block)
        room -= len(block)
    return "".join(written)


def _counted(comparison: Comparison) -> str:
    counts = comparison.counts
    said = [f"{getattr(counts, change)} {change}" for change in _CHANGES if getattr(counts, change)]
    return ", ".join(said) if said else "No differences in meaning."


def _blocks(comparison: Comparison) -> Iterator[str]:
    """The list of everything first, so that it is whole when the changes do not fit."""
    for group, items in comparison.groups:
        yield f"\n**{_text(group)}**\n\n"
        for item in items:
            yield f"- {_line(item)}\n"
    for item in comparison.items:
        details = [block for part in item.parts for block in _details(item, part)]
        if details:
            yield f"\n### {_text(item.label)}: {_text(item.title)}\n"
            yield from details


def _line(item: Item) -> str:
    lines = item.lines
    tally = f" (+{lines.added} −{lines.removed})" if lines.added or lines.removed else ""
    summary = f": {_text(item.summary)}" if item.summary else ""
    return f"{_text(item.title)}, {item.change}{summary}{tally}"


def _details(item: Item, part: Part) -> Iterator[str]:
    title = f"\n{_text(part.label)} {_text(part.name)}, {part.change}\n" if len(item.parts) > 1 else ""
    for field in part.fields:
        if field.change == "same":
            continue
        if title:
            yield title
            title = ""
        if field.limited and not field.has_rows:
            yield f"\n{_text(field.label)}: {_text(field.limited)}\n"
        elif field.has_rows:
            yield f"\n{_text(field.label)}\n\n{_fenced(field)}"
        else:
            yield f"\n{_text(field.label)}: {_short(field)}\n"


def _short(field: FieldChange) -> str:
    left, right = (_text(readable(value)) for value in (field.left, field.right))
    return " → ".join(text or "_nothing_" for text in (left, right))


def _fenced(field: FieldChange) -> str:
    lines: list[str] = []
    for row in field.rows:
        if len(lines) >= MOST_LINES:
            lines.append("… more lines are left out")
            break
        lines.extend(_signed(row))
    # Longer than any run inside: no content can end it.
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}diff\n" + "".join(f"{line}\n" for line in lines) + f"{fence}\n"


def _signed(row: Row) -> Iterator[str]:
    if row.change == "gap":
        yield f"@@ {row.skipped} unchanged @@"
    elif row.change in ("same", "moved") and row.right:
        sign = " " if row.change == "same" else "!"
        yield from (sign + _cut(line) for line in row.right.plain.split("\n"))
    else:
        for side, sign in ((row.left, "-"), (row.right, "+")):
            if side:
                yield from (sign + _cut(line) for line in side.plain.split("\n"))


def _cut(line: str) -> str:
    # A lone carriage return ends a line in Markdown, and with it the sign before it.
    line = line.replace("\r", "␍")
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"


def _text(text: str) -> str:
    """As plain text in one line, whatever stands in it."""
    return _SPECIAL.sub(r"\\\1", _cut(" ".join(text.split())))
