from __future__ import annotations

import json
from datetime import UTC
from typing import Any

from django.db import models

from deployments.models.environment import Environment
from deployments.models.person import Person


class RealTimeConfigQuerySet(models.QuerySet["RealTimeConfig"]):
    def newest_first(self) -> RealTimeConfigQuerySet:
        return self.select_related("by").order_by("-pk")


class RealTimeConfig(models.Model):
    """What an environment's real-time config was from a moment on; the newest row is what it is now.

    Kept as the JSON text that was written: the order of names is the order of a form, and no number changes its shape.
    """

    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="real_time_configs")
    schema_text = models.TextField(default="{}")
    values_text = models.TextField(default="{}")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    objects = RealTimeConfigQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["environment", "-id"], name="real_time_config_list")]
        constraints = [models.UniqueConstraint(fields=["environment", "at"], name="one_real_time_config_a_moment")]

    def __str__(self) -> str:
        return f"{self.environment} {self.last_updated}"

    @property
    def schema(self) -> dict[str, Any]:
        return dict(json.loads(self.schema_text))

    @property
    def values(self) -> dict[str, Any]:
        return dict(json.loads(self.values_text))

    @property
    def last_updated(self) -> str:
        """The same text until the next write; compared for equality by whoever saves."""
        return self.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
