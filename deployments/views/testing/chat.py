"""A conversation as the panel shows it: what was said, what happened in between, and the turn that is looked into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from deployments.models import Agent, Conversation, Version
from deployments.pipeline import Redaction
from deployments.views.conversations.drawers import Drawer, drawer_of
from deployments.views.conversations.reading import Exchange, exchange_of
from deployments.views.http import Request

MOST_TURNS = 200


@dataclass(frozen=True)
class Fix:
    """A resource a turn came from, and where it is edited in the draft."""

    name: str
    address: str


@dataclass(frozen=True)
class Chat:
    """`moved`: the version its environment holds now, where that is another."""

    conversation: Conversation
    exchanges: list[Exchange]
    drawer: Drawer | None
    moved: Version | None
    fixes: list[Fix]

    @cached_property
    def number(self) -> int:
        """The turn that is said next."""
        return self.conversation.turn_count


def chat_of(request: Request, agent: Agent, found: Conversation) -> Chat:
    rows = list(found.turns.select_related("version").defer("version__manifest").order_by("-number")[:MOST_TURNS])[::-1]
    redaction = Redaction.of(found, request.role)
    asked = request.GET.get("turn", "")
    looked_at = next((row for row in rows if str(row.number) == asked), rows[-1] if rows else None)
    drawer = drawer_of(agent, found, looked_at, role=request.role) if looked_at else None
    standing = found.environment.active if found.environment else None
    return Chat(
        conversation=found,
        exchanges=[exchange_of(agent, found, row, redaction, request.role) for row in rows],
        drawer=drawer,
        moved=standing.version if standing and standing.version_id != found.version_id else None,
        fixes=fixes_of(agent, drawer) if drawer else [],
    )


def fixes_of(agent: Agent, drawer: Drawer) -> list[Fix]:
    """Every resource of the draft that this turn was made of, once, in the order they took part."""
    if not drawer.addresses.may_edit:
        return []
    made = drawer.made
    paths = [
        *(topic.path for topic in made.topics),
        *(run.path for run in made.functions),
        *(move.path for move in made.moves if move.path),
        *(reply.source for reply in made.replies if reply.source),
    ]
    return [Fix(path, reverse("edit", args=[agent.slug, path])) for path in dict.fromkeys(paths)]
