"""A comparison written out: one entry a resource that differs, its lines when asked for, and who changed it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict  # pydantic describes no other before Python 3.12

from deployments.api.shapes import iso
from deployments.comparison import Change, FieldChange, Item, Part, Pieces, Row, Side
from deployments.models import Agent
from deployments.models.touch import MOST_NAMED, Touched
from deployments.pipeline import summary_between
from deployments.sides.attribution import Attribution, attribution
from deployments.sides.side import Side as Standing

# What one answer holds of lines. Further ones are asked for a file at a time.
MOST_ROWS = 50_000
MOST_CHARACTERS = 20_000_000
NOT_NAMED = f"The newest {MOST_NAMED} versions that touched this are named; there are more."
CUT = f"An answer holds at most {MOST_ROWS:,} rows and {MOST_CHARACTERS:,} characters of them: "
NOT_HERE = CUT + "ask for this file alone with ?file=."
NOT_ALL = CUT + "download both versions to see the rest."


class SideText(TypedDict):
    number: int
    text: list[list[str]]


class RowAnswered(TypedDict):
    change: Literal["same", "changed", "added", "removed", "moved", "gap"]
    left: SideText | None
    right: SideText | None
    skipped: NotRequired[int]


class FieldAnswered(TypedDict):
    name: str
    label: str
    type: str
    change: Literal["same", "added", "removed", "changed", "moved"]
    rows: list[RowAnswered]
    limited: NotRequired[str]


class LinesAnswered(TypedDict):
    added: int
    removed: int


class ChangedBy(TypedDict):
    version: str
    by: str
    at: str
    message: str


class ResourceAnswered(TypedDict):
    kind: str
    group: str
    item: str
    name: str
    previous_name: str | None
    file: str | None
    previous_file: str | None
    change: Change
    lines: LinesAnswered | None
    changes: list[ChangedBy]
    fields: NotRequired[list[FieldAnswered]]
    limited: NotRequired[str]


class SideAnswered(TypedDict):
    ref: str
    version: str | None
    environment: str | None


class CountsAnswered(TypedDict):
    added: int
    removed: int
    changed: int
    moved: int


class Answered(TypedDict):
    """`formatting` names the files whose bytes differ while nothing in their meaning does."""

    left: SideAnswered
    right: SideAnswered
    counts: CountsAnswered
    resources: list[ResourceAnswered]
    formatting: list[str]


def answered(agent: Agent, left: Standing, right: Standing, *, with_lines: bool, file: str | None) -> Answered:
    """`counts` are of the whole comparison, whatever file is asked for."""
    compared = summary_between(agent, left.files, right.files, (left.version, right.version))
    wanted = [(item, part) for item in compared.items for part in item.parts if _is_of(part, file)]
    who = attribution(agent, left, right)
    who.prepare(part for _, part in wanted)
    room = _Room(alone=file is not None) if with_lines else None
    counts = compared.counts
    return {
        "left": _side(left),
        "right": _side(right),
        "counts": {
            "added": counts.added,
            "removed": counts.removed,
            "changed": counts.changed,
            "moved": counts.moved,
        },
        "resources": [_resource(item, part, who, room) for item, part in wanted],
        "formatting": [path for path in compared.formatting if file in (None, path)],
    }


def _is_of(part: Part, file: str | None) -> bool:
    return file is None or file in _files(part)


def _files(part: Part) -> set[str]:
    """Where it stands, and where it stood. A variable is written by no file of its own."""
    return {path for path in (part.file, part.previous_file) if path is not None}


def _side(side: Standing) -> SideAnswered:
    return {
        "ref": side.ref,
        "version": side.version.hash if side.version else None,
        "environment": side.environment.slug if side.environment else None,
    }


def _resource(item: Item, part: Part, who: Attribution, room: _Room | None) -> ResourceAnswered:
    changes, are_more = _changes(who.of([part]))
    resource: ResourceAnswered = {
        "kind": part.kind,
        "group": item.group,
        "item": part.name if item.is_variables else item.name,
        "name": part.name,
        "previous_name": part.previous_name,
        "file": part.file,
        "previous_file": part.previous_file,
        "change": part.change,
        "lines": _lines(part),
        "changes": changes,
    }
    limits = [field.limited for field in part.fields if field.limited]
    if room is not None:
        resource["fields"] = [_field(field, room) for field in part.fields]
        limits += [field["limited"] for field in resource["fields"] if "limited" in field]
    if are_more:
        limits.append(NOT_NAMED)
    if limits:
        resource["limited"] = " ".join(dict.fromkeys(limits))
    return resource


def _lines(part: Part) -> LinesAnswered | None:
    """None for what only moved."""
    tally = part.lines
    if part.change == "moved" and not (tally.added or tally.removed):
        return None
    return {"added": tally.added, "removed": tally.removed}


def _changes(touched: Touched) -> tuple[list[ChangedBy], bool]:
    """The newest versions that changed it, wherever it stood; and whether there are more than are named."""
    changes: list[ChangedBy] = [
        {"version": one.hash, "by": one.author_email, "at": iso(one.published_at), "message": one.description}
        for one in touched.versions[:MOST_NAMED]
    ]
    return changes, touched.more > 0 or touched.count > MOST_NAMED


@dataclass
class _Room:
    """What is left of what one answer may hold."""

    alone: bool
    rows: int = MOST_ROWS
    characters: int = MOST_CHARACTERS

    def take(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            size = sum(len(text) for side in (row.left, row.right) if side for _, text in side.text)
            if self.rows < 1 or self.characters < size:
                self.rows = 0
                return
            self.rows -= 1
            self.characters -= size
            yield row


def _field(field: FieldChange, room: _Room) -> FieldAnswered:
    whole = field.rows if field.has_rows else _one_row(field)
    rows = [_row(row) for row in room.take(whole)]
    answer: FieldAnswered = {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "change": field.change,
        "rows": rows,
    }
    limits = [field.limited] if field.limited else []
    if len(rows) < len(whole):
        limits.append(NOT_ALL if room.alone else NOT_HERE)
    if limits:
        answer["limited"] = " ".join(limits)
    return answer


def _one_row(field: FieldChange) -> tuple[Row, ...]:
    """A short value is one line. What was too large to look into has no rows."""
    if field.limited:
        return ()
    left = Side(1, field.left_pieces) if field.left is not None else None
    right = Side(1, field.right_pieces) if field.right is not None else None
    return (Row(field.change, left, right),)


def _row(row: Row) -> RowAnswered:
    answer: RowAnswered = {"change": row.change, "left": _text(row.left), "right": _text(row.right)}
    if row.change == "gap":
        answer["skipped"] = row.skipped
    return answer


def _text(side: Side | None) -> SideText | None:
    return None if side is None else {"number": side.number, "text": _pieces(side.text)}


def _pieces(pieces: Pieces) -> list[Any]:
    return [[mark, text] for mark, text in pieces]
