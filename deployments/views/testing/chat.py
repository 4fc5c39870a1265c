"""A conversation as the panel shows it: what was said, what happened in between, and the turn that is looked into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from deployments.models import Agent, Conversation, Version
from deployments.pipeline import Redaction
from deployments.views.conversations.drawers import Drawer, Fix, drawer_of, fixes_of
from deployments.views.conversations.reading import MOST_TURNS, Exchange, exchange_of
from deployments.views.http import Request


@dataclass(frozen=True)
class Chat:
    """`moved`: the version its environment holds now, where that is another. `own`: whoever looks may go on with it."""

    conversation: Conversation
    exchanges: list[Exchange]
    drawer: Drawer | None
    moved: Version | None
    fixes: list[Fix]
    own: bool = True

    @cached_property
    def number(self) -> int:
        """The turn that is said next."""
        return self.conversation.turn_count


def chat_of(request: Request, agent: Agent, found: Conversation, turn: int | None = None) -> Chat:
    """`turn`: the one to look into; else the one that is asked for, else the last."""
    rows = list(found.turns.select_related("version").defer("version__manifest").order_by("-number")[:MOST_TURNS])[::-1]
    redaction = Redaction.of(found, request.role)
    asked = request.GET.get("turn", "") if turn is None else str(turn)
    looked_at = next((row for row in rows if str(row.number) == asked), rows[-1] if rows else None)
    drawer = drawer_of(agent, found, looked_at, role=request.role) if looked_at else None
    standing = found.environment.active if found.environment else None
    return Chat(
        conversation=redaction.shown(found),
        exchanges=[exchange_of(agent, found, row, redaction, request.role) for row in rows],
        drawer=drawer,
        moved=standing.version if standing and standing.version_id != found.version_id else None,
        fixes=fixes_of(agent, drawer) if drawer else [],
        own=found.tested and found.person_id == request.user.pk,
    )
