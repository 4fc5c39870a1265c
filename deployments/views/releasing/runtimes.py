"""Every running agent that speaks, the version it serves, and how long the last placement took to reach all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from deployments.models import Deployment, Environment, Reach, Runtime
from deployments.views.berths import Berth, berths
from deployments.views.http import Request, agent_or_404, environment_or_404
from deployments.views.pages import fragment, page


@dataclass(frozen=True)
class Row:
    runtime: Runtime
    is_silent: bool
    is_current: bool


@dataclass(frozen=True)
class Section:
    """An environment, what stands there, and the runtimes that spoke of it within a day."""

    berth: Berth
    rows: list[Row]
    reach: Reach

    @property
    def environment(self) -> Environment:
        return self.berth.environment


@require_safe
def runtimes(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    standing, now = berths(agent), timezone.now()
    spoke: dict[int, list[Runtime]] = {}
    for each in Runtime.objects.of(agent, now):
        spoke.setdefault(each.environment_id, []).append(each)
    context = {
        "agent": agent,
        "place": "runtimes",
        "title": "Runtimes",
        "berths": standing,
        "sections": [_section(berth, spoke.get(berth.environment.pk, []), now) for berth in standing],
    }
    return page(request, "deployments/runtimes.html", context)


@require_safe
def reach(request: Request, slug: str, environment: str) -> HttpResponse:
    """The one line of Deployments that moves by itself."""
    agent = agent_or_404(request, slug)
    here = environment_or_404(agent, environment)
    active = Deployment.objects.in_environment(here).active().first()
    context = {"agent": agent, "here": here, "reach": reach_of(active, here)}
    return fragment(request, "components/reach.html", context)


def reach_of(active: Deployment | None, here: Environment) -> Reach:
    """How far what stands here has come."""
    now = timezone.now()
    return Reach.of(active, Runtime.objects.of(here.agent, now).filter(environment=here), now)


def _section(berth: Berth, runtimes: list[Runtime], now: datetime) -> Section:
    placed = berth.deployment
    rows = [
        Row(each, each.is_silent(now), placed is not None and each.version_id == placed.version_id) for each in runtimes
    ]
    # Those that need a look first: what serves something else, then the silent, then what is as it should be.
    rows.sort(key=lambda row: (row.is_silent, row.is_current))
    return Section(berth, rows, Reach.of(placed, runtimes, now))
