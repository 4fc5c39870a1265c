"""Where in a form a finding is shown: beside the control of its field, or of the nearest thing that has one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from deployments.forms.editing.typed import AS_JSON, ENTRY, KEY, Raw, number_of
from deployments.resources import Field


@dataclass(frozen=True)
class Note:
    """`anchor` is what an address of the page ends with to lead here; empty where another note has it.

    `line`: of the text it stands beside.
    """

    text: str
    severity: str
    anchor: str = ""
    line: int | None = None


def anchor_of(field: str) -> str:
    return "problem-" + re.sub(r"\s", "_", field)


def address(fields: Sequence[Field], raw: Mapping[str, Raw], name: str) -> str:
    """The address of a control for `conditions.2.child_step`; a key stands for its row. Empty: the whole form."""
    first, _, rest = name.partition(".")
    field = next((each for each in fields if each.name == first), None)
    if field is None or first not in raw:
        return ""
    return first + _below(field, raw[first], rest)


def _below(field: Field, raw: Raw, rest: str) -> str:
    if not rest or isinstance(raw, str) or AS_JSON in raw:
        return ""
    if isinstance(raw, dict):
        inner = address(field.fields, raw, rest)
        return f".{inner}" if inner else ""
    if field.values is not None:
        return _entry(field.values, raw, rest)
    number, _, deeper = rest.partition(".")
    place = number_of(number) or 0
    row = raw[place - 1] if 0 < place <= len(raw) else None
    if isinstance(row, dict):
        inner = address(field.columns, row, deeper)
        return f".{number}.{inner}" if inner else ""
    return "" if row is None else f".{number}"


def _entry(values: Field, rows: Iterable[Raw], rest: str) -> str:
    found = [(number, row) for number, row in enumerate(rows, start=1) if isinstance(row, dict)]
    found = [(number, row) for number, row in found if f"{rest}.".startswith(f"{row[KEY]}.")]
    if not found:
        return ""
    number, row = max(found, key=lambda each: len(str(each[1][KEY])))
    return f".{number}.{ENTRY}" + _below(values, row[ENTRY], rest[len(str(row[KEY])) + 1 :])
