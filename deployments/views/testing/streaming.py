"""A turn whose words arrive as they come: a stream of server-sent events, for the panel's script.

Its `turn` is {chat, drawer, notice, number, ended}, the first three as HTML.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from deployments.conversing import Answered, in_thread
from deployments.forms.testing import SayForm
from deployments.models import Agent
from deployments.views.http import Request, agent_or_404
from deployments.views.streams import Told, answering, refusing, stream
from deployments.views.testing.chat import chat_of
from deployments.views.testing.panel import own_test_or_404


@require_POST
async def turns(request: Request, slug: str, conversation: UUID) -> HttpResponse | StreamingHttpResponse:
    agent = await in_thread(_allowed, request, slug, conversation)
    form = SayForm(request.POST)
    if not form.is_valid():
        sentence = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return stream(refusing(sentence))

    async def told(answered: Answered) -> Told:
        return await in_thread(_shown, request, agent, answered)

    return stream(answering(conversation, **form.cleaned_data, told=told, words_of=lambda refused: refused.message))


def _allowed(request: Request, slug: str, conversation: UUID) -> Agent:
    agent = agent_or_404(request, slug)
    own_test_or_404(request, agent, conversation)
    return agent


def _shown(request: Request, agent: Agent, answered: Answered) -> Told:
    found = own_test_or_404(request, agent, answered.conversation.pk)
    chat = chat_of(request, agent, found)
    context = {"agent": agent, "chat": chat, "docked": "docked" in request.POST}
    with timezone.override(agent.workspace.zone):
        said = render_to_string("deployments/testing/exchange.html", context | {"each": chat.exchanges[-1]}, request)
        drawer = render_to_string("deployments/testing/turn.html", context, request)
        notice = render_to_string("deployments/testing/notice.html", context, request)
    return {"chat": said, "drawer": drawer, "notice": notice, "number": chat.number, "ended": not found.in_progress}
