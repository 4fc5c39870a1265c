"""What stands in the fields of a form, as text: from a resource's values, or from what somebody sent.

Raw is text for a single value, a list for rows, a map for a section. A value whose shape is not the declared one is
edited as JSON, so that nothing is out of reach of a form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias

from deployments.forms.numerals import whole
from deployments.resources import Field, Value

Raw: TypeAlias = "str | list[Raw] | dict[str, Raw]"

ON = "on"
# Beside the fields of a row: which row of the resource it was. Beside a field: that it is edited as JSON.
WAS, AS_JSON = "@was", "@json"
# The key and the value of an entry whose key people choose.
KEY, ENTRY = "@key", "@value"
SINGLE = frozenset({"text", "prose", "code", "choice", "ref"})
NUMBERS = frozenset({"whole", "number"})


def text_of(value: str) -> str:
    """With the line ends of a form: one character, however a browser or a file spells it."""
    return value.replace("\r\n", "\n").replace("\r", "\n")


def fits(field: Field, value: Value) -> bool:
    """Whether a value has the shape that the field's controls can hold."""
    if value is None:
        return True
    if field.type in SINGLE or field.type in NUMBERS:
        return isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool))
    if field.type == "flag":
        return isinstance(value, bool)
    if field.type == "list":
        return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
    if field.type == "table":
        return isinstance(value, list) and all(isinstance(row, dict) for row in value) and bool(field.columns)
    if field.type == "map":
        return isinstance(value, dict) and field.values is not None
    return field.type == "section" and isinstance(value, dict) and bool(field.fields)


def raw_of(field: Field, value: Value) -> Raw:
    """The text of a value's controls."""
    if field.type == "json" or not fits(field, value):
        written = "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)
        return written if field.type == "json" else {AS_JSON: written}
    if field.type == "flag":
        return ON if value else ""
    if field.type == "list":
        return [text_of(str(entry)) for entry in value] if isinstance(value, list) else []
    if field.type == "table":
        rows = value if isinstance(value, list) else []
        return [
            _map_of(field.columns, row) | {WAS: str(place)} for place, row in enumerate(rows) if isinstance(row, dict)
        ]
    if field.type == "map":
        entries = value if isinstance(value, dict) else {}
        assert field.values is not None
        return [{KEY: text_of(key), ENTRY: raw_of(field.values, entry)} for key, entry in entries.items()]
    if field.type == "section":
        return _map_of(field.fields, value if isinstance(value, dict) else {})
    return "" if value is None else text_of(str(value))


def _map_of(fields: tuple[Field, ...], values: Mapping[str, Value]) -> dict[str, Raw]:
    return {field.name: raw_of(field, values.get(field.name)) for field in fields}


def raw_from(field: Field, name: str, sent: Mapping[str, str]) -> Raw:
    """What was sent for a field and for all that is inside it. `name` is its address: `conditions.2.child_step`."""
    if f"{name}.{AS_JSON}" in sent:
        return {AS_JSON: text_of(sent[f"{name}.{AS_JSON}"])}
    if field.type == "list":
        return [text_of(sent[f"{name}.{place}"]) for place in _places(name, sent)]
    if field.type == "table":
        return [
            {column.name: raw_from(column, f"{name}.{place}.{column.name}", sent) for column in field.columns}
            | ({WAS: sent[f"{name}.{place}.{WAS}"]} if f"{name}.{place}.{WAS}" in sent else {})
            for place in _places(name, sent)
        ]
    if field.type == "map":
        assert field.values is not None
        return [
            {
                KEY: text_of(sent.get(f"{name}.{place}.{KEY}", "")),
                ENTRY: raw_from(field.values, f"{name}.{place}.{ENTRY}", sent),
            }
            for place in _places(name, sent)
        ]
    if field.type == "section":
        return {inner.name: raw_from(inner, f"{name}.{inner.name}", sent) for inner in field.fields}
    return text_of(sent.get(name, ""))


def _places(name: str, sent: Mapping[str, str]) -> list[int]:
    """The rows that were sent, in order; they are counted from 1."""
    start = f"{name}."
    found = {rest.partition(".")[0] for key in sent if key.startswith(start) for rest in [key[len(start) :]]}
    return sorted(number for place in found if (number := number_of(place)) is not None)


def number_of(place: str) -> int | None:
    """The number of a row, of no more digits than a form has rows."""
    return whole(place, digits=5)


def empty_row(field: Field) -> Raw:
    """A new row of a list, a table or a map."""
    if field.type == "list":
        return ""
    if field.type == "map":
        assert field.values is not None
        return {KEY: "", ENTRY: raw_of(field.values, None)}
    return _map_of(field.columns, {})
