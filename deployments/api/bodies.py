"""Bodies whose length was not announced, as programs send them that make them while they send.

Django takes such a body for none. Read here, it is bounded, and one that was cut off is not taken for a whole one.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest

from deployments.api.errors import SCHEMA, ApiError
from hosting.dispatch import CUT_OFF


def open_body(request: HttpRequest) -> None:
    """Makes `request.body` and `request.read` give what was sent in pieces."""
    if isinstance(request, WSGIRequest) and is_in_pieces(request):
        request._stream = _Pieces(request.environ)  # type: ignore[assignment]


def is_in_pieces(request: HttpRequest) -> bool:
    return "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower() and not request.META.get(
        "CONTENT_LENGTH"
    )


class _Pieces:
    """Read whole it is as large as any body may be; read in parts, its reader minds its size."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self._environ = environ

    def read(self, size: int | None = None) -> bytes:
        if size is not None and size >= 0:
            return self._read(size)
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        whole = self._read(most + 1)
        if len(whole) > most:
            raise RequestDataTooBig
        return whole

    def close(self) -> None:
        """The server's own; it ends with the request."""

    def _read(self, size: int) -> bytes:
        piece: bytes = self._environ["wsgi.input"].read(size)
        if len(piece) < size and self._environ.get("asgi.scope", {}).get(CUT_OFF):
            raise ApiError(400, SCHEMA, "The body broke off before its end. Send it once more.")
        return piece
