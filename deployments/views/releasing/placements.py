"""Deployments as a page shows them: what can be done to each, where else its version runs, what to compare it with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse

from deployments.models import Agent, Deployment, Environment, Version
from deployments.pipeline import Actor, Offer, Standing, offers_for
from deployments.views.berths import Berth
from deployments.views.suite.marks import Mark


@dataclass(frozen=True)
class Placement:
    """A row of Deployments."""

    deployment: Deployment
    offers: tuple[Offer, ...]
    elsewhere: tuple[Environment, ...]
    against: Version | None
    others: tuple[tuple[str, str], ...]
    tests: Mark | None = None

    @property
    def version(self) -> Version:
        return self.deployment.version

    def offer(self, verb: str) -> Offer | None:
        return next((offer for offer in self.offers if offer.verb == verb), None)

    @property
    def comparison(self) -> str:
        """The address of what Compare opens."""
        slug = self.deployment.environment.agent.slug
        if self.against:
            return reverse("comparison", args=[slug, self.against.short, self.version.short])
        return f"{reverse('compare', args=[slug])}?right={self.version.short}"

    @property
    def onward(self) -> Offer | None:
        """The promotion to the next step."""
        return self.offer("promote")

    @property
    def back(self) -> Offer | None:
        return self.offer("roll_back")


@dataclass(frozen=True)
class Step:
    """One step of the ladder: what stands there, and how far it is from what callers reach."""

    environment: Environment
    deployment: Deployment | None
    ahead: int | None


def placements(
    rows: Iterable[Deployment], here: Environment, standing: Standing, by: Actor, marks: Mapping[int, Mark]
) -> list[Placement]:
    """`marks`: what became of test sets, by the version's key."""
    return [placement(row, here, standing, by, marks.get(row.version_id)) for row in rows]


def placement(
    row: Deployment, here: Environment, standing: Standing, by: Actor, tests: Mark | None = None
) -> Placement:
    agent = here.agent
    row.environment, row.version.agent = here, agent
    if row.is_active and row.previous is not None:
        row.previous.environment = here
    elsewhere = tuple(step for step in agent.ladder if step != here and standing.runs(step, row.version))
    return Placement(
        deployment=row,
        offers=tuple(offers_for(row, here, by=by, standing=standing)),
        elsewhere=elsewhere,
        against=_against(row, here, standing),
        others=tuple(_others(row, here, standing)),
        tests=tests,
    )


def ladder(agent: Agent, standing: Standing) -> list[Step]:
    """Every step of the ladder in order, with the distance of its version to the last step's in versions."""
    last = standing.active.get(agent.ladder[-1].pk)
    steps = []
    for environment in agent.ladder:
        held = standing.active.get(environment.pk)
        ahead = held.version.number - last.version.number if held and last else None
        steps.append(Step(environment, held, ahead))
    return steps


def berths_of(agent: Agent, standing: Standing) -> list[Berth]:
    """The same for the frame, without asking the database again."""
    return [Berth(step, standing.active.get(step.pk)) for step in agent.ladder]


def _against(row: Deployment, here: Environment, standing: Standing) -> Version | None:
    """What Compare opens a row against: what the next step runs; else, and on the last step, what came before it."""
    following = [standing.active.get(step.pk) for step in here.following[:1]]
    for other in (*following, row.replaced):
        if other is not None and other.version_id != row.version_id:
            return other.version
    return None


def _others(row: Deployment, here: Environment, standing: Standing) -> Iterable[tuple[str, str]]:
    """What else the menu compares a row with: each environment that runs something else, and the placement before."""
    for step in here.agent.ladder:
        held = standing.active.get(step.pk)
        if held and held.version_id != row.version_id:
            yield step.label, step.slug
    if row.replaced and row.replaced.version_id != row.version_id:
        yield "the one before", row.replaced.version.short
