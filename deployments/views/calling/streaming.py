"""A caller's turn as its words come: server-sent events. What a caller is sent is words, and whether it is over."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from deployments.conversing import Answered, in_thread
from deployments.forms.testing import SayForm
from deployments.views.calling.talking import words_of
from deployments.views.calling.visiting import open_link_or_404, refusal_to_ask
from deployments.views.streams import Told, answering, refusing, stream


@login_not_required
@csrf_exempt
@require_POST
async def turns(request: HttpRequest, token: str, conversation: UUID) -> StreamingHttpResponse:
    form = SayForm(request.POST)
    refusal = await in_thread(_refusal, request, token, conversation, form)
    if refusal:
        return stream(refusing(refusal))
    return stream(answering(conversation, **form.cleaned_data, told=_told, words_of=words_of))


def _refusal(request: HttpRequest, token: str, conversation: UUID, form: SayForm) -> str:
    link = open_link_or_404(token, conversation)
    if not form.is_valid():
        return "That is too long, or this page is not as it was sent."
    return refusal_to_ask(request, link)


async def _told(answered: Answered) -> Told:
    return {
        "said": answered.turn.said,
        "number": answered.turn.number + 1,
        "ended": not answered.conversation.in_progress,
    }
