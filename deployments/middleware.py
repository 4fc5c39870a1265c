"""Around every view: who is asking, sessions that last fourteen days from their last use, and what no page shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.middleware import AuthenticationMiddleware, LoginRequiredMiddleware, get_user
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.functional import SimpleLazyObject

from deployments.meanwhile import ChangedMeanwhile
from deployments.pipeline import Refused
from deployments.sessions import SessionStore
from deployments.views.errors import acts_alone, refused

HOUR = 3600
SAFE = frozenset({"GET", "HEAD"})


class Authentication(AuthenticationMiddleware):
    """Django's own, but for the query that the session spares it: what it does not prove, Django looks into."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        session = cast(SessionStore, request.session)
        request.user = SimpleLazyObject(lambda: session.person_of() or get_user(request))  # type: ignore[assignment]


class SignInRequired(LoginRequiredMiddleware):
    """Django's own; and who sent a form is told at the door that it was not done."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        response = super().handle_no_permission(request, view_func)
        if request.method == "POST":
            response["Location"] = f"{response.url}&ended=1"
        return response


class Downloads:
    """A file is never taken into a page, whatever link asked for it: what its author wrote would become a part of ours.
    The browser is told to ask for it itself, and keeps it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Disposition", "").startswith("attachment") and "HX-Request" in request.headers:
            response["HX-Redirect"] = request.get_full_path()
        return response


class ActsAlone:
    """Where something is only done, nothing is shown. Whoever comes there, by signing in again or by loading an act
    once more, reads so instead of an empty page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_mute = response.status_code == 405 and not response.streaming and not response.content
        if is_mute and request.method == "GET" and request.user.is_authenticated:
            return acts_alone(request, response["Allow"])
        return response


class Meanwhile:
    """What somebody else did while this was answered. A verb that looks again refuses, which is told and is no failure;
    what was read in two steps is read once more, from the beginning, where nothing but reading was asked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return refused(request, exception)
        found = request.resolver_match
        if isinstance(exception, ChangedMeanwhile) and request.method in SAFE and found:
            return cast(HttpResponse, found.func(request, *found.args, **found.kwargs))
        return None


class KeepSession:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        if request.user.is_authenticated and time.time() - session.get("used_at", 0) > HOUR:
            session["used_at"] = int(time.time())
        return self.get_response(request)
