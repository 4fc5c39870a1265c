"""Which webhooks there are, and what became of the messages to one."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from deployments.pipeline.webhooks.example import example
from deployments.views.http import Request
from deployments.views.pages import page
from deployments.views.paging import sliced
from deployments.views.webhooks.finding import managed_workspace_or_404, webhook_or_404

SIZE = 50


@require_safe
def webhooks(request: Request, slug: str) -> HttpResponse:
    workspace = managed_workspace_or_404(request, slug)
    context = {
        "workspace": workspace,
        "webhooks": workspace.webhooks.order_by("pk"),
        "example": example(workspace, request.user, timezone.now()),
        "place": "webhooks",
        "title": "Webhooks",
    }
    return page(request, "deployments/webhooks/webhooks.html", context)


@require_safe
def webhook(request: Request, slug: str, webhook: int) -> HttpResponse:
    held = webhook_or_404(request, slug, webhook)
    deliveries = held.deliveries.select_related("event__agent", "event__environment").defer("body", "answer")
    context = {
        "workspace": held.workspace,
        "webhook": held,
        "now": timezone.now(),
        "pages": sliced(request, deliveries.newest_first(), SIZE),
        "place": "webhooks",
        "title": "Webhook",
    }
    return page(request, "deployments/webhooks/webhook.html", context)


@require_safe
def delivery(request: Request, slug: str, webhook: int, delivery: UUID) -> HttpResponse:
    held = webhook_or_404(request, slug, webhook)
    found = get_object_or_404(held.deliveries.select_related("event__agent", "event__environment"), pk=delivery)
    context = {
        "workspace": held.workspace,
        "webhook": held,
        "delivery": found,
        "body": json.dumps(json.loads(found.body), indent=2, ensure_ascii=False),
        "place": "webhooks",
        "title": "Delivery",
    }
    return page(request, "deployments/webhooks/delivery.html", context)
