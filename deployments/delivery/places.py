"""What stands in an environment, as running agents are told, and what was placed there since they were last told."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from uuid import UUID

from deployments.api.errors import NO_PROJECT, ApiError
from deployments.api.shapes import iso
from deployments.delivery.memory import MEMORY
from deployments.delivery.passes import Pass
from deployments.models import Agent, Deployment, Environment, content
from deployments.pipeline import real_time_config

NOTHING_DEPLOYED: Final = "NOTHING_DEPLOYED"
NO_ENVIRONMENT: Final = "ENVIRONMENT_NOT_FOUND"
NO_AGENT: Final = "There is no agent of this id in the key's workspace."
NOTHING: Final = "none"
MOST_AT_ONCE: Final = 20


@dataclass(frozen=True)
class Told:
    """A placement as JSON, written once for all who are told. `id` names it for ever; `none`: nothing stands there."""

    id: str
    body: bytes

    @property
    def is_nothing(self) -> bool:
        return self.id == NOTHING

    @property
    def etag(self) -> str:
        return f'"{self.id}"'

    @cached_property
    def event(self) -> bytes:
        """As a stream says it; the same bytes for everybody."""
        return b"event: deployment\nid: %b\ndata: %b\n\n" % (self.id.encode(), self.body)


@dataclass(frozen=True)
class Config:
    """The real-time values of an environment as JSON. `id` is another one at each change; `none`: never written."""

    id: str
    body: bytes

    @property
    def etag(self) -> str:
        return f'"config-{self.id}"'

    @cached_property
    def event(self) -> bytes:
        """As a stream says it: without an id, which is the placement's alone to go on from."""
        return b"event: config\ndata: %b\n\n" % self.body


@dataclass(frozen=True)
class Place:
    """An environment found by its address, and what stands there."""

    workspace: int
    agent: int
    environment: int
    label: str
    now: Told
    config: Config


def remembered_place(agent: str, environment: str) -> Place | None:
    """Without asking the database."""
    held: Place | None = MEMORY.find(_name(agent, environment))
    return held


def remember_place(agent: str, environment: str) -> None:
    """Ask the database, where what it says can be remembered."""
    with suppress(_Missing):
        _found(agent, environment)


def place_for(asking: Pass, agent: str, environment: str) -> Place:
    """Raises `ApiError`: 404 for an agent of another workspace as for none, 403 for one the key does not reach."""
    try:
        found = _found(agent, environment)
    except _Missing as missing:
        if missing.agent is not None:
            must_open(asking, missing.agent.workspace_id, missing.agent.pk)
            sentence = f"{missing.agent.name} has no environment “{environment}” on its ladder."
            raise ApiError(404, NO_ENVIRONMENT, sentence) from None
        raise ApiError(404, NO_PROJECT, NO_AGENT) from None
    must_open(asking, found.workspace, found.agent)
    return found


def must_open(asking: Pass, workspace: int, agent: int) -> None:
    if workspace != asking.workspace:
        raise ApiError(404, NO_PROJECT, NO_AGENT)
    asking.must_reach(agent)


def word_of_place(agent: str, environment: str) -> str:
    return f"place {agent.lower()} {environment}"


def placed_since(place: Place, last: str | None) -> list[Told]:
    """What was placed there after `last`, oldest first; what stands there now when that is not known.

    Of very many only the newest are told: a runtime needs the last of them.
    """
    rows = Deployment.objects.filter(environment=place.environment).order_by("started_at", "pk")
    before = _id(last)
    known = rows.filter(pk=before).values_list("started_at", flat=True).first() if before else None
    now = rows.filter(ended_at=None).first()
    if now is None:
        return [] if last == NOTHING else [told(place.environment, None)]
    if last == str(now.pk):
        return []
    missed = [now]
    if known is not None:
        later = rows.filter(started_at__gt=known).select_related("version", "environment").reverse()
        missed = list(reversed(later[:MOST_AT_ONCE]))
    return [told(place.environment, row) for row in missed]


def told(environment: int, placed: Deployment | None) -> Told:
    slug = placed.environment.slug if placed else Environment.objects.values_list("slug", flat=True).get(pk=environment)
    said = {
        "version": placed.version.hash if placed else None,
        "deployment": str(placed.pk) if placed else None,
        "environment": slug,
        "since": iso(placed.started_at) if placed else None,
        "manifest": dict(sorted(content.hashes_of(placed.agent, placed.version.manifest).items())) if placed else {},
    }
    return Told(str(placed.pk) if placed else NOTHING, json.dumps(said, ensure_ascii=False).encode())


def _name(agent: str, environment: str) -> tuple[str, str, str]:
    return "place", agent.lower(), environment


def _found(agent: str, environment: str) -> Place:
    words = [word_of_place(agent, environment)]
    return MEMORY.get(_name(agent, environment), lambda: _read(agent, environment), lambda _: words)


class _Missing(Exception):
    """Not found, and so not remembered: it may be made at any moment. `agent`: found, without that environment."""

    def __init__(self, agent: Agent | None = None) -> None:
        super().__init__()
        self.agent = agent


def _read(slug: str, environment: str) -> Place:
    named = Agent.objects.present().with_slug(slug)
    here = Environment.objects.on_ladder().filter(agent__in=named, slug=environment).select_related("agent").first()
    if here is None:
        raise _Missing(named.first())
    agent = here.agent
    standing = Deployment.objects.active().in_environment(here).select_related("version").first()
    if standing:
        standing.environment, standing.agent = here, agent
    return Place(agent.workspace_id, agent.pk, here.pk, here.label, told(here.pk, standing), _config(here))


def _config(here: Environment) -> Config:
    held = real_time_config(here)
    said = {"values": held.values, "lastUpdated": held.last_updated if held.pk else None}
    return Config(str(held.pk or NOTHING), json.dumps(said, ensure_ascii=False).encode())


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
