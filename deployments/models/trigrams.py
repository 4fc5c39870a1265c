"""Three letters in a row, which an index finds a text by wherever they stand in it.

By a function of our own: the database's module for it is not part of the one that comes with Slipway.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

LETTERS = 3


class Trigrams(models.Func):
    function = "slipway_trigrams"
    output_field = ArrayField(models.TextField())


def trigrams_of(text: str) -> list[str]:
    """None of a text that is shorter."""
    return [text[at : at + LETTERS] for at in range(len(text) - LETTERS + 1)]
