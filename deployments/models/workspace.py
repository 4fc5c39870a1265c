from __future__ import annotations

import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from deployments.models.person import Person

LONGEST_KEPT_DAYS = 3650


class Role(models.TextChoices):
    """What somebody may do in a workspace; each holds what the one before holds."""

    VIEWER = "viewer", "Viewer"
    EDITOR = "editor", "Editor"
    RELEASER = "releaser", "Releaser"
    ADMIN = "admin", "Admin"

    def holds(self, needed: Role) -> bool:
        order = list(type(self))
        return order.index(self) >= order.index(needed)


def check_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is no time zone. Write it like Europe/Oslo.")


class WorkspaceQuerySet(models.QuerySet["Workspace"]):
    def visible_to(self, person: Person) -> WorkspaceQuerySet:
        return self.filter(memberships__person=person)


class Workspace(models.Model):
    """People and the agents they share. Times are shown in its one time zone."""

    slug = models.SlugField(max_length=50, unique=True, validators=[RegexValidator(r"^[a-z0-9-]+\Z")])
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])
    conversations_kept_days = models.PositiveSmallIntegerField(
        default=365, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_KEPT_DAYS)]
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WorkspaceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)


class Membership(models.Model):
    """This person belongs to this workspace, in this role."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "person"], name="one_role_a_person_and_workspace"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.workspace}: {self.role}"
