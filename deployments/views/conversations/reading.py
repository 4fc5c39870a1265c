"""One conversation: what was said, with all that happened in between, and the drawer of the turn that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from deployments.forms.conversations import NoteForm
from deployments.forms.numerals import whole
from deployments.models import Agent, Conversation, Event, Role, Turn
from deployments.pipeline import ANNOTATIONS, Redaction
from deployments.runtime import turns
from deployments.views.berths import berths
from deployments.views.conversations.drawers import BY, Addresses, Row, drawer_of, fixes_of, read_turn
from deployments.views.conversations.listing import filter_of
from deployments.views.conversations.paging import TooSlow, patience
from deployments.views.http import Request, agent_or_404
from deployments.views.pages import page

# Longer transcripts go on by address; where somebody talks, the last of them are shown.
MOST_TURNS = 200


@dataclass(frozen=True)
class Aside:
    """Something between the words: a topic that was found, a function that ran, a change of place."""

    icon: str
    name: str
    words: str = ""
    detail: str = ""
    address: str = ""
    failed: bool = False


@dataclass(frozen=True)
class Exchange:
    """A turn as the transcript tells it. `at` is since the conversation began."""

    row: Row
    at: timedelta
    heard: str | None
    said: Sequence[turns.Reply]
    asides: Sequence[Aside]
    marks: Sequence[tuple[str, str]]
    moved: bool
    variant: str | None = None


@require_safe
def conversation(request: Request, slug: str, conversation: UUID) -> HttpResponse:
    agent = agent_or_404(request, slug)
    found = conversation_or_404(agent, conversation)
    return page(request, "deployments/conversations/conversation.html", shown(request, agent, found))


def conversation_or_404(agent: Agent, pk: UUID) -> Conversation:
    found = get_object_or_404(agent.conversations.with_details().select_related("thread"), pk=pk)
    found.agent = agent
    return found


def shown(request: Request, agent: Agent, found: Conversation, form: NoteForm | None = None) -> dict[str, Any]:
    """Context of the page, with what somebody was writing when it was refused."""
    redaction = Redaction.of(found, request.role)
    first = whole(request.GET.get("from", "")) or 0
    rows = list(
        found.turns.filter(number__gte=first)
        .select_related("version")
        .defer("version__manifest")
        .order_by("number")[: MOST_TURNS + 1]
    )
    looked_at = _looked_at(request, found, rows)
    setting = turns.read(turns.Setting, redaction.value(found.thread.setting))
    newer, older = _neighbours(request, agent, found)
    drawer = drawer_of(agent, found, looked_at, role=request.role) if looked_at else None
    fixes = fixes_of(agent, drawer) if drawer else []
    return {
        "agent": agent,
        "conversation": redaction.shown(found),
        "contact": redaction.contact(found),
        "exchanges": [exchange_of(agent, found, row, redaction, request.role) for row in rows[:MOST_TURNS]],
        "goes_on": rows[MOST_TURNS].number if len(rows) > MOST_TURNS else None,
        "words_only": "words" in request.GET,
        "drawer": drawer,
        "fixes": fixes,
        "drawer_head": "deployments/conversations/fix.html" if fixes else "",
        "setting": setting,
        "placed": _placed(agent, found),
        "berths": berths(agent),
        "form": form or NoteForm(initial={"note": found.note, "tags": ", ".join(found.tags)}),
        "may_note": request.role.holds(Role.EDITOR),
        "annotations": ANNOTATIONS.items(),
        "newer": newer,
        "older": older,
        "asked": _asked(request),
        "place": "conversations",
        "title": "Conversation",
    }


def exchange_of(agent: Agent, found: Conversation, row: Turn, redaction: Redaction, role: Role) -> Exchange:
    made = read_turn(row, redaction)
    addresses = Addresses(agent, row.version, role.holds(Role.EDITOR))
    return Exchange(
        row=row,
        at=row.at - found.began_at,
        heard=made.heard,
        said=[reply for reply in made.replies if reply.text],
        asides=[*asides_of(made, addresses)],
        marks=[(side, ANNOTATIONS.get(kind, kind)) for side, kinds in row.annotations.items() for kind in kinds],
        moved=row.version_id != found.version_id,
        variant=made.variant,
    )


def asides_of(made: turns.Turn, addresses: Addresses) -> list[Aside]:
    """What happened in a turn beside the words, in the order of the drawer."""
    topics = [
        Aside("topic", topic.name, f"topic, {topic.score:.2f}", address=addresses.of(topic.path))
        for topic in made.topics[:5]
    ]
    runs = [
        Aside(
            "refused" if run.error else "function",
            run.name,
            run.error.text if run.error else BY[run.by],
            address=addresses.of(run.path),
            failed=run.error is not None,
        )
        for run in made.functions
    ]
    moves = [
        Aside("flow", move.step or move.flow or "left the flow", move.flow or "", address=addresses.of(move.path))
        for move in made.moves
    ]
    wrong = [
        Aside("caution", note.text, address=addresses.of(note.path), failed=True)
        for note in made.notes
        if note.level == "error" and not note.is_pii
    ]
    failed = [Aside("refused", "Model", each.error, failed=True) for each in made.requests if each.error]
    return [*topics, *runs, *moves, *failed, *wrong]


def _looked_at(request: Request, found: Conversation, rows: Sequence[Turn]) -> Turn | None:
    """The turn of the drawer: the one that was asked for."""
    number = whole(request.GET.get("turn", ""))
    if number is None:
        return None
    here = next((row for row in rows if row.number == number), None)
    return here or found.turns.select_related("version").defer("version__manifest").filter(number=number).first()


def _neighbours(request: Request, agent: Agent, found: Conversation) -> tuple[str, str]:
    """The addresses of the next newer and the next older one, in the list this one was opened from."""
    rows = filter_of(request, agent).conversations()
    try:
        with patience():
            newer = rows.after(found.began_at, found.pk).oldest_first().values_list("pk", flat=True).first()
            older = rows.before(found.began_at, found.pk).newest_first().values_list("pk", flat=True).first()
    except TooSlow:
        return "", ""
    asked = _asked(request)
    return tuple(  # type: ignore[return-value]
        reverse("conversation", args=[agent.slug, pk]) + asked if pk else "" for pk in (newer, older)
    )


def _asked(request: Request) -> str:
    """The filters of the list, to go on with them."""
    query = request.GET.copy()
    for name in ("turn", "from", "words", "newer", "older"):
        query.pop(name, None)
    return f"?{query.urlencode()}" if query else ""


def _placed(agent: Agent, found: Conversation) -> Event | None:
    """The line of Project History of the placement that was active when it began."""
    if found.deployment_id is None:
        return None
    return agent.events.filter(deployment=found.deployment_id).select_related("by").order_by("pk").first()
