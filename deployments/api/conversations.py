"""Conversations: the list, one with its turns, and what is written beside it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse
from ninja import Query

from deployments import pipeline
from deployments.api.errors import NO_CONVERSATION, ApiError
from deployments.api.finding import agent_for
from deployments.api.keys import Caller, Request
from deployments.api.routing import answers, next_page, router
from deployments.api.talks import Annotations, Conversations, Detail, NewNote, Success, Summary, detail_of, summary_of
from deployments.models import Agent, Conversation, Role
from deployments.pipeline import Redaction

routes = router("Conversations")
ONE = "/agents/{agent_id}/conversations/{conversation_id}"
MOST_TURNS = 500


@routes.get(
    "/agents/{agent_id}/conversations", response=answers(200, Conversations), summary="List conversations",
    exclude_none=True,
)  # fmt: skip
def conversations(
    request: Request,
    response: HttpResponse,
    agent_id: str,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Conversations:
    """Of callers and of people who test, newest first. A `Link` header leads on to the next."""
    agent = agent_for(request.auth, agent_id, "conversations:read")
    rows = agent.conversations.with_details().newest_first()[offset : offset + limit]
    count, role = agent.conversations.count(), role_of(request.auth)
    if offset + limit < count:
        response["Link"] = next_page(request, offset=offset + limit)
    found = []
    for each in rows:
        each.agent = agent
        found.append(Summary(**summary_of(each, Redaction.of(each, role))))
    return Conversations(conversations=found, count=count, limit=limit, offset=offset)


@routes.get(ONE, response=answers(200, Detail), summary="Read a conversation", exclude_none=True)
def conversation(request: Request, agent_id: str, conversation_id: str) -> Detail:
    """With its turns and what functions did in them."""
    agent = agent_for(request.auth, agent_id, "conversations:read")
    held = conversation_of(agent, conversation_id)
    rows = list(held.turns.order_by("number")[:MOST_TURNS])
    return detail_of(held, rows, Redaction.of(held, role_of(request.auth)))


@routes.get(f"{ONE}/audio", response=answers(200, None), summary="Its recording")
def audio(request: Request, agent_id: str, conversation_id: str) -> None:
    """No call is recorded here, so this is a 404 for every conversation."""
    agent = agent_for(request.auth, agent_id, "conversations:read")
    conversation_of(agent, conversation_id)
    raise ApiError(404, "CONVERSATIONS_RECORDING_NOT_FOUND", "This conversation has no recording.")


@routes.post(f"{ONE}/annotations", response=answers(200, Success), summary="Mark turns")
def marks(request: Request, agent_id: str, conversation_id: str, body: Annotations) -> Success:
    """What these turns were marked with before goes."""
    agent = agent_for(request.auth, agent_id, "conversations:write")
    held = conversation_of(agent, conversation_id)
    said = [(each.turn_id, each.role, each.annotation_type) for each in body.annotations]
    pipeline.annotate_turns(held, said, by=request.auth.actor, replace=True)
    return Success()


@routes.put(f"{ONE}/note", response=answers(200, Success), summary="Write its note")
def note(request: Request, agent_id: str, conversation_id: str, body: NewNote) -> Success:
    """Replaces the note; an empty one takes it away."""
    agent = agent_for(request.auth, agent_id, "conversations:write")
    pipeline.note_conversation(conversation_of(agent, conversation_id), body.note, by=request.auth.actor)
    return Success()


def conversation_of(agent: Agent, conversation_id: str) -> Conversation:
    try:
        key = UUID(conversation_id)
    except ValueError:
        key = None
    rows = agent.conversations.with_details().select_related("thread").defer("thread__words", "thread__manifest")
    held = rows.filter(pk=key).first() if key else None
    if held is None:
        raise ApiError(404, NO_CONVERSATION, f"{agent.name} has no conversation of this id.")
    held.agent = agent
    return held


def role_of(caller: Caller) -> Role:
    """Of the key's owner at this moment; who belongs to the workspace no more is nobody's caller."""
    return caller.key.owner.role_in(caller.workspace) or Role.VIEWER
