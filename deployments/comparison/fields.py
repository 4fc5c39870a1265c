"""The fields of a resource on both sides: which differ, and how each is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from deployments.comparison.entries import Entry, entry_rows
from deployments.comparison.lines import MOST_BYTES, MOST_LINES, Alignment, Block, align, split
from deployments.comparison.model import FieldChange, FieldState
from deployments.comparison.pairing import Pair
from deployments.comparison.row import NO_LINES, Row, Tally
from deployments.comparison.values import equal, exact, readable, readable_pair
from deployments.comparison.words import mark, whole
from deployments.resources import KINDS, Field, Resource, Value, normal

COARSE = "A part of this text changed too much to be matched line by line: it stands as removed and added."
LONG_TEXTS = ("prose", "code", "json")
ENTRIES = ("list", "table", "map", "section")


def compare_fields(pairs: Sequence[Pair]) -> list[tuple[FieldChange, ...]]:
    """The fields of each pair. All long texts of all pairs are aligned at once: see lines.py."""
    drafts = [list(_fields(pair)) for pair in pairs]
    waiting = [field for fields in drafts for field in fields if _awaits_lines(field)]
    aligned = iter(align([(_text(field.left, field.type), _text(field.right, field.type)) for field in waiting]))
    return [
        tuple(_with_lines(field, next(aligned)) if _awaits_lines(field) else field for field in fields)
        for fields in drafts
    ]


def _fields(pair: Pair) -> Iterator[FieldChange]:
    left, right = _values(pair.left), _values(pair.right)
    declared = {field.name: field for field in KINDS[pair.one.kind].fields}
    names = [name for name in declared if name in left or name in right]
    names.extend(name for name in (*left, *right) if name not in declared and name not in names)
    for name in dict.fromkeys(names):
        if name == "name" and equal(left.get(name), right.get(name)):
            continue
        yield _field(declared.get(name) or Field(name, name, "prose"), left, right)
