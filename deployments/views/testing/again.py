"""A conversation beside the draft while something in it is corrected, and the same words asked of the draft then."""

from __future__ import annotations

import time
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import conversing
from deployments.models import Agent, Conversation
from deployments.pipeline import Redaction, Refused, With
from deployments.runtime import turns
from deployments.views.conversations.reading import conversation_or_404
from deployments.views.http import Request, actor, agent_or_404
from deployments.views.testing.panel import is_docked, own_test_or_404, talked

# Seconds after which no further turn is begun: a page's thread waits for all of them.
PATIENCE = 20.0
NO_DRAFT = "There is no draft: nothing was changed since the last publication."


@require_http_methods(["GET", "POST"])
def again(request: Request, slug: str, conversation: UUID, turn: int) -> HttpResponse:
    """GET: anybody's conversation, to be read beside the draft. POST: a new one with the draft, led by what was said
    in this one up to that turn."""
    agent = agent_or_404(request, slug)
    found = conversation_or_404(agent, conversation)
    if request.method == "GET":
        return talked(request, agent, found, turn=turn)
    if agent.draft_or_none is None:
        return _refused(request, agent, found, turn, NO_DRAFT)
    try:
        led, finished = led_again(request, agent, found, agent.draft_or_none, turn)
    except Refused as refused:
        return _refused(request, agent, found, turn, refused.message)
    notice = "" if finished else "Not all of the words were said again: the answers took too long."
    if is_docked(request):
        return talked(request, agent, own_test_or_404(request, agent, led.pk), notice=notice)
    if notice:
        messages.warning(request, notice)
    return redirect("test-conversation", agent.slug, led.pk)


def led_again(
    request: Request, agent: Agent, found: Conversation, holder: With, turn: int
) -> tuple[Conversation, bool]:
    """A conversation of its own that was told the same, and whether all of it was. Raises `Refused`.

    A caller's number that this person may not read is not passed on: what functions do with it, they would see.
    """
    until = time.monotonic() + PATIENCE
    is_own = found.tested and found.person_id == request.user.pk
    redaction = Redaction(reads_all=True) if is_own else Redaction.of(found, request.role)
    setting = turns.read(turns.Setting, redaction.value(found.thread.setting))
    heard = found.turns.filter(number__lte=turn).exclude(heard=None).order_by("number").values_list("heard", flat=True)
    led = conversing.begin_now(
        agent,
        holder,
        channel=found.channel,
        tested=True,
        by=actor(request),
        variant=found.variant or None,
        language=found.language or None,
        caller_number=(found.caller_number or None) if redaction.reads_all else None,
        sip_headers=setting.sip_headers,
    ).conversation
    for words in heard:
        if time.monotonic() > until:
            return led, False
        answered = conversing.answer_now(led.pk, redaction.text(words or ""))
        if not answered.conversation.in_progress:
            break
    return led, True


def _refused(request: Request, agent: Agent, found: Conversation, turn: int, sentence: str) -> HttpResponse:
    if is_docked(request):
        return talked(request, agent, found, notice=sentence, turn=turn)
    messages.error(request, sentence)
    return redirect("conversation", agent.slug, found.pk)
