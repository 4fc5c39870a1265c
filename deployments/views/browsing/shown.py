"""The fields of a resource as people see them: each with its label, in a shape that a template can write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass
from itertools import islice

from django.utils.safestring import SafeString

from deployments.resources import KINDS, Field, Resource, Value
from deployments.views.comparing import pieces, rows

# Entries of one list, rows of one table, keys of one map; whoever wants thousands downloads the file.
MOST = 500
# Columns of a table. Rows that have each their own would make of 30 kB a page of 60 MB: they are a list.
WIDEST = 50


@dataclass(frozen=True)
class Shown:
    """One field. `form` is how the template writes `value`: text, prose, code, flag, list, table, pairs, nothing."""

    label: str
    form: str
    value: object = None
    columns: tuple[str, ...] = ()


def shown(resource: Resource) -> list[Shown]:
    """The declared fields in their order, then keys that the kind does not declare, as they stand."""
    declared = KINDS[resource.kind].by_name
    first = islice(resource.fields.items(), MOST)
    return [*(_shown(declared.get(name), name, value) for name, value in first), *_more(resource.fields)]


def _more(every: Sized) -> Iterator[Shown]:
    if (more := len(every) - MOST) > 0:
        yield Shown("More", "text", f"{more:,} more are not shown here. Download the file to read them.")


def _shown(field: Field | None, name: str, value: Value) -> Shown:
    label = field.label if field else name
    kind = field.type if field else ""
    if value is None or value == "" or value == [] or value == {}:
        return Shown(label, "nothing")
    if isinstance(value, bool):
        return Shown(label, "flag", value)
    if kind == "code" and isinstance(value, str):
        return Shown(label, "code", rows.source(value, kind, label))
    if kind == "json" and isinstance(value, dict | list):
        return Shown(label, "code", rows.source(json.dumps(value, ensure_ascii=False, indent=2), "json", label))
    if isinstance(value, str):
        return Shown(label, "prose" if kind == "prose" or "\n" in value else "text", _safe(value))
    if isinstance(value, int | float):
        return Shown(label, "text", str(value))
    if isinstance(value, list):
        return _list(field, label, value)
    return Shown(label, "pairs", list(_pairs(field, value)))


def _list(field: Field | None, label: str, value: list[Value]) -> Shown:
    columns = _columns(field, value)
    if columns:
        first = islice(_maps(value), MOST)
        table = [[_shown(column, name, row.get(name)) for name, column in columns] for row in first]
        table += [[more] for more in _more(value)]
        return Shown(label, "table", table, tuple(column.label if column else name for name, column in columns))
    return Shown(label, "list", [*(_shown(None, "", entry) for entry in value[:MOST]), *_more(value)])


def _columns(field: Field | None, value: list[Value]) -> list[tuple[str, Field | None]]:
    """The declared columns that any row fills, then any others; none when not every entry is a map, or for too many."""
    if not all(isinstance(row, dict) for row in value):
        return []
    used = {name: None for row in _maps(value) for name in row}
    if len(used) > WIDEST:
        return []
    declared = {column.name: column for column in field.columns} if field else {}
    names = [*(name for name in declared if name in used), *(name for name in used if name not in declared)]
    return [(name, declared.get(name)) for name in names]


def _maps(value: Iterable[Value]) -> Iterator[Mapping[str, Value]]:
    return (row for row in value if isinstance(row, dict))


def _pairs(field: Field | None, value: Mapping[str, Value]) -> Iterator[Shown]:
    inner = {each.name: each for each in field.fields} if field else {}
    for name, each in islice(value.items(), MOST):
        yield _shown(inner.get(name) or (_named(field.values, name) if field and field.values else None), name, each)
    yield from _more(value)


def _named(field: Field, name: str) -> Field:
    """What every value of a map is, under the key it has here."""
    return Field(name, name, field.type, columns=field.columns, fields=field.fields, values=field.values)


def _safe(text: str) -> SafeString:
    return pieces.shown(text)
