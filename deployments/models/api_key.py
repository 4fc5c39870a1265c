from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from deployments.models.agent import Agent
from deployments.models.person import Person
from deployments.models.workspace import Role, Workspace

# What a key may be allowed, each to read or to write; writing holds reading. What running agents ask is only read.
GROUPS = (
    "deployments",
    "content",
    "conversations",
    "chat",
    "testing",
    "numbers",
    "real-time-config",
    "agents",
    "delivery",
)
PERMISSIONS = tuple(
    f"{group}:{reach}" for group in GROUPS for reach in ("read", "write") if (group, reach) != ("delivery", "write")
)
USE_WRITTEN_EVERY = timedelta(minutes=1)
ANSWERS_KEPT_FOR = timedelta(days=1)


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def good_at(self, now: datetime) -> ApiKeyQuerySet:
        """Keys that open something: not revoked, not run out, and their owner still belongs to the workspace."""
        belongs = Q(workspace__memberships__person=models.F("owner"), owner__is_active=True)
        return self.filter(belongs, revoked_at=None, expires_at__gt=now)

    def visible_to(self, person: Person) -> ApiKeyQuerySet:
        """Their own, and every key of the workspaces whose admin they are."""
        administered = person.memberships.filter(role=Role.ADMIN).values("workspace")
        return self.filter(Q(owner=person) | Q(workspace__in=administered))


class ApiKey(models.Model):
    """How a program acts for its owner in one workspace. Only a hash of the key is kept: it is shown once."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="api_keys")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=200)
    every_agent = models.BooleanField(default=True)
    # Kept apart from `every_agent`: a key whose last chosen agent has gone reaches none, not all.
    agents = models.ManyToManyField(Agent, related_name="api_keys")
    permissions = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    prefix = models.CharField(max_length=12)
    last_four = models.CharField(max_length=4)
    key_hash = models.CharField(max_length=64, unique=True)
    # Of the page it was made on, so that the same page sent again makes no second one.
    form = models.UUIDField(null=True, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def mask(self) -> str:
        """What a list shows of it."""
        return f"{self.prefix}…{self.last_four}"

    @property
    def reach(self) -> list[tuple[str, list[str]]]:
        """What it may, in words: how far, and the groups it may so far, such as `("read and write", ["content"])`."""
        writes = [group for group in GROUPS if f"{group}:write" in self.permissions]
        reads = [group for group in GROUPS if f"{group}:read" in self.permissions and group not in writes]
        return [(words, groups) for words, groups in (("read and write", writes), ("read", reads)) if groups]

    def allows(self, permission: str) -> bool:
        """Whether it may do this as far as its permissions go; without any it may do all that its owner may."""
        group = permission.partition(":")[0]
        return not self.permissions or permission in self.permissions or f"{group}:write" in self.permissions

    def reaches(self, agent: Agent) -> bool:
        return self.every_agent or self.agents.filter(pk=agent.pk).exists()

    def was_used(self, at: datetime) -> None:
        """Written at most once a minute, so that a busy key costs no write a request."""
        if self.last_used_at is None or at - self.last_used_at >= USE_WRITTEN_EVERY:
            self.last_used_at = at
            self.save(update_fields=["last_used_at"])


class Answer(models.Model):
    """What a key was answered under an Idempotency-Key. Without a status the first request is still being worked on."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="answers")
    idempotency_key = models.CharField(max_length=255)
    request = models.CharField(max_length=64)  # a hash of what was asked, so that another request is not answered so
    begun_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "idempotency_key"], name="one_answer_an_idempotency_key")]

    def __str__(self) -> str:
        return f"{self.idempotency_key}: {self.status or 'begun'}"


def hash_of_key(key: str) -> str:
    return hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()
