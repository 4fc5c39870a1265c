"""What stands in each environment of an agent at this moment."""

from __future__ import annotations

from dataclasses import dataclass

from deployments.models import Agent, Deployment, Environment
from deployments.models.deployment import DeploymentQuerySet


@dataclass(frozen=True)
class Berth:
    """An environment and what stands there now."""

    environment: Environment
    deployment: Deployment | None


def berths(agent: Agent) -> list[Berth]:
    """The agent's ladder in order, each step with its active deployment, in two queries for all."""
    return _standing(agent, Deployment.objects.with_details())


def berths_in_brief(agent: Agent) -> list[Berth]:
    """The same for what is around a page, which names versions and nobody: half the work of a query on every page."""
    return _standing(agent, Deployment.objects.select_related("version").defer("version__manifest"))


def _standing(agent: Agent, deployments: DeploymentQuerySet) -> list[Berth]:
    active = {deployment.environment_id: deployment for deployment in deployments.active().filter(agent=agent)}
    return [Berth(step, active.get(step.pk)) for step in agent.ladder]


def held(standing: list[Berth]) -> dict[str, str]:
    """{environment: what stands there, by its key}, as an address carries it."""
    return {each.environment.slug: str(each.deployment.pk) if each.deployment else "" for each in standing}


def active_in(standing: list[Berth]) -> dict[int, Deployment]:
    """What stands in each environment, by its id; an empty one is left out."""
    return {berth.environment.pk: berth.deployment for berth in standing if berth.deployment}
