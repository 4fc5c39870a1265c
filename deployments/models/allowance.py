from __future__ import annotations

from django.db import models


class Allowance(models.Model):
    """How much of what somebody may ask is used up: all of it is there again at `restored_at`.

    Its table is not logged: what a crash forgets is a minute of counting, and counting costs no write to disk.
    """

    name = models.CharField(max_length=80, primary_key=True)
    restored_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
