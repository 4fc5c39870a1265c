"""A caller's turn as its words come: server-sent events. What a caller is sent is words, and whether it is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from deployments import conversing
from deployments.conversing import in_thread
from deployments.forms.testing import SayForm
from deployments.pipeline import Refused
from deployments.views.calling.talking import words_of
from deployments.views.calling.visiting import link_or_404, refusal_to_ask, visit_or_404
from deployments.views.streams import event, once, stream


@login_not_required
@csrf_exempt
@require_POST
async def turns(request: HttpRequest, token: str, conversation: UUID) -> StreamingHttpResponse:
    form = SayForm(request.POST)
    refusal = await in_thread(_refusal, request, token, conversation, form)
    if refusal:
        return stream(once("refused", {"text": refusal}))
    return stream(_answered(conversation, form.cleaned_data["said"], form.cleaned_data["number"]))


def _refusal(request: HttpRequest, token: str, conversation: UUID, form: SayForm) -> str:
    link = link_or_404(token)
    visit_or_404(link, conversation)
    if not form.is_valid():
        return "That is too long, or this page is not as it was sent."
    return refusal_to_ask(request, link)


async def _answered(conversation: UUID, said: str, number: int) -> AsyncIterator[bytes]:
    pieces: asyncio.Queue[str | None] = asyncio.Queue()
    answer = asyncio.ensure_future(conversing.answer(conversation, said, say=pieces.put_nowait, number=number))
    answer.add_done_callback(lambda _: pieces.put_nowait(None))
    while (piece := await pieces.get()) is not None:
        yield event("piece", {"text": piece})
    try:
        answered = await answer
    except Refused as refused:
        yield event("refused", {"text": words_of(refused)})
        return
    told: dict[str, Any] = {
        "said": answered.turn.said,
        "number": answered.turn.number + 1,
        "ended": not answered.conversation.in_progress,
    }
    yield event("turn", told)
