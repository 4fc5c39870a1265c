from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Lower

from deployments.models.agent import Agent
from deployments.models.deployment import Deployment, time_ordered_id
from deployments.models.environment import Environment
from deployments.models.manifest import ManifestField
from deployments.models.person import Person
from deployments.models.version import Version


class CaseSet(models.Model):
    """Test cases that are run together, and when. Cases are content of the agent; which of them form a set is not.

    `cases`: paths of their files, as people ordered them; with `everything` whatever cases a version has. `after`:
    environments (slugs) into which a placement starts it, `nightly`: those it runs for each night. A case passes when
    at least `needed` percent of its `repeats` do.
    """

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="case_sets")
    name = models.CharField(max_length=100)
    cases = ArrayField(models.CharField(max_length=1000), default=list, blank=True)
    everything = models.BooleanField(default=False)
    after = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    nightly = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    repeats = models.PositiveSmallIntegerField(default=1)
    needed = models.PositiveSmallIntegerField(default=100)
    # Whether a case of which something could not be judged counts as passed.
    incomplete_passes = models.BooleanField(default=False)
    # When what it asks was last changed: what ran before says nothing about it any more.
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), "agent", name="one_case_set_a_name"),
            models.CheckConstraint(condition=Q(repeats__range=(1, 20)), name="case_set_repeats"),
            models.CheckConstraint(condition=Q(needed__range=(1, 100)), name="case_set_needed"),
        ]

    def __str__(self) -> str:
        return self.name


class RunQuerySet(models.QuerySet["Run"]):
    def unfinished(self) -> RunQuerySet:
        return self.filter(finished_at=None)

    def not_cancelled(self) -> RunQuerySet:
        """Those that say something about what they ran against."""
        return self.exclude(status=Run.Status.CANCELLED)

    def on_draft(self) -> RunQuerySet:
        return self.filter(version=None)

    def newest_of_each(self, *of: str) -> RunQuerySet:
        """The newest run of each set, or of each set on each version: as these fields say."""
        return self.order_by(*of, "-pk").distinct(*of).defer("manifest")

    def newest_first(self) -> RunQuerySet:
        return self.order_by("-pk")

    def with_details(self) -> RunQuerySet:
        rows = self.select_related("version", "environment", "deployment", "person", "case_set")
        return rows.defer("version__manifest", "manifest")


class Run(models.Model):
    """Cases run once, or some times each, against one content of an agent.

    `version` is None for the draft, whose files `manifest` then names; `environment` None for the draft and for a
    version by itself. The counts are of cases, final once `finished_at` is set. `case_count` is None until the cases
    were looked up, which for a run that a placement starts is after the placement.
    """

    class Trigger(models.TextChoices):
        HAND = "hand", "By hand"
        PLACED = "placed", "After a placement"
        NIGHTLY = "nightly", "Nightly"

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        PASSED = "passed", "Passed"
        FAILED = "failed", "Failed"
        INCOMPLETE = "incomplete", "Incomplete"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=time_ordered_id, editable=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="runs", db_index=False)
    name = models.CharField(max_length=120, blank=True)
    case_set = models.ForeignKey(CaseSet, on_delete=models.SET_NULL, null=True, related_name="runs", db_index=False)
    # As it was called: a set may be deleted.
    set_name = models.CharField(max_length=100, blank=True)
    environment = models.ForeignKey(
        Environment, on_delete=models.CASCADE, null=True, related_name="runs", db_index=False
    )
    version = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, related_name="runs", db_index=False)
    manifest = ManifestField(default=dict)
    manifest_digest = models.CharField(max_length=64)
    trigger = models.CharField(max_length=7, choices=Trigger)
    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, null=True, related_name="runs")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    api_key = models.CharField(max_length=200, blank=True)
    # Paths that were chosen, where it is no whole set; empty: the set's.
    chosen = ArrayField(models.CharField(max_length=1000), default=list, blank=True)
    repeats = models.PositiveSmallIntegerField(default=1)
    needed = models.PositiveSmallIntegerField(default=100)
    incomplete_passes = models.BooleanField(default=False)
    # What answered: "offline", or the model's name.
    engine = models.CharField(max_length=100)
    # The run of which this is the other half, or whose failures it runs again.
    beside = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    again_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    case_count = models.PositiveIntegerField(null=True)
    passed_count = models.PositiveIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)
    incomplete_count = models.PositiveIntegerField(default=0)

    objects = RunQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["agent", "-id"], name="run_list"),
            models.Index(fields=["case_set", "version", "-id"], name="run_gate"),
            models.Index(fields=["version", "-id"], name="run_version"),
            models.Index(fields=["id"], condition=Q(finished_at=None), name="run_unfinished"),
        ]

    def __str__(self) -> str:
        return self.name or self.set_name or str(self.pk)

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def ref(self) -> str:
        """What it ran against, as addresses name it."""
        if self.environment is not None:
            return self.environment.slug
        return self.version.short if self.version else "draft"

    @property
    def place(self) -> str:
        """What it ran against, in words: an environment, a version by itself, or the draft."""
        if self.environment is not None:
            return self.environment.label
        return "Version" if self.version_id else "Draft"


@dataclass(frozen=True)
class Tries:
    """A case within a run: how many of its attempts stand how."""

    name: str
    counts: Counter[str]


class CaseRunQuerySet(models.QuerySet["CaseRun"]):
    def unfinished(self) -> CaseRunQuerySet:
        return self.filter(finished_at=None)

    def of_case(self, agent: Agent, path: str) -> CaseRunQuerySet:
        """Its history, newest first."""
        return self.filter(agent=agent, path=path).order_by("-pk")

    def tries(self) -> dict[tuple[UUID, str], Tries]:
        """By the run and the case's path. Counted by the database, never row by row."""
        counted = self.order_by().values_list("run_id", "path", "name", "status").annotate(Count("pk"))
        found: dict[tuple[UUID, str], Tries] = {}
        for run, path, name, status, count in counted:
            found.setdefault((run, path), Tries(name, Counter())).counts[status] += count
        return found


class CaseRun(models.Model):
    """One case, once, within a run: queued, claimed by a worker, and what came of it.

    `record` is the result as `deployments.suite` tells it, `snapshot` the case as it was. Whoever holds `claim` until
    `claimed_until` is at it.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        PASSED = "passed", "Passed"
        FAILED = "failed", "Failed"
        ERROR = "error", "Error"
        INCOMPLETE = "incomplete", "Incomplete"
        TIMED_OUT = "timed_out", "Timed out"
        CANCELLED = "cancelled", "Cancelled"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="case_runs", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)
    path = models.CharField(max_length=1000)
    name = models.CharField(max_length=200)
    attempt = models.PositiveSmallIntegerField(default=1)
    # Of the case's file: a result belongs to this content of it.
    digest = models.CharField(max_length=64)
    snapshot: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    # Why it did not pass, in a sentence.
    reason = models.TextField(blank=True)
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    record: models.JSONField[dict[str, Any] | None] = models.JSONField(null=True)
    # An earlier one of the same version and case, whose result this is.
    taken_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = CaseRunQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "path", "attempt"], name="one_case_run_an_attempt")]
        indexes = [
            models.Index(fields=["agent", "path", "-id"], name="case_run_history"),
            models.Index(fields=["run", "id"], condition=Q(finished_at=None), name="case_run_unfinished"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.status}"
