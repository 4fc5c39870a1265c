"""Whether words are found in a changed resource: in its names and files, or in what changed of its text."""

from __future__ import annotations

from collections.abc import Iterator

from deployments.comparison.model import FieldChange, Item, Part
from deployments.comparison.row import Pieces
from deployments.comparison.values import readable


def spoken_of(item: Item, words: str) -> int:
    """How many of what it counts as have these words, in whatever case, in a name, a path or a changed line."""
    sought = words.casefold()
    if any(sought in name.casefold() for name in (item.title, item.group, item.label)):
        return item.count
    speak = (_part_speaks(part, sought) for part in item.parts)
    return sum(speak) if item.is_variables else int(any(speak))


def _part_speaks(part: Part, sought: str) -> bool:
    names = (part.name, part.previous_name, part.path, part.previous_path)
    if any(name and sought in name.casefold() for name in names):
        return True
    return any(_field_speaks(field, sought) for field in part.fields)


def _field_speaks(field: FieldChange, sought: str) -> bool:
    if field.change == "same":
        return False
    if not field.has_rows:
        return any(sought in "".join(text for _, text in side).casefold() for side in _pieces(field))
    # Rows are dear to make, so only of a text that holds the words at all.
    if not any(sought in readable(side).casefold() for side in (field.left, field.right)):
        return False
    sides = (side for row in field.all_rows if row.change != "same" for side in (row.left, row.right))
    return any(sought in side.plain.casefold() for side in sides if side is not None)


def _pieces(field: FieldChange) -> Iterator[Pieces]:
    yield field.left_pieces
    yield field.right_pieces
