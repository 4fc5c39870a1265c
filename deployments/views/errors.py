"""What went wrong, in words and in the look of every other page. No traceback ever reaches a person."""

from __future__ import annotations

import sys
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect

from deployments.models import Agent
from deployments.pipeline import Refused
from deployments.views.http import Request, forbid, page_asking
from deployments.watching.asking import is_known
from deployments.watching.away import RETRY_SECONDS, why_away
from deployments.watching.correlation import correlation_id


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _said(request, 400, "This request cannot be read", "Go back and try once more.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    why = str(exception) or "Your role does not reach this page."
    return _said(request, 403, "Not with your role", why)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    said = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    # A sentence of ours says more than “not found”; what Django says of models and addresses does not.
    ours = said if said.endswith(".") and "matches the given query" not in said else ""
    return _said(request, 404, "Nothing here", ours or "There is no such page, or you do not belong to its workspace.")


def acts_alone(request: HttpRequest, allowed: str) -> HttpResponse:
    response = _said(
        request,
        405,
        "Nothing is shown here",
        "Something is only done here, by a button of a page. Nothing was changed.",
    )
    response["Allow"] = allowed
    return response


def refused(request: HttpRequest, exception: Refused) -> HttpResponse:
    """What a view had no place to say it in: somebody else was first. Raises PermissionDenied where a role ended."""
    forbid(exception.refusal)
    return _said(request, 409, "Nothing was changed", exception.message)


def server_error(request: HttpRequest) -> HttpResponse:
    if why := why_away(sys.exc_info()[1], safe=request.method in {"GET", "HEAD"}):
        _ask_no_more(request)
        response = _said(request, 503, "Not at this moment", why)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response
    return _said(
        request,
        500,
        "Something failed",
        f"Nothing was changed. The server's log tells why, under {correlation_id(request)}.",
    )


def _is_caller(request: HttpRequest) -> bool:
    """Who came by a shareable link has no account: they are shown no way into Slipway."""
    return request.resolver_match is not None and request.resolver_match.route.startswith("talk/")


def _agent_of(request: HttpRequest) -> Agent | None:
    """Whose page it would have been, if this person may see that agent: from there they go on."""
    found, person = request.resolver_match, getattr(request, "user", None)
    if found is None or "<agent:slug>" not in found.route or person is None or not person.is_authenticated:
        return None
    return Agent.objects.visible_to(person).with_slug(found.kwargs["slug"]).first()


def _ask_no_more(request: HttpRequest) -> None:
    """The page that says so must not ask the database who reads it."""
    session: Any = getattr(request, "session", None)
    if session is not None and not hasattr(session, "_session_cache"):
        session._session_cache = {}
    if not is_known(request):
        request.user = AnonymousUser()


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Signed in again in another window, a person goes on where they are: there a script has what they typed."""
    asking = cast(Request, request)
    shown = page_asking(asking) if asking.user.is_authenticated and asking.htmx else None
    if shown:
        messages.warning(request, "You signed in again since this was opened, so nothing was changed. Try once more.")
        return HttpResponseClientRedirect(shown)
    return _said(
        request,
        403,
        "This form is too old",
        "You signed in or out since it was opened, or cookies are off. Go back, load the page again, try once more.",
    )


def _said(request: HttpRequest, status: int, heading: str, sentence: str) -> HttpResponse:
    context: dict[str, Any] = {"heading": heading, "sentence": sentence, "title": heading}
    context["is_caller"] = _is_caller(request)
    if status in {403, 404, 405, 409}:
        context["near"] = _agent_of(request)
    if status == 503 and request.method == "GET":
        context["again"] = request.get_full_path()
    response = render(request, "errors/error.html", context, status=status)
    # Whatever part of a page was asked for, an error takes the whole of it.
    response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"
    # It may name whose page it would have been.
    response["Cache-Control"] = "private, no-store"
    if request.method == "POST":
        # Loaded again, the page shows itself and not the address of an act.
        response["HX-Push-Url"] = "false"
    return response
