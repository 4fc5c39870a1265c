"""Rows of a table read by a statement of one's own, for what is asked at every turn of a conversation.

Django writes its statements anew each time, which takes longer than the database needs to answer these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, models

Row = TypeVar("Row", bound=models.Model)


class Columns(Generic[Row]):
    """All columns of a table under an alias. Those of JSON come as text: only tables without are read like this."""

    def __init__(self, model: type[Row], alias: str) -> None:
        fields = model._meta.concrete_fields
        self.model = model
        self.names = [field.attname for field in fields]
        self.written = ", ".join(f'{alias}."{field.column}"' for field in fields)

    def read(self, values: Sequence[Any]) -> Row:
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)
