"""Webhooks made, changed and deleted. A secret is shown once, on the answer that makes it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.webhooks import WebhookForm
from deployments.views.http import Request, actor, forbid, posted
from deployments.views.pages import dialog, page
from deployments.views.webhooks.finding import managed_workspace_or_404, webhook_or_404

ONCE = "deployments/webhooks/secret_once.html"
FORM = "deployments/webhooks/form.html"


@require_http_methods(["GET", "POST"])
def new_webhook(request: Request, slug: str) -> HttpResponse:
    workspace = managed_workspace_or_404(request, slug)
    form = WebhookForm(posted(request))
    context = {"workspace": workspace, "form": form, "place": "webhooks", "title": "New webhook"}
    if form.is_valid():
        try:
            webhook, secret = pipeline.create_webhook(workspace, **form.cleaned_data, by=actor(request))
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
        else:
            return page(request, ONCE, context | {"webhook": webhook, "secret": secret})
    return page(request, FORM, context)


@require_http_methods(["GET", "POST"])
def edit_webhook(request: Request, slug: str, webhook: int) -> HttpResponse:
    held = webhook_or_404(request, slug, webhook)
    now = {"address": held.address, "tells": held.tells}
    form = WebhookForm(posted(request), initial=now)
    context = {"workspace": held.workspace, "webhook": held, "form": form, "place": "webhooks", "title": "Edit webhook"}
    if form.is_valid():
        try:
            pipeline.change_webhook(held, **form.cleaned_data, by=actor(request))
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
        else:
            messages.success(request, "The webhook is changed.")
            return redirect("webhook", slug, held.pk)
    return page(request, FORM, context)


@require_http_methods(["GET", "POST"])
def rotation(request: Request, slug: str, webhook: int) -> HttpResponse:
    held = webhook_or_404(request, slug, webhook)
    context = {"workspace": held.workspace, "webhook": held, "place": "webhooks", "title": "Rotate the secret"}
    if request.method != "POST":
        return dialog(request, "deployments/webhooks/rotation.html", context)
    secret = pipeline.rotate_secret(held, by=actor(request))
    return page(request, ONCE, context | {"secret": secret, "rotated": True})


@require_http_methods(["GET", "POST"])
def webhook_deletion(request: Request, slug: str, webhook: int) -> HttpResponse:
    held = webhook_or_404(request, slug, webhook)
    if request.method != "POST":
        context = {"workspace": held.workspace, "webhook": held, "place": "webhooks", "title": "Delete webhook"}
        return dialog(request, "deployments/webhooks/deletion.html", context)
    pipeline.delete_webhook(held, by=actor(request))
    messages.success(request, "The webhook is deleted.")
    return redirect("webhooks", slug)
