"""Sessions that last fourteen days from their last use, written at most once an hour."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HOUR = 3600


class KeepSession:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        if request.user.is_authenticated and time.time() - session.get("used_at", 0) > HOUR:
            session["used_at"] = int(time.time())
        return self.get_response(request)
