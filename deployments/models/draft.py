from __future__ import annotations

from datetime import timedelta

from django.db import models

from deployments.models import content
from deployments.models.agent import Agent
from deployments.models.manifest import ManifestField
from deployments.models.person import Person
from deployments.models.version import Version

KEPT_FOR = timedelta(days=30)


class Draft(models.Model):
    """The one unpublished state of an agent, shared by everybody who edits it. No row: nothing to publish."""

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="draft")
    base = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, related_name="+")
    manifest = ManifestField()
    manifest_digest = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # Counted when the draft is saved, because every page of the agent shows them.
    added = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    formatting = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)
    warnings = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"draft of {self.agent}"

    @property
    def state(self) -> str:
        """Names exactly this content of exactly this draft: what a dialog showed and a write expects to find."""
        return f"{self.pk}.{self.revision}"

    @property
    def change_count(self) -> int:
        return self.added + self.removed + self.changed + self.moved

    @property
    def files(self) -> dict[str, str]:
        """{path: id of the blob}; see `content.files_of`."""
        return content.files_of(self.agent, self.manifest)


class DraftChange(models.Model):
    """One saved change of a draft: a line of Draft activity."""

    class Kind(models.TextChoices):
        CREATED = "created", "Created"
        UPDATED = "updated", "Updated"
        RENAMED = "renamed", "Renamed"
        DELETED = "deleted", "Deleted"
        IMPORTED = "imported", "Imported"

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=8, choices=Kind)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    path = models.CharField(max_length=1000, blank=True)
    files = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.path or self.files}"


class KeptDraft(models.Model):
    """What a draft held before it was deleted or replaced, kept for a while so that it can be had back."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="kept_drafts")
    base = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, related_name="+")
    manifest = ManifestField()
    manifest_digest = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
