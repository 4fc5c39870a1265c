"""The agents somebody may see, by workspace: a row an agent, a column an environment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Max, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from deployments.models import LADDERS, Agent, Deployment, Draft, Environment, Role, Workspace
from deployments.views.http import Request, agent_or_404
from deployments.views.pages import page
from deployments.views.paging import sliced

SIZE = 50


@dataclass(frozen=True)
class Cell:
    """An environment of one agent: what stands there, and how many versions were published after it."""

    label: str
    environment: Environment | None
    deployment: Deployment | None = None
    behind: int = 0


@dataclass(frozen=True)
class Line:
    agent: Agent
    draft: Draft | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Board:
    """A workspace with its agents, and the environments that any of them has."""

    workspace: Workspace
    may_make: bool
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


@require_safe
def agents(request: Request) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:200]
    visible = Agent.objects.visible_to(request.user).order_by("workspace__name", "workspace", "name", "pk")
    if words:
        visible = visible.filter(Q(name__icontains=words) | Q(slug__icontains=words))
    pages = sliced(request, visible.annotate(newest=Max("versions__number")), SIZE)
    roles = {each.workspace_id: Role(each.role) for each in request.user.memberships.all()}
    boards = list(_boards(pages.rows, roles))
    shown = {board.workspace.pk for board in boards}
    others = Workspace.objects.visible_to(request.user).exclude(pk__in=shown).order_by("name")
    context = {
        "place": "agents",
        "title": "Agents",
        "words": words,
        "pages": pages,
        "boards": boards,
        # Workspaces without an agent, each with the way to its first one.
        "bare": [] if words or pages.number > 1 else [(each, _may_make(roles.get(each.pk))) for each in others],
    }
    return page(request, "deployments/agents.html", context)


@require_safe
def agent(request: Request, slug: str) -> HttpResponse:
    found = agent_or_404(request, slug)
    return redirect("environment", found.slug, found.ladder[0].slug)


def _boards(rows: list[Agent], roles: dict[int, Role]) -> Iterable[Board]:
    ladders: dict[int, dict[int, Environment]] = defaultdict(dict)
    for environment in Environment.objects.on_ladder().filter(agent__in=rows):
        ladders[environment.agent_id][environment.position] = environment
    standing = Deployment.objects.active().filter(agent__in=rows).with_details()
    active = {deployment.environment_id: deployment for deployment in standing}
    drafts = {draft.agent_id: draft for draft in _drafts(rows)}
    for _, members in groupby(rows, key=lambda agent: agent.workspace_id):
        group = list(members)
        positions = sorted({position for agent in group for position in ladders[agent.pk]})
        columns = [(position, label) for position, _, label in LADDERS[3] if position in positions]
        lines = tuple(
            Line(agent, drafts.get(agent.pk), tuple(_cells(agent, columns, ladders[agent.pk], active)))
            for agent in group
        )
        workspace = group[0].workspace
        may_make = _may_make(roles.get(workspace.pk))
        yield Board(workspace, may_make, tuple(label for _, label in columns), lines)


def _cells(
    agent: Agent, columns: list[tuple[int, str]], ladder: dict[int, Environment], active: dict[int, Deployment]
) -> Iterable[Cell]:
    agent.ladder = [ladder[position] for position in sorted(ladder)]
    for position, label in columns:
        environment = ladder.get(position)
        held = active.get(environment.pk) if environment else None
        if environment is not None:
            environment.agent = agent
        behind = agent.newest - held.version.number if held else 0  # type: ignore[attr-defined]
        yield Cell(label, environment, held, behind)


def _drafts(rows: list[Agent]) -> Iterable[Draft]:
    return Draft.objects.filter(agent__in=rows).select_related("changed_by").defer("manifest")


def _may_make(role: Role | None) -> bool:
    return role is not None and role.holds(Role.EDITOR)
