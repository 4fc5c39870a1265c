"""What changed in an item, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

from deployments.comparison.entries import EntryRows
from deployments.comparison.row import Change
from deployments.comparison.values import readable
from deployments.resources.kinds import KINDS
from deployments.resources.kinds.prefixes import PREFIXES
from deployments.resources.references import ATTRIBUTE_OLDER, VARIABLE_SHORT, references_in

if TYPE_CHECKING:
    from deployments.comparison.model import FieldChange, Part

# More than these are counted instead of named.
MOST_NAMED = 3
# Longer values are not quoted.
LONGEST_QUOTED = 40


def summary_of(parts: Sequence[Part], holder: str) -> str:
    """One line such as `2 steps added, prompt changed`; nothing for what is simply added or removed.

    `holder` is the kind of the item: its own fields are named, its parts are counted.
    """
    own = [part for part in parts if part.kind == holder]
    inner = [part for part in parts if part.kind != holder]
    if own and own[0].change in ("added", "removed"):
        return ", ".join(_counted(inner))
    phrases = [phrase for part in own for phrase in _of_fields(part)]
    if len(inner) == 1 and inner[0].change == "changed":
        phrases.append(f"{inner[0].label.lower()} {inner[0].name}: {', '.join(_of_fields(inner[0]))}")
    else:
        phrases.extend(_counted(inner))
    phrases.extend(_of_references(parts))
    return _listed(phrases)


def _of_fields(part: Part) -> list[str]:
    return [_of_field(field) for field in part.fields if field.change != "same"]


def _of_field(field: FieldChange) -> str:
    label = field.label[:1].lower() + field.label[1:]
    if isinstance(field.source, EntryRows) and field.change in ("changed", "moved"):
        counts = field.source.changes
        return f"{label}: {', '.join(f'{counts[change]} {change}' for change in _CHANGES if counts[change])}"
    left, right = readable(field.left), readable(field.right)
    is_short = not field.has_rows and max(len(left), len(right)) <= LONGEST_QUOTED
    if field.change == "changed" and is_short and left and right:
        return f"{label} from {left} to {right}"
    return f"{label} {field.change}"


def _of_references(parts: Sequence[Part]) -> list[str]:
    """What the changed texts refer to anew, and no more. Of parts that are new or gone nobody asks that."""
    fields = [field for part in parts if part.change in ("changed", "moved") for field in part.fields]
    texts = [field for field in fields if field.type == "prose" and field.change != "same"]
    before, after = (_references(text for field in texts if isinstance(text := side(field), str)) for side in _SIDES)
    return [*_referred(after - before, "added"), *_referred(before - after, "removed")]


def _references(texts: Iterable[str]) -> Counter[tuple[str, str]]:
    """How often each thing is referred to: its kind and its name."""
    return Counter(
        (_KIND_OF.get(reference.prefix) or PREFIXES[reference.prefix], reference.name)
        for text in texts
        for reference in references_in(text)
    )


def _referred(references: Counter[tuple[str, str]], change: str) -> list[str]:
    kinds: Counter[str] = Counter()
    for (kind, _), count in references.items():
        kinds[kind] += count
    return [
        f"{count} {KINDS[kind].label.lower()} reference{'s' if count > 1 else ''} {change}"
        for kind, count in kinds.items()
    ]


# The forms without a prefix of their own.
_KIND_OF = {VARIABLE_SHORT: "variable", ATTRIBUTE_OLDER: "variant_attribute"}
_SIDES = (attrgetter("left"), attrgetter("right"))
_CHANGES: tuple[Change, ...] = ("added", "removed", "changed", "moved")


def _counted(parts: Sequence[Part]) -> list[str]:
    counts = Counter((part.label.lower(), part.change) for part in parts)
    return [f"{count} {label}{'s' if count > 1 else ''} {change}" for (label, change), count in counts.items()]


def _listed(phrases: list[str]) -> str:
    named = phrases if len(phrases) <= MOST_NAMED + 1 else phrases[:MOST_NAMED]
    more = len(phrases) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")
