"""How often a key may ask, and how often an address may come without a good one."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from deployments.api.errors import ApiError
from deployments.models import ApiKey
from deployments.pipeline.limiting import MINUTE, Taken, network_of, take

CODE: Final = "RATE_LIMIT_EXCEEDED"
_KEPT: Final = "_taken"


def count_use(request: HttpRequest, key: ApiKey) -> None:
    """Raises the 429 that says when to ask again."""
    if limit := settings.API_RATE_LIMIT:
        taken = _take(request, f"key {key.pk}", limit)
        if not taken.allowed:
            sentence = f"The key “{key.name}” may ask {limit:,} times a minute. Ask again in {_seconds(taken.wait)}."
            raise ApiError(429, CODE, sentence)


def count_failure(request: HttpRequest) -> None:
    """A good key is answered from such an address all the same: others behind it did nothing wrong."""
    if limit := settings.API_FAILURE_LIMIT:
        taken = _take(request, f"address {network_of(request.META.get('REMOTE_ADDR', ''))}", limit)
        if not taken.allowed:
            sentence = f"Too many requests without a good key came from this address. Wait {_seconds(taken.wait)}."
            raise ApiError(429, CODE, sentence)


def tell_limits(request: HttpRequest, response: HttpResponseBase) -> None:
    """The headers of the IETF's draft on rate limits, on whatever was counted."""
    taken: Taken | None = request.META.get(_KEPT)
    if taken is None:
        return
    response["RateLimit-Policy"] = f'"default";q={taken.limit};w={MINUTE}'
    response["RateLimit"] = f'"default";r={taken.remaining};t={taken.restored_in}'
    if response.status_code == 429:
        response["Retry-After"] = str(taken.wait)


def _take(request: HttpRequest, name: str, limit: int) -> Taken:
    taken = request.META[_KEPT] = take(name, limit=limit)
    return taken


def _seconds(count: int) -> str:
    return f"{count} second{'' if count == 1 else 's'}"
