"""For what watches over Slipway: is it alive, is it ready to answer, and its figures for Prometheus."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from deployments.watching import figures
from hosting.readiness import missing_migrations


@login_not_required
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    try:
        missing = missing_migrations()
    except DatabaseError:
        return HttpResponse("The database cannot be reached.\n", status=503, content_type="text/plain")
    if missing:
        return HttpResponse(f"{len(missing)} migrations are missing.\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Only with the key of the settings; without one there it is no address at all."""
    if not settings.METRICS_KEY:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_KEY}"):
        refusal = "Send the header “Authorization: Bearer …” with SLIPWAY_METRICS_KEY.\n"
        headers = {"WWW-Authenticate": "Bearer"}
        return HttpResponse(refusal, status=401, content_type="text/plain; charset=utf-8", headers=headers)
    return HttpResponse(figures.told(), content_type=figures.CONTENT_TYPE)
