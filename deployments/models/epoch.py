"""Whether the database still knows everything that this process remembers of it.

A process remembers what ids stand for. A crash of the database may take back ids that were given out and not yet
committed, and a restored backup gives them out anew: what is remembered under them is then another thing's. Both leave
this table empty, which is not logged and not backed up, so every new connection looks whether its one row is the same.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from django.db import DatabaseError, models
from django.db.backends.base.base import BaseDatabaseWrapper

from deployments.keeping import forget_everything

_LOOK: Final = "SELECT name FROM deployments_epoch"
_BEGIN: Final = "INSERT INTO deployments_epoch (id, name) VALUES (1, gen_random_uuid()) ON CONFLICT DO NOTHING"


class Epoch(models.Model):
    """Since when the database has lost nothing."""

    name = models.UUIDField()

    def __str__(self) -> str:
        return str(self.name)


_known: UUID | None = None


def forget_what_was_lost(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """At each new connection: forget what is remembered, unless the epoch is the one it is remembered from."""
    global _known
    found = None
    with suppress(DatabaseError), connection.cursor() as cursor:  # without tables yet, nothing is remembered of them
        cursor.execute(_LOOK)
        if (row := cursor.fetchone()) is None:
            cursor.execute(_BEGIN)
            cursor.execute(_LOOK)
            row = cursor.fetchone()
        found = row[0] if row else None
    if found is None or found != _known:
        forget_everything()
        _known = found
