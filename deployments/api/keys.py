"""Who asks: the API key in a request's header, its owner, and what both together may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyHeader

from deployments.api.errors import FORBIDDEN, ApiError
from deployments.api.limits import count_failure, count_use
from deployments.conversing.threads import in_thread
from deployments.models import ApiKey, Event, Workspace
from deployments.pipeline import Actor, key_of

HEADER: Final = "x-api-key"
MOST_CHARACTERS = 500
_KEPT: Final = "_caller"
Known = TypeVar("Known")


@dataclass(frozen=True)
class Caller:
    """A program that came with a good key."""

    key: ApiKey

    @property
    def workspace(self) -> Workspace:
        return self.key.workspace

    @property
    def actor(self) -> Actor:
        """Its owner; the verbs ask the role that person has at this moment."""
        return Actor(self.key.owner, channel=Event.Channel.API, key=self.key.name)

    def must_be_allowed(self, permission: str, *, code: str = FORBIDDEN) -> None:
        if not self.key.allows(permission):
            raise ApiError(403, code, self.lacks(permission))

    def lacks(self, permission: str) -> str:
        return f"The key “{self.key.name}” may not do this: it lacks {permission}."


class Request(HttpRequest):
    """A request that came with a good key."""

    auth: Caller


class Key(APIKeyHeader):
    """The header `x-api-key`, in any case of letters."""

    param_name = HEADER

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller:
        return caller_of(request)


class WaitingKey(Key):
    """The same for an operation that waits on an event loop, where the database is asked beside it."""

    async def authenticate(self, request: HttpRequest, key: str | None) -> Caller:  # type: ignore[override]
        return await in_thread(caller_of, request)


def caller_of(request: HttpRequest) -> Caller:
    """Looked up and counted once a request."""
    known: Caller | None = request.META.get(_KEPT)
    if known is None:
        known = counted(request, caller)
        request.META[_KEPT] = known
        count_use(request, known.key)
    return known


def counted(request: HttpRequest, ask: Callable[[str | None], Known]) -> Known:
    """What its key is known as; one that opens nothing counts against the address it came from."""
    try:
        return ask(request.headers.get(HEADER))
    except ApiError:
        count_failure(request)
        raise


def caller(text: str | None) -> Caller:
    if not text:
        raise ApiError(401, "AUTH_USER_UNAUTHORISED", f"Send an API key in the header {HEADER}.")
    now = timezone.now()
    key = key_of(text, at=now) if len(text) <= MOST_CHARACTERS else None
    if key is None:
        sentence = "This API key opens nothing: it is unknown, revoked or has run out, or its owner left. Use another."
        raise ApiError(401, "AUTH_USER_INVALID_TOKEN", sentence)
    key.was_used(now)
    return Caller(key)
