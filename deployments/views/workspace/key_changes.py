"""API keys made and revoked. A key's text is shown once, in the answer that makes it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.keys import KeyForm
from deployments.views.http import Request, actor, forbid, posted, workspace_or_404
from deployments.views.pages import dialog, page


@require_http_methods(["GET", "POST"])
def new_key(request: Request, slug: str) -> HttpResponse:
    workspace = workspace_or_404(request, slug)
    forbid(pipeline.refusal_to_make_api_key(workspace, by=actor(request)))
    form = KeyForm(posted(request), workspace=workspace)
    context = {"workspace": workspace, "form": form, "place": "keys", "title": "New API key"}
    if form.is_valid():
        try:
            key, text = pipeline.create_api_key(
                workspace,
                name=form.cleaned_data["name"],
                permissions=form.permissions,
                agents=form.chosen,
                expires_at=form.expires_at,
                form=form.cleaned_data["form"],
                by=actor(request),
            )
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            if refused.refusal.code == "made_already":
                messages.warning(request, refused.message)
                return redirect("keys", workspace.slug)
            form.refuse(refused)
        else:
            return page(request, "deployments/key_once.html", context | {"key": key, "text": text})
    return page(request, "deployments/new_key.html", context)


@require_http_methods(["GET", "POST"])
def revocation(request: Request, slug: str, key: int) -> HttpResponse:
    workspace = workspace_or_404(request, slug)
    visible = workspace.api_keys.visible_to(request.user).select_related("owner", "workspace")
    held = get_object_or_404(visible, pk=key)
    if request.method == "POST":
        try:
            pipeline.revoke_api_key(held, by=actor(request))
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            messages.error(request, f"Nothing was changed. {refused.message}")
        else:
            messages.success(request, f"The key {held.name} opens nothing any more.")
        return redirect("keys", workspace.slug)
    return dialog(request, "deployments/revocation.html", {"workspace": workspace, "key": held, "place": "keys"})
