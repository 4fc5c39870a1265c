"""Who comes by a link, how much they may ask, and in which pages of others it may be framed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from deployments.models import Conversation, TalkLink
from deployments.models.columns import Columns
from deployments.pipeline.limiting import DAY, network_of, take

# Of one visitor a minute.
CONVERSATIONS: Final = 10
TURNS: Final = 30


def for_callers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that needs no account, and is framed by the sites its link allows."""

    @login_not_required
    @csrf_exempt
    @xframe_options_exempt
    @wraps(view)
    def answered(request: HttpRequest, token: str, *args: Any, **named: Any) -> HttpResponse:
        link = link_or_404(token)
        return framed_by(link, view(request, link, *args, **named))

    return answered


def framed_by(link: TalkLink, response: HttpResponse) -> HttpResponse:
    response._csp_replace = {"frame-ancestors": ["'self'", *link.sites]}  # type: ignore[attr-defined]
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def link_or_404(token: str) -> TalkLink:
    """One that is switched on, of an agent that is still there."""
    found = TalkLink.objects.select_related("environment__agent__workspace").filter(
        token=token, is_on=True, environment__on_ladder=True, environment__agent__deleted_at=None
    )
    link = found.first()
    if link is None:
        raise Http404("Nobody answers at this address.")
    return link


def visit_or_404(link: TalkLink, pk: UUID) -> Conversation:
    """A conversation that was begun by this link."""
    found = Conversation.objects.filter(pk=pk, environment=link.environment_id, tested=False, visitor=visitor_of(link))
    conversation = found.first()
    if conversation is None:
        raise Http404("This conversation is no longer kept.")
    return conversation


_LINK = Columns(TalkLink, "link")
_OPEN = f"""
SELECT {_LINK.written}
FROM deployments_talklink link
JOIN deployments_environment environment ON environment.id = link.environment_id
JOIN deployments_agent agent ON agent.id = environment.agent_id
WHERE link.token = %(token)s AND link.is_on AND environment.on_ladder AND agent.deleted_at IS NULL
  AND EXISTS (
    SELECT FROM deployments_conversation held
    WHERE held.id = %(conversation)s AND held.environment_id = link.environment_id
      AND NOT held.tested AND held.visitor = %(visitor)s
  )
"""


def open_link_or_404(token: str, conversation: UUID) -> TalkLink:
    """Both at once: the link that is switched on, of a conversation that was begun by it."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"token": token, "conversation": conversation, "visitor": _visitor(token)})
        found = cursor.fetchone()
    if found is None:
        raise Http404("Nobody answers at this address.")
    return _LINK.read(found)


def visitor_of(link: TalkLink) -> str:
    """How conversations name the link they came by; a new address is another one."""
    return _visitor(link.token)


def _visitor(token: str) -> str:
    return f"link {token[:12]}"


def refusal_to_begin(request: HttpRequest, link: TalkLink) -> str:
    if not _may(request, "talks", CONVERSATIONS):
        return "You began many conversations just now. Wait a minute."
    # A greeting is a turn as well: its start function may ask a model.
    return _refusal_of_the_day(link)


def refusal_to_ask(request: HttpRequest, link: TalkLink) -> str:
    """In words for the caller, who is told nothing of what it costs."""
    if not _may(request, "asks", TURNS):
        return "That was quick. Wait a few seconds, then send it again."
    return _refusal_of_the_day(link)


def _refusal_of_the_day(link: TalkLink) -> str:
    if not take(f"talk {link.pk}", limit=link.turns_a_day, period=DAY).allowed:
        return "So many people talk here today that no more can be answered. Please come back later."
    return ""


def _may(request: HttpRequest, what: str, limit: int) -> bool:
    return take(f"{what} of {network_of(request.META.get('REMOTE_ADDR', ''))}", limit=limit).allowed
