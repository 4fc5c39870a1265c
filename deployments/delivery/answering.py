"""One answer to "what is active", whether a thread of the pages gives it or it is given from memory."""

from __future__ import annotations

from dataclasses import dataclass

from deployments.api.errors import ApiError
from deployments.delivery.places import NOTHING_DEPLOYED, Place

# Kept by whoever asked, and asked about each time: what is active may change at any moment.
REVALIDATED = "private, no-cache"
FOR_EVER = "private, max-age=31536000, immutable"


@dataclass(frozen=True)
class Answer:
    status: int
    etag: str
    body: bytes = b""


def state_of(place: Place, known: str) -> Answer:
    """`known`: the If-None-Match it came with. Raises `ApiError` where nothing stands: never a fallback."""
    now = place.now
    if now.is_nothing:
        raise ApiError(
            404, NOTHING_DEPLOYED, f"{place.label} holds no version yet. Nothing else is given in its place."
        )
    if matches(known, now.etag):
        return Answer(304, now.etag)
    return Answer(200, now.etag, now.body)


def matches(known: str, etag: str) -> bool:
    """Compared weakly (RFC 9110, section 13.1.2): proxies that compress mark what they pass on as weak."""
    return known.strip() == "*" or etag in (each.strip().removeprefix("W/") for each in known.split(","))
