"""Around every request that a view answers: how long it took, its line in the log, its part in the figures.

What running agents read from memory (`deployments.delivery.door`) is counted there, and has no line.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from deployments.watching.asking import is_known
from deployments.watching.correlation import correlation_id
from deployments.watching.figures import count_request
from deployments.watching.routes import method_of, route_of

log = logging.getLogger("slipway.request")


@sync_and_async_middleware
def watched(get_response: Any) -> Any:
    if iscoroutinefunction(get_response):

        async def answer_waiting(request: HttpRequest) -> HttpResponseBase:
            began = time.perf_counter()
            response: HttpResponseBase = await get_response(request)
            _tell(request, response.status_code, time.perf_counter() - began)
            return response

        return answer_waiting

    def answer(request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response: HttpResponseBase = get_response(request)
        _tell(request, response.status_code, time.perf_counter() - began)
        return response

    return answer


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    method, route = method_of(request), route_of(request)
    if settings.METRICS_KEY:
        count_request(method, route, status, seconds)
    if log.isEnabledFor(logging.INFO):
        told: dict[str, Any] = {
            "request_id": correlation_id(request),
            "method": method,
            "route": route,
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
        }
        # A line of the log asks nothing of the database.
        if is_known(request) and request.user.pk:
            told["person"] = request.user.pk
        if key := getattr(getattr(request, "auth", None), "key", None):
            told["key"] = key.pk
        log.info("%s %s %s", method, route, status, extra=told)
