"""Two versions side by side: the same words are said to both, and answers that differ are marked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import conversing
from deployments.forms.testing import SayForm
from deployments.models import Agent, Conversation
from deployments.pipeline import Refused
from deployments.sides.side import Side, side_or_404
from deployments.views.conversations.reading import Exchange
from deployments.views.http import Request, agent_or_404
from deployments.views.pages import REFUSED, page
from deployments.views.testing.again import led_again
from deployments.views.testing.chat import chat_of
from deployments.views.testing.choices import choices_of, first_ref, held_with
from deployments.views.testing.panel import own_test_or_404, side_of

LAST = 100_000


@dataclass(frozen=True)
class Both:
    """The turn of the same number of either side; None where one has ended before."""

    left: Exchange | None
    right: Exchange | None

    @property
    def differ(self) -> bool:
        return _said(self.left) != _said(self.right)


@require_http_methods(["GET", "POST"])
def choose(request: Request, slug: str, conversation: UUID) -> HttpResponse:
    """What to set beside a conversation; sent, the other is told all that this one was."""
    agent = agent_or_404(request, slug)
    left = own_test_or_404(request, agent, conversation)
    sentence = ""
    if request.method == "POST":
        side = side_or_404(agent, request.POST.get("ref") or first_ref(agent))
        holder = held_with(side)
        if holder is None:
            sentence = "Nothing answers there. Choose another."
        else:
            try:
                right, _ = led_again(request, agent, left, holder, LAST)
                return redirect("test-both", agent.slug, left.pk, right.pk)
            except Refused as refused:
                sentence = refused.message
    here = side_of(agent, left)
    context = {
        "agent": agent,
        "left": left,
        "choices": choices_of(agent, here),
        "other": _other(agent, here),
        "refusal": sentence,
    }
    return _page(request, "deployments/testing/choose.html", context, status=REFUSED if sentence else 200)


@require_http_methods(["GET", "POST"])
def both(request: Request, slug: str, conversation: UUID, other: UUID) -> HttpResponse:
    agent = agent_or_404(request, slug)
    pair = [own_test_or_404(request, agent, each) for each in (conversation, other)]
    form = SayForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        refusals = _said_to(pair, form.cleaned_data["said"])
        if not refusals:
            return redirect("test-both", agent.slug, conversation, other)
        for refusal in refusals:
            form.refuse(refusal)
    left, right = (chat_of(request, agent, each) for each in pair)
    context = {
        "agent": agent,
        "left": left,
        "right": right,
        "both_sides": (left, right),
        "rows": [Both(*each) for each in zip_longest(left.exchanges, right.exchanges)],
        "going_on": any(each.in_progress for each in pair),
        "form": form,
    }
    return _page(request, "deployments/testing/both.html", context, status=REFUSED if form else 200)


def _said_to(pair: Sequence[Conversation], words: str) -> list[Refused]:
    """The same words to both at once, each for itself. What was refused is handed back."""

    async def said() -> list[Any]:
        going_on = [each for each in pair if each.in_progress]
        return await asyncio.gather(*(conversing.answer(each.pk, words) for each in going_on), return_exceptions=True)

    refusals: list[Refused] = []
    for answer in async_to_sync(said)():
        if isinstance(answer, Refused):
            refusals.append(answer)
        elif isinstance(answer, BaseException):
            raise answer
    return refusals


def _other(agent: Agent, side: Side | None) -> str:
    """What is most likely wanted beside: what callers hear now, else what comes first."""
    taken = side.ref if side else ""
    last = agent.ladder[-1]
    return last.slug if last.slug != taken and last.active else first_ref(agent)


def _said(exchange: Exchange | None) -> Sequence[str]:
    return [reply.text for reply in exchange.said] if exchange else ()


def _page(request: Request, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    return page(request, template, context | {"place": "test", "title": "Side by side"}, status=status)
