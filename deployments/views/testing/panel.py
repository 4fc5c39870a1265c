"""The panel and its page: what to talk to, and a conversation as it happens.

For HTMX it is the panel that docks beside any page; without scripts the same is a page with forms.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import push_url

from deployments import conversing
from deployments.forms.testing import BeginForm, SayForm
from deployments.models import Agent, Conversation, Role
from deployments.pipeline import Refused
from deployments.sides.side import Side
from deployments.views.http import Request, actor, agent_or_404, posted
from deployments.views.pages import REFUSED, fragment, page
from deployments.views.testing.chat import chat_of
from deployments.views.testing.choices import choices_of, held_with, playbook_of, side_asked

TEMPLATE = "deployments/testing/test.html"


@require_http_methods(["GET", "POST"])
def test(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    sent = posted(request)
    side = side_asked(agent, request.GET.get("ref", "") if sent is None else sent.get("test-ref", ""))
    form = _begin_form(agent, side, sent, request.GET.get("channel", ""))
    if form.is_valid():
        answered = _begun(request, agent, side, form)
        if answered is not None:
            return _opened(request, agent, answered)
    return _shown(request, agent, side, form, status=REFUSED if form.errors else 200)


@require_safe
def test_conversation(request: Request, slug: str, conversation: UUID) -> HttpResponse:
    agent = agent_or_404(request, slug)
    return talked(request, agent, own_test_or_404(request, agent, conversation))


@require_POST
def say(request: Request, slug: str, conversation: UUID) -> HttpResponse:
    """A turn for a page without scripts, which waits for the answer."""
    agent = agent_or_404(request, slug)
    found = own_test_or_404(request, agent, conversation)
    form = SayForm(request.POST)
    if form.is_valid():
        try:
            conversing.answer_now(found.pk, form.cleaned_data["said"], number=form.cleaned_data["number"])
        except Refused as refused:
            form.refuse(refused)
        else:
            return _opened(request, agent, found)
    return talked(request, agent, found, form)


@require_POST
def end(request: Request, slug: str, conversation: UUID) -> HttpResponse:
    agent = agent_or_404(request, slug)
    found = own_test_or_404(request, agent, conversation)
    try:
        conversing.end_now(found.pk)
    except Refused as refused:
        return talked(request, agent, found, notice=refused.message)
    return _opened(request, agent, found)


def own_test_or_404(request: Request, agent: Agent, pk: UUID) -> Conversation:
    """A test of this person's: nobody goes on with somebody else's."""
    own = agent.conversations.filter(tested=True, person=request.user)
    found = get_object_or_404(own.with_details().select_related("thread"), pk=pk)
    found.agent = agent
    return found


def talked(
    request: Request,
    agent: Agent,
    found: Conversation,
    form: SayForm | None = None,
    notice: str = "",
    turn: int | None = None,
) -> HttpResponse:
    """The panel with a conversation in it, and what somebody was saying when it was refused. `turn`: to look into."""
    side = side_of(agent, found)
    chat = chat_of(request, agent, found, turn)
    chosen: dict[str, Any] = {"ref": side.ref if side else "", "channel": found.channel}
    if chat.own:
        # As it was begun, whatever its functions have chosen since: the next one is to begin as this did.
        setting = found.thread.setting
        chosen |= {name: setting.get(name) for name in ("variant", "language", "caller_number", "sip_headers")}
    context = {"chat": chat, "say": form, "notice": notice}
    begin = _begin_form(agent, side, None, found.channel, initial=chosen)
    return _shown(request, agent, side, begin, status=REFUSED if form and form.errors else 200, **context)


def side_of(agent: Agent, found: Conversation) -> Side | None:
    """What a conversation was begun with, as it is called now: the draft may be gone since."""
    ref = found.environment.slug if found.environment else found.version.short if found.version else "draft"
    return side_asked(agent, ref)


def _begin_form(
    agent: Agent, side: Side | None, sent: Any, channel: str, initial: dict[str, Any] | None = None
) -> BeginForm:
    if sent is not None:
        channel = sent.get("test-channel", "")
    return BeginForm(
        playbook_of(side) if side else None,
        channel,
        sent,
        initial=initial or {"ref": side.ref if side else "", "channel": "voice" if channel == "voice" else "webchat"},
    )


def _begun(request: Request, agent: Agent, side: Side | None, form: BeginForm) -> Conversation | None:
    """None where it was refused; the form says why."""
    holder = held_with(side)
    if holder is None:
        form.add_error("ref", "Nothing answers there. Publish or promote a version to it first, or choose another.")
        return None
    said = form.cleaned_data
    try:
        answered = conversing.begin_now(
            agent,
            holder,
            channel=said["channel"],
            tested=True,
            by=actor(request),
            variant=said.get("variant") or None,
            language=said.get("language") or None,
            caller_number=said["caller_number"] or None,
            sip_headers=said.get("sip_headers"),
        )
    except Refused as refused:
        form.refuse(refused)
        return None
    return answered.conversation


def _opened(request: Request, agent: Agent, found: Conversation) -> HttpResponse:
    if is_docked(request):
        return talked(request, agent, own_test_or_404(request, agent, found.pk))
    return redirect("test-conversation", agent.slug, found.pk)


def _shown(
    request: Request, agent: Agent, side: Side | None, form: BeginForm, *, status: int, **more: Any
) -> HttpResponse:
    choices = choices_of(agent, side)
    context = {
        "agent": agent,
        "side": side,
        "begin": form,
        "channel": form["channel"].value() or "webchat",
        "choices": choices,
        "may_keep": request.role.holds(Role.EDITOR),
        "refused": next((each.refused for each in choices if side and each.ref == side.ref), ""),
        "title": "Test",
        "place": "test",
        **more,
    }
    if is_docked(request):
        response = fragment(request, f"{TEMPLATE}#panel", context)
        response.status_code = status
        # The address stays the page's, whatever htmx makes of a boosted form: loaded again, it is that page.
        return push_url(response, False)
    return page(request, TEMPLATE, context, status=status)


def is_docked(request: Request) -> bool:
    return bool(request.htmx) and request.htmx.target == "test"
