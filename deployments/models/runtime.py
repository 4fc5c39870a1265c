from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models

from deployments.models.agent import Agent
from deployments.models.deployment import Deployment
from deployments.models.environment import Environment
from deployments.models.version import Version

SILENT_AFTER = timedelta(minutes=2)
KEPT_FOR = timedelta(days=1)  # how long one that fell silent is still shown


class RuntimeQuerySet(models.QuerySet["Runtime"]):
    def of(self, agent: Agent, now: datetime) -> RuntimeQuerySet:
        """Those a page shows, by name."""
        rows = self.filter(environment__agent=agent, heard_at__gt=now - KEPT_FOR)
        return rows.select_related("version").defer("version__manifest").order_by("name")


class Runtime(models.Model):
    """A running agent, under the name it gives itself, and the version it said it serves.

    `since`: from when it said so. `appeared_at`: when it first spoke, or spoke again after a silence.
    """

    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="runtimes", db_index=False)
    name = models.CharField(max_length=200)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+", db_index=False)
    since = models.DateTimeField()
    appeared_at = models.DateTimeField()
    heard_at = models.DateTimeField(db_index=True)

    objects = RuntimeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["environment", "name"], name="one_runtime_a_name")]

    def __str__(self) -> str:
        return self.name

    def is_silent(self, now: datetime) -> bool:
        return now - self.heard_at >= SILENT_AFTER


@dataclass(frozen=True)
class Reach:
    """How far a placement has come: at how many of the runtimes that speak it is in effect.

    `took`: from the placement until the last of those that ran then served it; None while some do not, or none ran.
    """

    serving: int
    counted: int
    silent: int
    took: timedelta | None

    @property
    def is_claimed(self) -> bool:
        """Where no runtime ever spoke, nothing is claimed."""
        return bool(self.counted or self.silent)

    @property
    def is_complete(self) -> bool:
        return 0 < self.counted == self.serving

    @classmethod
    def of(cls, placed: Deployment | None, runtimes: Iterable[Runtime], now: datetime) -> Reach:
        rows = list(runtimes)
        counted = [each for each in rows if not each.is_silent(now)]
        serving = [each for each in counted if placed and each.version_id == placed.version_id]
        took = None
        if placed and counted and len(serving) == len(counted):
            # One that came later began with this version: it says nothing of how long the placement took.
            ran = [each.since - placed.started_at for each in serving if each.appeared_at <= placed.started_at]
            took = max((max(each, timedelta()) for each in ran), default=None)
        return cls(len(serving), len(counted), len(rows) - len(counted), took)
