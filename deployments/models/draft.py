from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from deployments.models.agent import Agent
from deployments.models.manifest import GONE, Manifest, ManifestField
from deployments.models.person import Person
from deployments.models.tree import Ground, Tree
from deployments.models.version import Version

KEPT_FOR = timedelta(days=30)


class Draft(models.Model):
    """The one unpublished state of an agent, shared by everybody who edits it. No row: nothing to publish."""

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="draft")
    base = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, related_name="+")
    # Of many files before the first version, as they were at once; its digest is empty where there is none.
    ground = ManifestField(default=dict)
    ground_digest = models.CharField(max_length=64, blank=True)
    # What differs from base or ground; see `Tree.edits`. The digest is of the whole.
    edits = ManifestField(default=dict)
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
    def tree(self) -> Tree:
        ground = Ground(self.ground_digest, lambda: self.ground) if self.ground_digest else None
        return Tree(self.agent, self.base, self.edits, ground)

    @property
    def manifest(self) -> Manifest:
        """Every file, from what the database holds."""
        merged = (self.base.manifest if self.base else self.ground) | self.edits
        return {key: blob for key, blob in merged.items() if blob != GONE}

    @property
    def files(self) -> dict[str, str]:
        """{path: id of the blob}; see `content.files_of`."""
        return self.tree.files


class DraftChange(models.Model):
    """One saved act on a draft: a line of Draft activity. It goes along when the draft is kept, and comes back with it.

    `before` and `after` are manifests of the files it concerned, no others: what is in one alone came or went.
    `resources` says what that meant, as far as LISTED: {"path", "was" (its address before, where it moved), "kind",
    "name", "change"}.
    """

    LISTED = 300

    class Kind(models.TextChoices):
        CREATED = "created", "Created"
        UPDATED = "updated", "Updated"
        RENAMED = "renamed", "Renamed"
        DELETED = "deleted", "Deleted"
        IMPORTED = "imported", "Imported"
        REVERTED = "reverted", "Reverted"
        TAKEN = "taken", "Took"

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, null=True, related_name="changes")
    kept = models.ForeignKey("KeptDraft", on_delete=models.CASCADE, null=True, related_name="changes")
    revision = models.PositiveIntegerField(default=0)  # of the draft, once this was saved
    kind = models.CharField(max_length=8, choices=Kind)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    path = models.CharField(max_length=1000, blank=True)
    files = models.PositiveIntegerField(default=1)
    before = ManifestField(default=dict)
    after = ManifestField(default=dict)
    resources = models.JSONField(default=list)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(draft__isnull=False) ^ models.Q(kept__isnull=False), name="of_a_draft_or_a_kept_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.path or self.files}"

    @property
    def told(self) -> list[dict[str, Any]]:
        """The resources it is true of: what only refers to something renamed was not renamed itself."""
        moved = [each for each in self.resources if self.kind == self.Kind.RENAMED and each.get("was")]
        return moved or list(self.resources)


class KeptDraftQuerySet(models.QuerySet["KeptDraft"]):
    def unexpired(self) -> KeptDraftQuerySet:
        return self.filter(expires_at__gt=timezone.now())


class KeptDraft(models.Model):
    """What a draft held before it was deleted or replaced, kept for a while so that it can be had back."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="kept_drafts")
    base = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, related_name="+")
    manifest = ManifestField()
    manifest_digest = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects = KeptDraftQuerySet.as_manager()
