"""How every view under `/v1/` speaks: a correlation id on each answer, the envelope for what is refused or fails."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern
from ninja import NinjaAPI

from deployments.api.bodies import open_body
from deployments.api.errors import answer_to, envelope
from deployments.api.idempotency import once, once_awaited
from deployments.api.limits import tell_limits
from deployments.watching.away import RETRY_SECONDS, why_away
from deployments.watching.correlation import HEADER, correlation_id
from deployments.watching.routes import route_of

log = logging.getLogger("django.request")


def spoken(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view without sign-in and CSRF: a key in a header is sent by nobody's browser on another's behalf."""

    if iscoroutinefunction(view):
        return _spoken_awaited(view)

    @functools.wraps(view, assigned=())
    def speaking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = request.method
        if asked == "HEAD":
            request.method = "GET"  # the server sends no body in answer to it
        try:
            open_body(request)
            response = once(request, lambda: _called(view, request, args, kwargs))
        except Exception as error:
            response = _refused_or_failed(request, error)
        request.method = asked
        return _with_headers(request, response)

    return _without_sign_in(speaking)


def _spoken_awaited(view: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(view, assigned=())
    async def speaking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        async def called() -> HttpResponseBase:
            return _allowed(request, await view(request, *args, **kwargs))

        try:
            response = await once_awaited(request, called)
        except Exception as error:
            response = _refused_or_failed(request, error)
        return _with_headers(request, response)

    return _without_sign_in(speaking)


def _without_sign_in(view: Callable[..., Any]) -> Callable[..., Any]:
    view.csrf_exempt = True  # type: ignore[attr-defined]
    view.login_required = False  # type: ignore[attr-defined]
    return view


def _with_headers(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    response[HEADER] = correlation_id(request)
    tell_limits(request, response)
    if "Cache-Control" not in response:
        response["Cache-Control"] = "private, no-store"
    return response


def spoken_patterns(api: NinjaAPI) -> list[URLPattern]:
    """Ninja's own, each made to speak as all do."""
    patterns = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    for pattern in patterns:
        pattern.callback = spoken(pattern.callback)
    return patterns


def _called(
    view: Callable[..., HttpResponseBase], request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponseBase:
    return _allowed(request, view(request, *args, **kwargs))


def _allowed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if response.status_code == 405:
        allowed = response["Allow"].replace("GET, HEAD", "GET").replace("GET", "GET, HEAD")
        sentence = f"{request.method} is not answered here. There is {allowed}."
        response = envelope(request, 405, "METHOD_NOT_ALLOWED", sentence)
        response["Allow"] = allowed
    return response


def _refused_or_failed(request: HttpRequest, error: Exception) -> HttpResponseBase:
    try:
        return answer_to(request, error)
    except Exception:
        name = correlation_id(request)
        log.exception("%s %s failed, request %s", request.method, route_of(request), name)
        if why := why_away(error, safe=request.method in {"GET", "HEAD"}):
            away = envelope(request, 503, "SERVICE_UNAVAILABLE", why)
            away["Retry-After"] = str(RETRY_SECONDS)
            return away
        sentence = "Something failed here, and nothing was changed. It is in the server's log under this error_id."
        return envelope(request, 500, "INTERNAL_ERROR", sentence)
