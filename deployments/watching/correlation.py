"""A name for each request, so that what a program saw can be found again in the server's log."""

from __future__ import annotations

import re
import uuid
from typing import Final

from django.http import HttpRequest

HEADER: Final = "X-PolyAI-Correlation-Id"
# What a client calls its request is sent back and logged, so it holds nothing that either could stumble over.
_USABLE = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_KEPT = "_correlation_id"


def correlation_id(request: HttpRequest) -> str:
    """What the client calls this request, else a name of ours; the same for as long as it is answered."""
    if _KEPT not in request.META:
        given = request.headers.get(HEADER, "")
        request.META[_KEPT] = given if _USABLE.fullmatch(given) else str(uuid.uuid4())
    kept: str = request.META[_KEPT]
    return kept
