"""`poly chat`: the same conversations as the debug chat, told as that client reads them."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Body

from deployments import conversing
from deployments.adk.accounts import project_for
from deployments.adk.deployments import PROJECT
from deployments.adk.shapes import ChatReply, NewChat, Said, Spoken
from deployments.api.chat import CHANNELS, PERMISSION, chat_of, metadata_of, standing_of
from deployments.api.conversations import role_of
from deployments.api.keys import Caller, Request, WaitingKey
from deployments.api.routing import answers, router
from deployments.conversing.threads import in_thread
from deployments.models import Agent, Conversation
from deployments.pipeline import Redaction, With

routes = router("Chat", auth=WaitingKey())
CHAT = f"{PROJECT}/chat"


@routes.post(CHAT, response=answers(200, ChatReply, 409), summary="Begin a chat", exclude_none=True)
async def begin(
    request: Request, account_id: str, project_id: str, body: Annotated[NewChat | None, Body()] = None
) -> ChatReply:
    body = body or NewChat()
    agent, held_with = await in_thread(_held_with, request, account_id, project_id, body.client_env)
    return await _begun(request, agent, held_with, body)


@routes.post(f"{CHAT}/{{conversation_id}}", response=answers(200, ChatReply, 409, 410), summary="Say something",
             exclude_none=True)  # fmt: skip
async def say(
    request: Request,
    account_id: str,
    project_id: str,
    conversation_id: str,
    body: Annotated[Spoken | None, Body()] = None,
) -> ChatReply:
    """Without words it is a silence."""
    held = await in_thread(_chat, request, account_id, project_id, conversation_id)
    return await in_thread(_reply, request.auth, await conversing.answer(held.pk, body.message if body else ""))


@routes.post(f"{CHAT}/{{conversation_id}}/end", response=answers(200, Said), summary="End a chat")
async def end(request: Request, account_id: str, project_id: str, conversation_id: str) -> Said:
    """Twice is quiet."""
    held = await in_thread(_chat, request, account_id, project_id, conversation_id)
    await conversing.end(held.pk)
    return Said()


def _held_with(request: Request, account_id: str, project_id: str, client_env: str) -> tuple[Agent, With]:
    agent = project_for(request, account_id, project_id, PERMISSION)
    return agent, standing_of(agent, client_env)


def _chat(request: Request, account_id: str, project_id: str, conversation_id: str) -> Conversation:
    return chat_of(request.auth, project_for(request, account_id, project_id, PERMISSION), conversation_id)


async def _begun(request: Request, agent: Agent, held_with: With, body: NewChat) -> ChatReply:
    answered = await conversing.begin(
        agent,
        held_with,
        channel=CHANNELS[body.channel],
        channel_type=body.channel,
        tested=True,
        by=request.auth.actor,
        variant=body.variant_id,
        language=body.asr_lang_code,
        sip_headers=body.sip_headers,
    )
    return await in_thread(_reply, request.auth, answered)


def _reply(caller: Caller, answered: conversing.Answered) -> ChatReply:
    held = answered.conversation
    redaction = Redaction.of(held, role_of(caller))
    told: dict[str, Any] = metadata_of(answered, redaction)
    return ChatReply(
        conversation_id=held.pk,
        response=redaction.text(answered.turn.said),
        conversation_ended=not held.in_progress,
        metadata={name: value for name, value in told.items() if value is not None},
    )
