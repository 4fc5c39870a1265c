"""Single buttons: on, off, a test, the same message again. Each leads back to where it was pressed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from deployments import pipeline
from deployments.views.http import Request, actor
from deployments.views.webhooks.finding import webhook_or_404


@require_POST
def webhook_switch(request: Request, slug: str, webhook: int) -> HttpResponse:
    held = webhook_or_404(request, slug, webhook)
    on = request.POST.get("on") == "on"
    pipeline.change_webhook(held, on=on, by=actor(request))
    messages.success(request, f"The webhook is {'on' if on else 'off'}.")
    return redirect("webhook", slug, held.pk)


@require_POST
def webhook_test(request: Request, slug: str, webhook: int) -> HttpResponse:
    held = webhook_or_404(request, slug, webhook)
    try:
        delivery = pipeline.send_test(held, by=actor(request))
    except pipeline.Refused as refused:
        messages.error(request, refused.message)
        return redirect("webhook", slug, held.pk)
    messages.success(request, "A test is on its way. Load this page again to see what became of it.")
    return redirect("webhook-delivery", slug, held.pk, delivery.pk)


@require_POST
def redelivery(request: Request, slug: str, webhook: int, delivery: UUID) -> HttpResponse:
    held = webhook_or_404(request, slug, webhook)
    found = get_object_or_404(held.deliveries.select_related("webhook__workspace"), pk=delivery)
    try:
        pipeline.redeliver(found, by=actor(request))
    except pipeline.Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "The message is on its way again. Load this page again to see what became of it.")
    return redirect("webhook-delivery", slug, held.pk, found.pk)
