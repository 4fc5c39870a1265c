"""A list of very many, a page at a time: each page says after which row it goes on, so that none costs more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection, transaction

from deployments.models import Conversation
from deployments.models.conversation import ConversationQuerySet
from deployments.views.paging import COUNTED

# A filter that no index helps may have to read a million rows: then the page says so instead of waiting for it.
PATIENCE = timedelta(seconds=5)
# How an address asks for the oldest first.
OLDEST = "oldest"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TooSlow(Exception):
    """The database was stopped: it would have read too much."""


@dataclass(frozen=True)
class Page:
    """Some conversations, newest first. `newer` and `older` name the row that the next page begins beyond."""

    rows: list[Conversation] = field(default_factory=list)
    newer: str = ""
    older: str = ""
    total: int = 0
    more_than: bool = False
    too_slow: bool = False


def paged(asked: Mapping[str, str], query: ConversationQuerySet, size: int) -> Page:
    """The page that the address asks for; what it does not say rightly is the first."""
    try:
        with patience():
            rows, newer, older = _rows(asked, query, size)
            counted = query.order_by().values("pk")[: COUNTED + 1].count()
    except TooSlow:
        return Page(too_slow=True)
    top, last = (-1, 0) if is_oldest_first(asked) else (0, -1)
    return Page(
        rows=rows,
        newer=place_of(rows[top]) if rows and newer else "",
        older=place_of(rows[last]) if rows and older else "",
        total=min(counted, COUNTED),
        more_than=counted > COUNTED,
    )


@contextmanager
def patience() -> Iterator[None]:
    """Raises `TooSlow` for a question that takes the database longer."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                limit = f"{int(PATIENCE.total_seconds() * 1000)}"
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [limit])
            yield
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == "57014":
            raise TooSlow from error
        raise


def place_of(row: Conversation) -> str:
    """Where it stands in the list, as an address says it."""
    return f"{(row.began_at - _EPOCH) // timedelta(microseconds=1)}-{row.pk}"


def is_oldest_first(asked: Mapping[str, str]) -> bool:
    return asked.get("order") == OLDEST


def _rows(asked: Mapping[str, str], query: ConversationQuerySet, size: int) -> tuple[list[Conversation], bool, bool]:
    """The rows, and whether there are newer and older ones."""
    ordered = query.with_details()
    on, back, begin = ordered.before, ordered.after, ordered.newest_first()
    places = _place(asked.get("older", "")), _place(asked.get("newer", ""))
    turned = is_oldest_first(asked)
    if turned:
        on, back, begin, places = back, on, ordered.oldest_first(), places[::-1]
    further, before = places
    found: list[Conversation] = []
    if before:
        found = list((back(*before).newest_first() if turned else back(*before).oldest_first())[: size + 1])
        if len(found) > size:
            return found[size - 1 :: -1], True, True
    elif further:
        found = list((on(*further).oldest_first() if turned else on(*further).newest_first())[: size + 1])
    behind, ahead = bool(found) and not before, False
    if not behind:
        found = list(begin[: size + 1])
    ahead = len(found) > size
    return found[:size], ahead if turned else behind, behind if turned else ahead


def _place(text: str) -> tuple[datetime, UUID] | None:
    micros, _, key = text.partition("-")
    try:
        return _EPOCH + timedelta(microseconds=int(micros)), UUID(key)
    except (ValueError, OverflowError):
        return None
