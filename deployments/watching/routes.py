"""The address of a request as the pattern it matched: it names no agent, no person and no token."""

from __future__ import annotations

from django.http import HttpRequest

NO_ROUTE = "none"
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def route_of(request: HttpRequest) -> str:
    return (request.resolver_match and request.resolver_match.route) or NO_ROUTE


def method_of(request: HttpRequest) -> str:
    """One of a few: whoever asks can make up others."""
    return request.method if request.method in _METHODS else "other"
