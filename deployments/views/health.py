"""For what watches over Slipway: is it alive, and is it ready to answer."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("The database cannot be reached.\n", status=503, content_type="text/plain")
    if missing:
        return HttpResponse(f"{len(missing)} migrations are missing.\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")
