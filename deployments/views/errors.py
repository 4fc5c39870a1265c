"""What went wrong, in words and in the look of every other page. No traceback ever reaches a person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _said(request, 400, "This request cannot be read", "Go back and try once more.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    why = str(exception) or "Your role does not reach this page."
    return _said(request, 403, "Not with your role", why)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    said = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    # A sentence of ours says more than “not found”; what Django says of models and addresses does not.
    ours = said if said.endswith(".") and "matches the given query" not in said else ""
    return _said(request, 404, "Nothing here", ours or "There is no such page, or you do not belong to its workspace.")


def server_error(request: HttpRequest) -> HttpResponse:
    return _said(request, 500, "Something failed", "Nothing was changed. It is written in the server's log.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _said(
        request,
        403,
        "This form is too old",
        "You signed in or out since it was opened, or cookies are off. Reload the page and try once more.",
    )


def _said(request: HttpRequest, status: int, heading: str, sentence: str) -> HttpResponse:
    context: dict[str, Any] = {"heading": heading, "sentence": sentence, "title": heading}
    response = render(request, "errors/error.html", context, status=status)
    # Whatever part of a page was asked for, an error takes the whole of it.
    response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"
    return response
