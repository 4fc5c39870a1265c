"""Debug chat: a program talks to an environment or to the draft, as the Test panel does."""

from __future__ import annotations

from typing import Any

from ninja import Status

from deployments import conversing
from deployments.api.conversations import conversation_of, role_of
from deployments.api.errors import CONVERSATION_UNUSABLE, FORBIDDEN, ApiError
from deployments.api.finding import agent_for
from deployments.api.keys import Caller, Request, WaitingKey
from deployments.api.routing import answers, router
from deployments.api.talks import Message, Metadata, NewChat, Reply, events_of
from deployments.conversing.threads import in_thread
from deployments.models import Agent, Conversation, Thread
from deployments.pipeline import Redaction, With, draft_of
from deployments.runtime import turns

routes = router("Debug chat", auth=WaitingKey())
PERMISSION = "chat:write"
CHANNELS: dict[str, turns.Channel] = {"chat.polyai": "voice", "sip.polyai": "voice", "webchat.polyai": "webchat"}


@routes.post("/agents/{agent_id}/debug-chat", response=answers(201, Reply, 409), summary="Begin a chat")
async def begin(request: Request, agent_id: str, body: NewChat) -> Status[Reply]:
    """Recorded like every test. Answered with the agent's greeting; it ends after half an hour of silence."""
    agent, held_with = await in_thread(held_with_of, request.auth, agent_id, body.client_env)
    answered = await conversing.begin(
        agent,
        held_with,
        channel=CHANNELS[body.channel],
        channel_type=body.channel,
        tested=True,
        by=request.auth.actor,
        variant=body.variant_id,
        language=body.asr_lang_code,
        integration_attributes=body.integration_attributes,
    )
    return Status(201, await in_thread(_reply, request.auth, answered, ""))


@routes.post(
    "/agents/{agent_id}/debug-chat/{conversation_id}", response=answers(200, Reply, 409, 410), summary="Say something"
)
async def say(request: Request, agent_id: str, conversation_id: str, body: Message) -> Reply:
    """410 once the conversation has ended, 409 while it is being answered."""
    held = await in_thread(chat_for, request.auth, agent_id, conversation_id)
    if body.client_env not in (None, held.place):
        sentence = f"This chat is held with {held.place}. Begin another to talk to {body.client_env}."
        raise ApiError(400, CONVERSATION_UNUSABLE, sentence)
    answered = await conversing.answer(held.pk, body.message)
    return await in_thread(_reply, request.auth, answered, body.message)


def held_with_of(caller: Caller, agent_id: str, client_env: str) -> tuple[Agent, With]:
    """The agent, and what a chat is held with."""
    agent = agent_for(caller, agent_id, PERMISSION)
    return agent, standing_of(agent, client_env)


def standing_of(agent: Agent, client_env: str) -> With:
    if client_env == "draft":
        draft = draft_of(agent)
        if draft is None:
            raise ApiError(400, "CHAT_DRAFT_NOT_EXIST", "There is no draft: nothing is unpublished.")
        return draft
    for step in agent.ladder:
        if step.slug == client_env:
            return step
    raise ApiError(400, "CHAT_ENVIRONMENT_UNKNOWN", f"{agent.name} has no environment of this name on its ladder.")


def chat_for(caller: Caller, agent_id: str, conversation_id: str) -> Conversation:
    return chat_of(caller, agent_for(caller, agent_id, PERMISSION), conversation_id)


def chat_of(caller: Caller, agent: Agent, conversation_id: str) -> Conversation:
    """A test of the key's owner, begun by whichever key of theirs or in the Test panel: as there, no one else's."""
    held = conversation_of(agent, conversation_id)
    if not held.tested:
        raise ApiError(403, FORBIDDEN, "This is a caller's conversation: it is read, not spoken in.")
    if held.person_id != caller.key.owner_id:
        raise ApiError(403, FORBIDDEN, "This is a test of somebody else: it is read, not spoken in. Begin one.")
    return held


def _reply(caller: Caller, answered: conversing.Answered, heard: str) -> Reply:
    held = answered.conversation
    redaction = Redaction.of(held, role_of(caller))
    return Reply(
        conversation_id=held.pk,
        user_input=heard,
        response=redaction.text(answered.turn.said),
        metadata=Metadata(**metadata_of(answered, redaction)),
        conversation_ended=not held.in_progress,
    )


# Asks the database: for a thread.
def metadata_of(answered: conversing.Answered, redaction: Redaction) -> dict[str, Any]:
    made = turns.read(turns.Turn, redaction.value(answered.turn.record))
    held = answered.conversation
    standing = redaction.value(Thread.objects.values_list("standing", flat=True).get(pk=held.pk) or {})
    place = " / ".join(filter(None, (made.flow, made.step)))
    return {
        "state": standing.get("state", {}),
        "current_node": place,
        "node_trace": [" / ".join(filter(None, (move.flow, move.step))) for move in made.moves],
        "metrics": dict(standing.get("metrics", ())),
        "function_events": events_of(made, redaction),
        "handoff_destination": redaction.text(held.handoff_destination) or None,
        "retrieved_topics": [topic.name for topic in made.topics],
        "in_flow": made.flow,
        "in_step": made.step,
        "llm_requests": [
            {"prompt": each.prompt, "answer": each.answer, "called": each.called, "error": each.error}
            for each in made.requests
        ],
        "asr_lang_code": held.language,
        "tts_lang_code": held.language,
    }
