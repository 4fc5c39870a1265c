"""How the pages of webhooks find what their address names."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from deployments import pipeline
from deployments.models import Webhook, Workspace
from deployments.views.http import Request, actor, forbid, workspace_or_404


def managed_workspace_or_404(request: Request, slug: str) -> Workspace:
    workspace = workspace_or_404(request, slug)
    forbid(pipeline.refusal_to_manage_webhooks(workspace, by=actor(request)))
    return workspace


def webhook_or_404(request: Request, slug: str, webhook: int) -> Webhook:
    workspace = managed_workspace_or_404(request, slug)
    return get_object_or_404(workspace.webhooks.select_related("workspace"), pk=webhook)
