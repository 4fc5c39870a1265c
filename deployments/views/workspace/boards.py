"""The agents of a workspace as a board: a row an agent, a column an environment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from deployments.models import LADDERS, Agent, Deployment, Draft, Environment, Role, Workspace
from deployments.pipeline import Actor, Refusal, refusal_to_create_agent


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
    refusal: Refusal | None  # to make another one
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def boards(rows: list[Agent], roles: dict[int, Role], by: Actor) -> Iterable[Board]:
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
        refusal = refusal_to_create_agent(workspace, by=by, role=roles.get(workspace.pk))
        yield Board(workspace, refusal, tuple(label for _, label in columns), lines)


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
    return Draft.objects.filter(agent__in=rows).select_related("changed_by").defer("edits", "ground")
