"""What a promotion or rollback would exchange: who leaves, who enters, what differs, and the versions in between."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from deployments.comparison import Comparison
from deployments.models import Agent, Conversation, Deployment, Environment, Number, Version
from deployments.pipeline import summary_between
from deployments.views.naming import listed


@dataclass(frozen=True)
class Exchange:
    """`leaving` stands in `environment` now, if anything does; `entering` would stand there instead."""

    environment: Environment
    leaving: Deployment | None
    entering: Version

    @property
    def agent(self) -> Agent:
        return self.environment.agent

    @property
    def replacing(self) -> UUID | None:
        """What a write states that it expects to replace."""
        return self.leaving.pk if self.leaving else None

    @cached_property
    def is_first(self) -> bool:
        """Whether nothing ever stood there: a step that came back to the ladder is empty, and has had versions."""
        return self.leaving is None and not self.environment.deployments.exists()

    @property
    def is_same(self) -> bool:
        return self.leaving is not None and self.leaving.version_id == self.entering.pk

    @property
    def is_backward(self) -> bool:
        """Whether what enters is older than what leaves."""
        return self.leaving is not None and self.entering.number < self.leaving.version.number

    @cached_property
    def comparison(self) -> Comparison:
        left = self.leaving.version.files if self.leaving else {}
        return summary_between(self.agent, left, self.entering.files, (None, self.entering))

    @property
    def counts(self) -> list[tuple[str, int]]:
        return self.comparison.counts.present

    @property
    def left_ref(self) -> str:
        """The left side of its comparison; an environment that holds nothing is an empty side."""
        return self.leaving.version.short if self.leaving else self.environment.slug

    @property
    def untouched(self) -> str:
        """The environments that do not move."""
        others = [step.label for step in self.agent.ladder if step != self.environment]
        return f"{listed(others)} {'stay as they are' if len(others) > 1 else 'stays as it is'}"

    @cached_property
    def numbers(self) -> list[Number]:
        """Those whose callers are affected."""
        return list(Number.objects.reaching(self.environment))

    @cached_property
    def in_progress(self) -> int:
        """Conversations begun here with what leaves, that have not ended."""
        if self.leaving is None:
            return 0
        held = Conversation.objects.in_progress().filter(agent=self.agent, environment=self.environment)
        return held.filter(version=self.leaving.version_id).count()

    @cached_property
    def between(self) -> Between:
        """Going forward, the versions passed over. Going back, those that are undone, the one that leaves included."""
        leaving = self.leaving.version.number if self.leaving else 0
        if self.is_backward:
            reached = self.agent.versions.filter(number__gt=self.entering.number, number__lte=leaving)
        else:
            reached = self.agent.versions.filter(number__gt=leaving, number__lt=self.entering.number)
        by_author = reached.values("author__name").annotate(count=Count("pk"), newest=Max("number"))
        return Between(tuple(by_author.order_by("-newest").values_list("author__name", "count")))


@dataclass(frozen=True)
class Between:
    """Some versions, told by their authors and how many each wrote; whose is newest first."""

    authors: tuple[tuple[str, int], ...]

    @property
    def count(self) -> int:
        return sum(count for _, count in self.authors)

    @property
    def people(self) -> str:
        return listed([name for name, _ in self.authors])


def exchange(environment: Environment, entering: Version) -> Exchange:
    """With what stands in the environment at this moment."""
    leaving = Deployment.objects.in_environment(environment).active().with_details().select_related("source").first()
    if leaving is not None:
        leaving.environment, leaving.version.agent = environment, environment.agent
    entering.agent = environment.agent
    return Exchange(environment, leaving, entering)


def shown(exchange: Exchange, **more: Any) -> dict[str, Any]:
    """Context of a dialog that shows an exchange."""
    return {"agent": exchange.agent, "exchange": exchange, "place": "deployments", **more}
