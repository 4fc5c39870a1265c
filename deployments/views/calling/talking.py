"""The page of a shareable link: a conversation as a caller has it. Without scripts each answer is a page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deployments import conversing
from deployments.forms.testing import SayForm
from deployments.models import Conversation, TalkLink
from deployments.pipeline import Refused
from deployments.views.calling.visiting import (
    for_callers,
    refusal_to_ask,
    refusal_to_begin,
    visit_or_404,
    visitor_of,
)
from deployments.views.conversations.reading import MOST_TURNS
from deployments.views.pages import REFUSED


@for_callers
@require_http_methods(["GET", "POST"])
def talk(request: HttpRequest, link: TalkLink) -> HttpResponse:
    """GET asks nothing of the agent: whoever only passes by begins no conversation."""
    if request.method != "POST":
        return _page(request, link)
    if refusal := refusal_to_begin(request, link):
        return _page(request, link, refusal=refusal)
    try:
        answered = conversing.begin_now(
            link.environment.agent,
            link.environment,
            channel="webchat",
            tested=False,
            by=None,
            visitor=visitor_of(link),
        )
    except Refused:
        return _page(request, link, refusal="Nobody answers at this moment. Please come back later.")
    return redirect("talked", link.token, answered.conversation.pk)


@for_callers
@require_safe
def talked(request: HttpRequest, link: TalkLink, conversation: UUID) -> HttpResponse:
    return _page(request, link, visit_or_404(link, conversation))


@for_callers
@require_POST
def said(request: HttpRequest, link: TalkLink, conversation: UUID) -> HttpResponse:
    found = visit_or_404(link, conversation)
    form = SayForm(request.POST)
    if not form.is_valid():
        return _page(request, link, found, form=form, refusal="That is too long, or this page is not as it was sent.")
    if refusal := refusal_to_ask(request, link):
        return _page(request, link, found, form=form, refusal=refusal)
    try:
        conversing.answer_now(found.pk, form.cleaned_data["said"], number=form.cleaned_data["number"])
    except Refused as refused:
        return _page(request, link, found, form=form, refusal=words_of(refused))
    return redirect("talked", link.token, found.pk)


@for_callers
@require_safe
def embed(request: HttpRequest, link: TalkLink) -> HttpResponse:
    """The one script tag of other sites: a button, and the page behind it in a frame."""
    response = render(request, "talk/embed.js", content_type="text/javascript; charset=utf-8")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def words_of(refused: Refused) -> str:
    """For a caller, who need not know how this is built."""
    return {
        "conversation_ended": "This conversation has ended.",
        "conversation_gone": "This conversation is no longer kept. Begin a new one.",
        "turn_in_progress": "One moment: the last answer is still on its way.",
        "turn_moved": "This conversation went on in another window. Load the page again.",
        "text_too_long": "That is too long. Say it in fewer words.",
    }.get(refused.code, "Sorry, that did not work. Please send it again.")


def lines_of(found: Conversation) -> list[Any]:
    """What was said, and nothing of how it came about."""
    rows = found.turns.order_by("-number").values("number", "heard", "said")[:MOST_TURNS]
    return list(rows)[::-1]


def _page(
    request: HttpRequest,
    link: TalkLink,
    found: Conversation | None = None,
    form: SayForm | None = None,
    refusal: str = "",
) -> HttpResponse:
    context = {
        "link": link,
        "agent": link.environment.agent,
        "conversation": found,
        "lines": lines_of(found) if found else [],
        "refusal": refusal,
        "typed": form.data.get("said", "") if form else "",
    }
    return render(request, "talk/talk.html", context, status=REFUSED if refusal else 200)
