"""The fields of a resource on both sides: which differ, and how each is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping

from deployments.comparison.entries import Entry, EntryRows
from deployments.comparison.lines import MOST_BYTES, MOST_LINES, Texts
from deployments.comparison.model import FieldChange, FieldState, Item
from deployments.comparison.order import settled_value
from deployments.comparison.pairing import Pair
from deployments.comparison.row import RowSource
from deployments.comparison.rows import SameRows, TextRows
from deployments.comparison.values import equal, exact, readable, readable_pair
from deployments.comparison.words import mark, whole
from deployments.resources.kinds import Field
from deployments.resources.resource import Value

# Keys a kind does not declare have a field each, unless there are more: then they are one, compared by line.
MOST_UNKNOWN = 100
_TOGETHER = "keys that are not known here"
_LONG = ("prose", "code", "json")
_SHAPES = {"list": list, "table": list, "map": dict, "section": dict}


def fields_of(pair: Pair) -> tuple[FieldChange, ...]:
    """The fields of a resource. Which lines of its long texts differ is found out when it is asked, for all of them."""
    return tuple(_fields(pair, Texts()))


def _fields(pair: Pair, texts: Texts) -> Iterator[FieldChange]:
    kind = pair.one.kind
    left = pair.left.shown if pair.left else {}
    right = pair.right.shown if pair.right else {}
    unknown = {**left, **right}.keys() - kind.by_name.keys()
    if len(unknown) > MOST_UNKNOWN:
        left, right = (_with_unknown_together(side, unknown) for side in (left, right))
    for name in _in_order(kind.by_name, left, right):
        # The title says the name; as a field it is news only where it changed and nothing else says so.
        is_title = name == "name" and len(kind.fields) > 1
        if is_title and (pair.is_moved or not (pair.left and pair.right) or equal(left.get(name), right.get(name))):
            continue
        yield _field(kind.by_name.get(name) or Field(name, name, "json"), left.get(name), right.get(name), texts)


def _with_unknown_together(values: Mapping[str, Value], unknown: Collection[str]) -> Mapping[str, Value]:
    known = {name: value for name, value in values.items() if name not in unknown}
    rest = {name: value for name, value in values.items() if name in unknown}
    return known | {_TOGETHER: rest} if rest else known


def together(item: Item) -> FieldChange:
    """The variables of an item that stands for several as one list, each with the other functions that use it."""
    entries: list[Entry] = []
    brought_by = ""
    for part in item.parts:
        files: list[Value] = [*part.used_in]
        brought_by = next(iter(part.used_in), "")
        cells: dict[str, Value] = {"": part.name}
        if len(files) > 1:
            cells["also used in"] = files[1:]
        entries.append(Entry(part.name, cells))
    is_new = item.change == "added"
    rows = EntryRows(() if is_new else entries, entries if is_new else (), ordered=False)
    label = f"Used in {brought_by}"
    return FieldChange("variables", label, "list", item.change, None, None, source=rows)


def _in_order(declared: Mapping[str, Field], left: Mapping[str, Value], right: Mapping[str, Value]) -> list[str]:
    names = [name for name in declared if name in left or name in right]
    return [*names, *(name for name in {**left, **right} if name not in declared)]


def _field(field: Field, before: Value, after: Value, texts: Texts) -> FieldChange:
    present = [value for value in (before, after) if value is not None]
    if (
        field.type not in _LONG
        and all(isinstance(value, _SHAPES.get(field.type, ())) for value in present)
        and any(present)
    ):
        return _of_entries(field, before, after)
    if field.type == "json" and all(isinstance(value, str) for value in present):
        return _long(field, "prose", before, after, texts)
    if field.type == "json" or any(isinstance(value, list | dict) and value for value in present):
        left, right = (None if value is None else exact(value) for value in (before, after))
        return _long(field, "json", left, right, texts)
    if field.type in _LONG or any(isinstance(value, str) and "\n" in value for value in present):
        return _long(field, field.type if field.type in _LONG else "prose", before, after, texts)
    return _short(field, before, after)


def _state(before: Value, after: Value) -> FieldState:
    if before is None:
        return "added"
    if after is None:
        return "removed"
    return "same" if equal(before, after) else "changed"


def _short(field: Field, before: Value, after: Value) -> FieldChange:
    change = _state(before, after)
    is_on_both = before is not None and after is not None
    text, other_text = readable_pair(before, after) if is_on_both else (readable(before), readable(after))
    if change == "same":
        pieces, other_pieces = whole(text, "same"), whole(other_text, "same")
    elif change == "changed" and isinstance(before, str) and isinstance(after, str):
        pieces, other_pieces = mark(text, other_text)
    else:
        pieces, other_pieces = whole(text, "removed"), whole(other_text, "added")
    return FieldChange(
        field.name,
        field.label,
        field.type,
        change,
        before,
        after,
        left_pieces=pieces,
        right_pieces=other_pieces,
    )


def _long(field: Field, shown_as: str, before: Value, after: Value, texts: Texts) -> FieldChange:
    change = _state(before, after)
    left, right = readable(before), readable(after)
    too_large = None
    source: RowSource | None = None
    if change == "same":
        source = SameRows(left)
    elif _is_too_large(left) or _is_too_large(right):
        sizes = f"left {_size(before, left)}, right {_size(after, right)}"
        too_large = f"This text is too large to compare by line ({sizes}). Download both versions to compare it."
    else:
        source = TextRows(texts, texts.add(left, right))
    return FieldChange(field.name, field.label, shown_as, change, before, after, source=source, too_large=too_large)


def _is_too_large(text: str) -> bool:
    # Counting characters is free, counting lines and bytes is not: few texts need it.
    if len(text) < min(MOST_LINES, MOST_BYTES // 4):
        return False
    return text.count("\n") >= MOST_LINES or len(text.encode(errors="replace")) > MOST_BYTES


def _size(value: Value, text: str) -> str:
    if value is None:
        return "nothing"
    content = text.encode(errors="replace")
    lines = text.count("\n") + 1
    return f"{lines:,} lines, {len(content):,} bytes, {hashlib.sha256(content).hexdigest()[:9]}"


def _of_entries(field: Field, before: Value, after: Value) -> FieldChange:
    rows = EntryRows(tuple(_entries(field, before)), tuple(_entries(field, after)), field.ordered)
    change = _state(before, after)
    if change == "changed":
        changes = rows.changes.keys() - {"same"}
        # A new order alone is no change where order means nothing.
        change = "changed" if changes - {"moved"} else "moved" if changes else "same"
    return FieldChange(field.name, field.label, field.type, change, before, after, source=rows, compared=field.compared)


def _entries(field: Field, value: Value) -> Iterator[Entry]:
    if isinstance(value, dict):
        labels = {inner.name: inner for inner in field.fields}
        for name, inner in value.items():
            declared = labels.get(name) if field.type == "section" else field.values
            label = declared.label if declared and field.type == "section" else name
            yield Entry(name, {label: settled_value(inner, declared)})
    elif isinstance(value, list):
        for entry in value:
            yield _row_entry(field, entry) if isinstance(entry, dict) else Entry(None, {"": entry})


def _row_entry(field: Field, entry: Mapping[str, Value]) -> Entry:
    columns = {column.name: column for column in field.columns}
    names = [name for name in columns if name in entry]
    cells = {}
    for name in [*names, *(name for name in entry if name not in columns)]:
        column = columns.get(name)
        # What the row is matched by stands alone at its head.
        label = "" if name == field.key else column.label if column else name
        cells[label] = settled_value(entry[name], column)
    key = entry.get(field.key) if field.key else None
    return Entry(key if isinstance(key, str) else None, cells)
