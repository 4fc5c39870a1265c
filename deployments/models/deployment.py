from __future__ import annotations

import os
import time
import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, models
from django.db.models import F, Q

from deployments.models.agent import Agent
from deployments.models.environment import Environment
from deployments.models.person import Person
from deployments.models.version import Version


def time_ordered_id() -> uuid.UUID:
    """A version 7 UUID (RFC 9562, section 5.7): milliseconds first, so that ids sort by age."""
    millis = time.time_ns() // 1_000_000
    value = (millis << 80) | (int.from_bytes(os.urandom(10), "big") & ~(0xF << 76) & ~(0x3 << 62))
    return uuid.UUID(int=value | (0x7 << 76) | (0x2 << 62))


class DeploymentQuerySet(models.QuerySet["Deployment"]):
    def active(self) -> DeploymentQuerySet:
        return self.filter(ended_at=None)

    def in_environment(self, environment: Environment) -> DeploymentQuerySet:
        return self.filter(environment=environment)

    def newest_first(self) -> DeploymentQuerySet:
        return self.order_by("-started_at", "-pk")

    def with_details(self) -> DeploymentQuerySet:
        return self.select_related("version", "version__author", "by", "replaced__version").defer(
            "version__manifest", "replaced__version__manifest"
        )

    def matching(self, words: str) -> DeploymentQuerySet:
        """Those whose hash begins so, or whose message, description or author holds these words."""
        words = words.strip()
        return self.filter(
            Q(version__hash__startswith=words.lower().replace(" ", ""))
            | Q(message__icontains=words)
            | Q(version__description__icontains=words)
            | Q(by__name__icontains=words)
            | Q(by__email__icontains=words)
        )


class Listed(NamedTuple):
    """A placement as a list of its environment tells it."""

    id: uuid.UUID
    verb: str
    started_at: datetime
    title: str
    by_email: str
    version: str
    number: int


class Deployment(models.Model):
    """This version in this environment, from when to when, by whom, by which verb. The one without an end is active."""

    class Verb(models.TextChoices):
        PUBLISHED = "published", "Published"
        PROMOTED = "promoted", "Promoted"
        ROLLED_BACK = "rolled_back", "Rolled back"

    id = models.UUIDField(primary_key=True, default=time_ordered_id, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="deployments")
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="deployments")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="deployments")
    verb = models.CharField(max_length=11, choices=Verb)
    source = models.ForeignKey(Environment, on_delete=models.CASCADE, null=True, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    message = models.TextField(blank=True)
    hotfix = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    replaced = models.OneToOneField("self", on_delete=models.CASCADE, null=True, related_name="replaced_by")
    restored = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="+")

    objects = DeploymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment"], condition=Q(ended_at=None), name="one_active_deployment_an_environment"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["environment", "-started_at", "-id"], name="deployment_list"),
            models.Index(fields=["version"], condition=Q(ended_at=None), name="deployment_active"),
            models.Index(fields=["agent"], condition=Q(ended_at=None), name="deployment_active_of_agent"),
        ]

    def __str__(self) -> str:
        return f"{self.version.short} in {self.environment.label}"

    @property
    def is_active(self) -> bool:
        return self.ended_at is None

    @property
    def title(self) -> str:
        """What a row shows: its message, else what the version is described by. May be empty."""
        return self.message or self.version.description

    @property
    def listed(self) -> Listed:
        version = self.version
        return Listed(
            id=self.pk,
            verb=self.verb,
            started_at=self.started_at,
            title=self.title,
            by_email=self.by.email,
            version=version.hash,
            number=version.number,
        )

    def lasted(self, now: datetime) -> timedelta:
        return (self.ended_at or now) - self.started_at

    @property
    def previous(self) -> Deployment | None:
        """What Rollback on this row goes back to.

        After a rollback that is what stood before the placement it went back to, so pressing Rollback again walks
        further back and never returns to the version just left.
        """
        if self.verb == self.Verb.ROLLED_BACK and self.restored is not None:
            return self.restored.replaced
        return self.replaced


_NEWEST = """
SELECT placed.id, placed.verb, placed.started_at, coalesce(nullif(placed.message, ''), version.description),
       person.email, version.hash, version.number
FROM deployments_deployment AS placed
JOIN deployments_version AS version ON version.id = placed.version_id
JOIN deployments_person AS person ON person.id = placed.by_id
WHERE placed.environment_id = %s AND (%s::uuid IS NULL OR (placed.started_at, placed.id) < (%s::timestamptz, %s::uuid))
ORDER BY placed.started_at DESC, placed.id DESC
LIMIT %s
"""


def newest(environment: Environment, count: int | None = None, before: Deployment | None = None) -> list[Listed]:
    """The placements of an environment, newest first; with `before` those older than it.

    A plain statement: a list of thousands needs these few columns and no objects. Its title is `Deployment.title`.
    """
    last = (before.pk, before.started_at, before.pk) if before else (None, None, None)
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [environment.pk, *last, count])
        return [Listed(*row) for row in cursor.fetchall()]
