"""Callers' turns on the port itself, past everything that guards pages.

No session, no cookie and no form token is read for them, and each part of Django's way there costs a change of thread:
together more than the answer itself.
"""

from __future__ import annotations

import logging
import re
from io import BytesIO
from typing import Final
from uuid import UUID

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.handlers.asgi import ASGIRequest
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, HttpResponseBase

from deployments.converters import TokenConverter
from deployments.ports import answer_with
from deployments.views.calling.streaming import turns
from hosting.dispatch import Receive, Scope, Send

TURNS: Final = re.compile(rf"/talk/(?P<token>{TokenConverter.regex})/(?P<conversation>[^/]+)/turns/")
# A form with the longest text there is, each letter of it escaped, and as much again.
_MOST: Final = 128 * 1024

log = logging.getLogger(__name__)


async def answer_caller(scope: Scope, receive: Receive, send: Send) -> None:
    body = await _body(receive)
    if body is None:
        return
    await answer_with(await _response(scope, body), send)


async def _response(scope: Scope, body: bytes) -> HttpResponseBase:
    found = TURNS.fullmatch(scope["path"])
    if found is None:
        return _plain(404)
    if len(body) > _MOST:
        return _plain(413)
    try:
        request = ASGIRequest(scope, BytesIO(body))
        request.get_host()
        return await turns(request, found["token"], UUID(found["conversation"]))
    except (Http404, ValueError):
        return _plain(404)
    except (SuspiciousOperation, BadRequest):
        return _plain(400)
    except (OperationalError, InterfaceError):
        return _plain(503)
    except Exception:
        log.exception("A caller's turn failed.")
        return _plain(500)


def _plain(status: int) -> HttpResponse:
    """For the script of the page, which has words of its own for it."""
    return HttpResponse(status=status, content_type="text/plain; charset=utf-8")


async def _body(receive: Receive) -> bytes | None:
    """As much as may be sent, and a little more; None where the caller has gone away."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += bytes(message.get("body", b""))
        if not message.get("more_body") or len(body) > _MOST:
            return body
