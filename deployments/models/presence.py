from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

from deployments.models.agent import Agent
from deployments.models.person import Person

# Somebody whose page has not spoken for so long has gone.
GONE_AFTER = timedelta(seconds=50)


class PresenceQuerySet(models.QuerySet["Presence"]):
    def here(self, agent: Agent, path: str, now: datetime) -> PresenceQuerySet:
        return self.filter(agent=agent, path=path, at__gt=now - GONE_AFTER)


class Presence(models.Model):
    """Somebody has a resource open to edit it, as their page said last."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    path = models.CharField(max_length=1000)
    at = models.DateTimeField(db_index=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "person", "path"], name="one_presence_a_resource")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.path}"
