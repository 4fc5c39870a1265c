"""Routers whose answers are described alike: by their published names, with the envelope for everything refused."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.constants import NOT_SET

from deployments.api.shapes import Failure


def router(tag: str, auth: Any = NOT_SET) -> Router:
    """`auth`: `WaitingKey()` for operations that wait on an event loop."""
    return Router(tags=[tag], by_alias=True, auth=auth)


def answers(status: int, shape: Any, *refused: int) -> dict[int, Any]:
    """The answers of an operation. Each may meet no good key, no such thing, no permission, a wrong shape, a limit."""
    return {status: shape} | dict.fromkeys((400, 401, 403, 404, *refused, 429), Failure)


def next_page(request: HttpRequest, **changed: object) -> str:
    """The value of a `Link` header that leads on: the same address with this changed in its query."""
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = str(value)
    return f'<{request.build_absolute_uri(request.path)}?{query.urlencode()}>; rel="next"'
