"""Adding, taking out and moving rows of a form before it is saved: a button's value says which, `drop conditions.2`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deployments.forms.editing.typed import ENTRY, Raw, empty_row, number_of
from deployments.resources import Field

ACTS = ("add", "drop", "up", "down")
MOST = 2_000


def with_act(fields: Sequence[Field], raw: Mapping[str, Raw], act: str) -> dict[str, Raw]:
    """The same fields after this act. What names no row changes nothing."""
    verb, _, name = act.partition(" ")
    changed = dict(raw)
    parts = name.split(".")
    field = next((each for each in fields if each.name == parts[0]), None)
    if field is not None and verb in ACTS and parts[0] in changed:
        changed[parts[0]] = _within(field, changed[parts[0]], parts[1:], verb)
    return changed


def _within(field: Field, raw: Raw, path: list[str], verb: str) -> Raw:
    if isinstance(raw, list):
        if not path:
            return [*raw, empty_row(field)] if verb == "add" and len(raw) < MOST else raw
        place = (number_of(path[0]) or 0) - 1
        if not 0 <= place < len(raw):
            return raw
        if len(path) == 1:
            return _moved(raw, place, verb)
        return [*raw[:place], _inside(field, raw[place], path[1:], verb), *raw[place + 1 :]]
    return _inside(field, raw, path, verb)


def _inside(field: Field, raw: Raw, path: list[str], verb: str) -> Raw:
    """One level down: into a section, a row of a table, or the value of an entry."""
    if not isinstance(raw, dict) or not path or path[0] not in raw:
        return raw
    inner = field.values if path[0] == ENTRY else None
    inner = inner or next((each for each in (*field.fields, *field.columns) if each.name == path[0]), None)
    return raw | {path[0]: _within(inner, raw[path[0]], path[1:], verb)} if inner else raw


def _moved(rows: list[Raw], place: int, verb: str) -> list[Raw]:
    if verb == "drop":
        return rows[:place] + rows[place + 1 :]
    other = place + {"up": -1, "down": 1}.get(verb, 0)
    if not 0 <= other < len(rows):
        return rows
    changed = list(rows)
    changed[place], changed[other] = changed[other], changed[place]
    return changed
