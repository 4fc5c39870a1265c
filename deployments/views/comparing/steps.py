"""All environments at once: which resources differ from each step of the ladder to the next, a column each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from deployments.comparison import Counts, Item
from deployments.comparison.order import natural
from deployments.models import Agent, Deployment
from deployments.resources import GROUPS
from deployments.sides.side import sides_or_404
from deployments.views.berths import Berth, active_in, berths
from deployments.views.comparing.cards import Pair
from deployments.views.http import Request, agent_or_404
from deployments.views.pages import page

MOST_ROWS = 500


@dataclass(frozen=True)
class Step:
    """A step and the one before it, whose version would come here next."""

    here: Berth
    before: Berth
    counts: Counts
    items: dict[str, Item]
    address: str

    @property
    def label(self) -> str:
        return f"{self.before.environment.label} against {self.here.environment.label}"


@dataclass(frozen=True)
class Cell:
    """A resource at one step: how it differs there, where that is shown; no change where it is the same."""

    step: Step
    change: str
    address: str


@dataclass(frozen=True)
class Line:
    """A resource that differs somewhere, with a cell for each step."""

    item: Item
    cells: tuple[Cell, ...]


@require_safe
def steps(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    standing = berths(agent)
    active = active_in(standing)
    between = [_step(agent, before, here, active) for before, here in pairwise(standing)]
    lines = _lines(between)
    context = {
        "agent": agent,
        "place": "compare",
        "title": "All environments",
        "about": agent.ladder,
        "berths": standing,
        "active": active,
        "steps": between,
        "groups": [
            (group, list(members)) for group, members in groupby(lines[:MOST_ROWS], lambda line: line.item.group)
        ],
        "more": max(0, len(lines) - MOST_ROWS),
        "count": len(lines),
    }
    return page(request, "deployments/steps.html", context)


def _step(agent: Agent, before: Berth, here: Berth, active: dict[int, Deployment]) -> Step:
    refs = here.environment.slug, before.environment.slug
    left, right = sides_or_404(agent, refs, active)
    compared = Pair(agent, left, right).compared()
    items = {item.anchor: item for item in compared.items}
    return Step(here, before, compared.counts, items, reverse("comparison", args=[agent.slug, *refs]))


def _lines(between: list[Step]) -> list[Line]:
    named = {anchor: item for step in reversed(between) for anchor, item in step.items.items()}
    ordered = sorted(named.values(), key=lambda item: (GROUPS.index(item.group), natural(item.title)))
    return [Line(item, tuple(_cell(item, step) for step in between)) for item in ordered]


def _cell(item: Item, step: Step) -> Cell:
    there = step.items.get(item.anchor)
    return Cell(step, there.change if there else "", f"{step.address}?item={item.anchor}")
