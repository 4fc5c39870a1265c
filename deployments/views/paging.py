"""Long lists, a page at a time. Totals are exact up to a thousand; beyond, counting would cost more than it tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db.models import IntegerField, Model, QuerySet
from django.db.models.expressions import RawSQL

from deployments.forms.numerals import whole
from deployments.views.http import Request

COUNTED = 1000
Row = TypeVar("Row")
Held = TypeVar("Held", bound=Model)


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """One page of a list: rows `first` to `last` of `total`, or of more than `total`."""

    rows: list[Row]
    number: int
    first: int
    last: int
    total: int
    more_than: bool
    newer: int | None
    older: int | None


def sliced(request: Request, query: QuerySet[Held, Any], size: int) -> Slice[Held]:
    """The page of `query` that the address asks for; one that does not exist is the first."""
    number = _asked(request)
    start = (number - 1) * size
    query = _with_count(query)
    found = list(query[start : start + size + 1])
    if not found and number > 1:
        number, start = 1, 0
        found = list(query[: size + 1])
    counted: int = found[0].counted if found else 0
    rows = found[:size]
    return Slice(
        rows=rows,
        number=number,
        first=start + 1 if rows else 0,
        last=start + len(rows),
        total=max(min(counted, COUNTED), start + len(rows) if counted <= COUNTED else 0),
        more_than=counted > COUNTED,
        newer=number - 1 if number > 1 else None,
        older=number + 1 if len(found) > size else None,
    )


def _with_count(query: QuerySet[Held, Any]) -> QuerySet[Held, Any]:
    """Each row says how many there are, or that they are more than are counted: found out once for all of them."""
    try:
        counted, values = query.order_by().values("pk")[: COUNTED + 1].query.sql_with_params()
    except EmptyResultSet:
        return query  # Django knows without asking that there are none
    return query.annotate(counted=RawSQL(f"SELECT count(*) FROM ({counted}) AS counted", values, IntegerField()))  # type: ignore[return-value]


def cut(request: Request, rows: Sequence[Row], size: int) -> Slice[Row]:
    """The same of a list that is there as a whole."""
    number = _asked(request)
    if (number - 1) * size >= len(rows):
        number = 1
    start = (number - 1) * size
    here = list(rows[start : start + size])
    return Slice(
        rows=here,
        number=number,
        first=start + 1 if here else 0,
        last=start + len(here),
        total=len(rows),
        more_than=False,
        newer=number - 1 if number > 1 else None,
        older=number + 1 if start + size < len(rows) else None,
    )


def _asked(request: Request) -> int:
    return whole(request.GET.get("page", "")) or 1
