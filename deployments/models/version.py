from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import models
from django.db.models.functions import Left

from deployments.models import content
from deployments.models.agent import Agent
from deployments.models.manifest import ManifestField
from deployments.models.person import Person

SHORT = 9


class VersionQuerySet(models.QuerySet["Version"]):
    def without_manifest(self) -> VersionQuerySet:
        return self.defer("manifest")

    def newest_first(self) -> VersionQuerySet:
        return self.order_by("-number")

    def with_prefix(self, prefix: str) -> VersionQuerySet:
        return self.filter(hash__startswith=prefix.lower())

    def with_any_prefix(self, prefixes: Sequence[str]) -> VersionQuerySet:
        """The versions these beginnings name: of SHORT characters or more each names at most one."""
        named = (models.Q(hash__startswith=prefix.lower()) for prefix in prefixes)
        return self.filter(reduce(or_, named, models.Q(pk__in=[])))

    def matching(self, words: str) -> VersionQuerySet:
        """Versions whose hash begins so, or whose description or author holds these words."""
        return self.filter(
            models.Q(hash__startswith=words.strip().lower().replace(" ", ""))
            | models.Q(description__icontains=words.strip())
            | models.Q(author__name__icontains=words.strip())
            | models.Q(author_email__icontains=words.strip())
        )


class Version(models.Model):
    """An immutable state of an agent under its hash. A trigger of the database refuses every update."""

    # What is unique in an agent leads with it, and nobody asks for all versions of an author: no index of their own.
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=40)
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="+")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    author_email = models.EmailField(max_length=254)
    description = models.TextField(blank=True)
    published_at = models.DateTimeField()
    manifest = ManifestField()
    manifest_digest = models.CharField(max_length=64)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "hash"], name="one_version_a_hash"),
            models.UniqueConstraint("agent", Left("hash", SHORT), name="one_version_a_short_hash"),
            models.UniqueConstraint(fields=["agent", "number"], name="one_version_a_number"),
        ]

    def __str__(self) -> str:
        return self.short

    @property
    def short(self) -> str:
        return self.hash[:SHORT]

    @property
    def files(self) -> dict[str, str]:
        """{path: id of the blob}; see `content.files_of`."""
        return content.files_of(self.agent, self.manifest)

    def computed_hash(self, parent_hash: str | None) -> str:
        return hash_of_version(
            self.manifest_digest, parent_hash, self.author_email, self.published_at, self.description
        )


def hash_of_version(digest: str, parent: str | None, email: str, at: datetime, description: str) -> str:
    """40 hex digits over everything a version says: what, after what, by whom, when, why."""
    said = json.dumps([digest, parent, email, at.isoformat(), description], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:40]
