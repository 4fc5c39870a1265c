from __future__ import annotations

from django.db import models

from deployments.models.agent import Agent
from deployments.models.person import Person


class Viewed(models.Model):
    """Somebody looked at a difference, named by the content of both sides: when one of them changes it is another."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    # `comparison.fingerprint` of the item.
    difference = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "agent", "difference"], name="one_mark_a_difference"),
        ]

    def __str__(self) -> str:
        return f"{self.difference} viewed by {self.person_id}"
