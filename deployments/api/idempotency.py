"""A write that is sent twice under one `Idempotency-Key` is done once, and answered the same for a day.

Only what succeeded is kept: what was refused changed nothing, so asking anew is safe.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from deployments.api.errors import SCHEMA, ApiError
from deployments.api.keys import caller_of
from deployments.conversing.threads import in_thread
from deployments.models import Answer, ApiKey
from deployments.models.api_key import ANSWERS_KEPT_FOR

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# A request whose process died is taken up again after this long.
LONGEST_WORK = timedelta(minutes=5)


def once(request: HttpRequest, act: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The answer to this request: the one it had before, if it was sent before."""
    begun = begin(request)
    if begun is None:
        return act()
    if begun.status is not None:
        return replayed(begun)
    try:
        response = act()
    except BaseException:
        begun.delete()
        raise
    return keep(begun, response)


async def once_awaited(request: HttpRequest, act: Callable[[], Awaitable[HttpResponseBase]]) -> HttpResponseBase:
    """The same on an event loop, where the database is asked beside it."""
    begun = await in_thread(begin, request)
    if begun is None:
        return await act()
    if begun.status is not None:
        return replayed(begun)
    try:
        response = await act()
    except BaseException:
        await in_thread(begun.delete)
        raise
    return await in_thread(keep, begun, response)


def begin(request: HttpRequest) -> Answer | None:
    """The row of this request, answered already or to be answered now; None where it may be sent as often as it is."""
    name = request.headers.get(HEADER)
    if request.method not in WRITES or name is None:
        return None
    if not 0 < len(name) <= 255 or not name.isprintable():
        raise ApiError(400, SCHEMA, f"{HEADER} holds 1 to 255 printable characters. Send a new random one an act.")
    return _begin(caller_of(request).key, name, _fingerprint(request), timezone.now())


def replayed(begun: Answer) -> HttpResponse:
    kept = HttpResponse(begun.body, status=begun.status, content_type="application/json; charset=utf-8")
    kept[REPLAYED] = "true"
    return kept


def keep(begun: Answer, response: HttpResponseBase) -> HttpResponseBase:
    if 200 <= response.status_code < 300 and isinstance(response, HttpResponse):
        begun.status, begun.body = response.status_code, response.content.decode()
        begun.save(update_fields=["status", "body"])
    else:
        begun.delete()
    return response


def _begin(key: ApiKey, name: str, fingerprint: str, now: datetime) -> Answer:
    """The row of this key, new or already answered. Two at once: the database lets one of them through."""
    Answer.objects.filter(key=key, idempotency_key=name, begun_at__lte=now - ANSWERS_KEPT_FOR).delete()
    try:
        with transaction.atomic():
            return Answer.objects.create(key=key, idempotency_key=name, request=fingerprint, begun_at=now)
    except IntegrityError:
        pass
    known = Answer.objects.filter(key=key, idempotency_key=name).first()
    if known is not None and known.request != fingerprint:
        sentence = f"This {HEADER} was sent with another request. Send a new one for each act."
        raise ApiError(422, "IDEMPOTENCY_KEY_REUSED", sentence)
    if known is not None and known.status is None and now - known.begun_at >= LONGEST_WORK:
        taken = Answer.objects.filter(pk=known.pk, begun_at=known.begun_at, status=None).update(begun_at=now)
        if taken:
            return known
    if known is None or known.status is None:
        sentence = "The first request of this key is still being worked on. Ask again in a moment."
        raise ApiError(409, "IDEMPOTENCY_REQUEST_IN_PROGRESS", sentence)
    return known


def _fingerprint(request: HttpRequest) -> str:
    """What is asked. A body too large to be read at once is told apart by its length alone."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    asked = hashlib.sha256(f"{request.method} {request.get_full_path()} {length}\n".encode())
    if length <= (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
        try:
            asked.update(request.body)
        except RequestDataTooBig:
            sentence = f"With {HEADER}, a body this large is sent with its length. Send Content-Length."
            raise ApiError(411, "LENGTH_REQUIRED", sentence) from None
    return asked.hexdigest()
