"""A turn whose words arrive as they come: a stream of server-sent events, for the panel's script.

`piece` {text}: words as they come; then `turn` {chat, drawer, number, ended, notice}, where `chat` and `drawer` are
HTML; or `refused` {text}.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from deployments import conversing
from deployments.conversing import in_thread
from deployments.forms.testing import SayForm
from deployments.models import Agent
from deployments.pipeline import Refused
from deployments.views.http import Request, agent_or_404
from deployments.views.streams import event, once, stream
from deployments.views.testing.chat import chat_of
from deployments.views.testing.panel import own_test_or_404


@require_POST
async def turns(request: Request, slug: str, conversation: UUID) -> HttpResponse | StreamingHttpResponse:
    agent = await in_thread(_allowed, request, slug, conversation)
    form = SayForm(request.POST)
    if not form.is_valid():
        sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return stream(once("refused", {"text": sentence}))
    said = form.cleaned_data
    return stream(_answered(request, agent, conversation, said["said"], said["number"]))


async def _answered(request: Request, agent: Agent, conversation: UUID, said: str, number: int) -> AsyncIterator[bytes]:
    pieces: asyncio.Queue[str | None] = asyncio.Queue()
    answer = asyncio.ensure_future(conversing.answer(conversation, said, say=pieces.put_nowait, number=number))
    answer.add_done_callback(lambda _: pieces.put_nowait(None))
    while (piece := await pieces.get()) is not None:
        yield event("piece", {"text": piece})
    try:
        await answer
    except Refused as refused:
        yield event("refused", {"text": refused.message})
    else:
        yield event("turn", await in_thread(_shown, request, agent, conversation))


def _allowed(request: Request, slug: str, conversation: UUID) -> Agent:
    agent = agent_or_404(request, slug)
    own_test_or_404(request, agent, conversation)
    return agent


def _shown(request: Request, agent: Agent, conversation: UUID) -> dict[str, Any]:
    found = own_test_or_404(request, agent, conversation)
    chat = chat_of(request, agent, found)
    context = {"agent": agent, "chat": chat, "docked": "docked" in request.POST}
    with timezone.override(agent.workspace.zone):
        said = render_to_string("deployments/testing/exchange.html", context | {"each": chat.exchanges[-1]}, request)
        drawer = render_to_string("deployments/testing/turn.html", context, request)
        notice = render_to_string("deployments/testing/notice.html", context, request)
    return {"chat": said, "drawer": drawer, "notice": notice, "number": chat.number, "ended": not found.in_progress}
