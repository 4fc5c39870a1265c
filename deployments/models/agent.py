from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property

from deployments.models.person import Person
from deployments.models.workspace import Workspace

if TYPE_CHECKING:
    from deployments.models.draft import Draft
    from deployments.models.environment import Environment


class AgentQuerySet(models.QuerySet["Agent"]):
    def present(self) -> AgentQuerySet:
        return self.filter(deleted_at=None)

    def visible_to(self, person: Person) -> AgentQuerySet:
        """Agents of the workspaces this person belongs to. Any other is a 404, as if it did not exist."""
        return self.present().filter(workspace__memberships__person=person).select_related("workspace")

    def with_slug(self, slug: str) -> AgentQuerySet:
        return self.filter(slug__iexact=slug)


class Agent(models.Model):
    """A conversational agent: its draft, its versions, its ladder of environments."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="agents")
    slug = models.CharField(
        max_length=64, validators=[RegexValidator(r"^[A-Za-z0-9-]+\Z", "Use letters, digits and hyphens.")]
    )
    name = models.CharField(max_length=200)
    require_pre_release = models.BooleanField(default=False)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    deleted_at = models.DateTimeField(null=True)

    objects = AgentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("slug"), name="one_agent_an_id")]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def every_environment(self) -> list[Environment]:
        """Its environments in order, those too that have left the ladder and are in its history only."""
        return list(self.environments.order_by("position"))

    @cached_property
    def ladder(self) -> list[Environment]:
        """Its environments in order, from where versions are published to where callers are."""
        return [step for step in self.every_environment if step.on_ladder]

    @cached_property
    def draft_or_none(self) -> Draft | None:
        from deployments.models.draft import Draft

        return Draft.objects.filter(agent=self).select_related("base", "changed_by").first()
