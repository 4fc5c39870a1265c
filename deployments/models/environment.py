from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from deployments.models.agent import Agent

if TYPE_CHECKING:
    from deployments.models.deployment import Deployment

# The two ladders an agent may have, by length. A step keeps its position in both, so that one may come back between.
LADDERS = {
    3: ((0, "sandbox", "Sandbox"), (1, "pre-release", "Pre-release"), (2, "live", "Live")),
    2: ((0, "sandbox", "Sandbox"), (2, "live", "Live")),
}
SLUGS = frozenset(slug for steps in LADDERS.values() for _, slug, _ in steps)


class EnvironmentQuerySet(models.QuerySet["Environment"]):
    def on_ladder(self) -> EnvironmentQuerySet:
        return self.filter(on_ladder=True).order_by("position")

    def held(self) -> dict[str, str]:
        """{slug: what stands there, by its key}, in one query; nothing stands where the key is empty."""
        standing = models.FilteredRelation("deployments", condition=models.Q(deployments__ended_at=None))
        return {slug: str(key or "") for slug, key in self.annotate(now=standing).values_list("slug", "now__pk")}


class Environment(models.Model):
    """A step of an agent's ladder. One that left the ladder keeps its row, and so its deployments and history."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="environments")
    slug = models.SlugField(max_length=32)
    label = models.CharField(max_length=50)
    position = models.PositiveSmallIntegerField()
    on_ladder = models.BooleanField(default=True)
    # Whether a conversation goes on with what stands here at its next turn, instead of the version it began with.
    moves_conversations = models.BooleanField(default=False)
    # The test set that must have passed for exactly the version that is promoted here.
    gate = models.ForeignKey(
        "deployments.CaseSet", on_delete=models.RESTRICT, null=True, related_name="gated", db_index=False
    )

    objects = EnvironmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "slug"], name="one_environment_a_slug"),
            models.UniqueConstraint(fields=["agent", "position"], name="one_environment_a_step"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def active(self) -> Deployment | None:
        """What stands here now."""
        return self.deployments.filter(ended_at=None).select_related("version", "by").first()

    @property
    def is_first(self) -> bool:
        """Where publishing places a version."""
        return self == self.agent.ladder[0]

    @property
    def is_last(self) -> bool:
        """Where callers are."""
        return self == self.agent.ladder[-1]

    @property
    def following(self) -> list[Environment]:
        """The environments a version may be promoted to from here, nearest first."""
        return [step for step in self.agent.ladder if step.position > self.position]

    @property
    def level(self) -> int:
        """How near to a customer, 0 to 100: how full its mark is drawn."""
        steps = self.agent.ladder
        if self not in steps:
            return 50
        return round(100 * steps.index(self) / max(1, len(steps) - 1))
