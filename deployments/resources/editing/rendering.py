"""One value as text for the place it goes to, in the style of the writer."""

from __future__ import annotations

import json
from collections.abc import Mapping

from deployments.resources.resource import Value
from deployments.resources.yaml_writing import (
    WIDTH,
    double_quoted,
    fits_a_block,
    folded,
    is_plain,
    mapping_lines,
    one_line,
    sequence_lines,
    simple,
)

# Between braces and brackets these end a plain text.
_FLOW_MARKS = frozenset(",[]{}?:")


def scalar(value: Value, column: int, margin: int, parent: int) -> str:
    """A value that begins at `column`; its further lines are indented by `margin`, its parent by `parent`."""
    if not isinstance(value, str):
        return simple(value)
    # Empty lines that happen to follow in the file would become part of a text that keeps its last line breaks.
    if "\n" in value and fits_a_block(value) and not value.endswith("\n\n") and 0 < margin - parent < 10:
        first = value[0] in " \t\n"
        header = f"|{margin - parent if first else ''}{'' if value.endswith(chr(10)) else '-'}"
        lines = value.removesuffix("\n").split("\n")
        return "\n".join([header, *(" " * margin + line if line else "" for line in lines)])
    written = double_quoted(value) if "\n" in value else one_line(value)
    if column + len(written) <= WIDTH:
        return written
    opening = "x" * (column - 1) if column else ""
    return "\n".join(folded(opening, written, margin))[len(opening) + 1 :]


def block(value: Value, margin: int) -> list[str]:
    """The lines of a map or list that holds something."""
    if isinstance(value, dict):
        return list(mapping_lines(value, margin))
    assert isinstance(value, list)
    return list(sequence_lines(value, margin))


def behind_a_dash(value: Value, column: int) -> str:
    """A list entry with its dash, whatever it holds."""
    return "\n".join(sequence_lines([value], column))


def under_a_key(key: str, value: Value, column: int) -> str:
    """A key with its value, and the key with the indentation of its map."""
    return "\n".join(mapping_lines({key: value}, column))


def flow(value: Value) -> str:
    """On one line, for between braces and brackets."""
    if isinstance(value, str):
        return flow_text(value)
    if isinstance(value, dict) and value:
        return "{" + ", ".join(f"{flow_key(key)}: {flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list) and value:
        return "[" + ", ".join(map(flow, value)) + "]"
    return simple(value)


def flow_text(text: str) -> str:
    if is_plain(text) and not _FLOW_MARKS & set(text):
        return text
    written = one_line(text)
    return written if written[:1] in ("'", '"') else f"'{text}'" if "'" not in text else double_quoted(text)


def flow_key(key: str) -> str:
    return double_quoted(key) if "&" in key or "*" in key else flow_text(key)


def as_json(value: Value | Mapping[str, Value], margin: str, unit: str | None) -> str:
    """JSON whose further lines are indented by `margin`; without a unit all on one line."""
    if unit is None:
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False, indent=unit).replace("\n", "\n" + margin)


def is_collection(value: Value) -> bool:
    return isinstance(value, dict | list) and bool(value)
