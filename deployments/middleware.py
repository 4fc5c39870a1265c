"""Who is asking, and sessions that last fourteen days from their last use, written at most once an hour."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import cast

from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from deployments.sessions import SessionStore

HOUR = 3600


class Authentication(AuthenticationMiddleware):
    """Django's own, but for the query that the session spares it: what it does not prove, Django looks into."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        session = cast(SessionStore, request.session)
        request.user = SimpleLazyObject(lambda: session.person_of() or get_user(request))  # type: ignore[assignment]


class KeepSession:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        if request.user.is_authenticated and time.time() - session.get("used_at", 0) > HOUR:
            session["used_at"] = int(time.time())
        return self.get_response(request)
