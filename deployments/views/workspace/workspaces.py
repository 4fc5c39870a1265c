"""A workspace's own settings and history."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deployments import pipeline
from deployments.forms.people import WorkspaceForm
from deployments.models import Event
from deployments.views.http import Request, actor, forbid, posted, workspace_or_404
from deployments.views.pages import page
from deployments.views.paging import sliced


@require_http_methods(["GET", "POST"])
def settings(request: Request, slug: str) -> HttpResponse:
    workspace = workspace_or_404(request, slug)
    refusal = pipeline.refusal_to_change_workspace(workspace, by=actor(request))
    if request.method == "POST":
        forbid(refusal)
    now = {name: getattr(workspace, name) for name in WorkspaceForm.base_fields}
    form = WorkspaceForm(posted(request), initial=now)
    if form.is_valid():
        try:
            pipeline.change_workspace(workspace, **form.cleaned_data, by=actor(request))
        except pipeline.Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Settings saved.")
            return redirect("workspace-settings", workspace.slug)
    if refusal:
        form.lock()
    context = {
        "workspace": workspace,
        "form": form,
        "refusal": refusal,
        "deleted": [] if refusal else workspace.agents.exclude(deleted_at=None).order_by("-deleted_at"),
        "place": "workspace-settings",
        "title": "Workspace settings",
    }
    return page(request, "deployments/workspace_settings.html", context)


@require_POST
def agent_restoration(request: Request, slug: str, agent_id: int) -> HttpResponse:
    workspace = workspace_or_404(request, slug)
    agent = get_object_or_404(workspace.agents.exclude(deleted_at=None), pk=agent_id)
    try:
        pipeline.restore_agent(agent, by=actor(request))
    except pipeline.Refused as refused:
        forbid(refused.refusal)
        messages.error(request, refused.message)
        return redirect("workspace-settings", workspace.slug)
    messages.success(request, f"{agent.name} is back, as it was.")
    return redirect("agent", agent.slug)


@require_safe
def history(request: Request, slug: str) -> HttpResponse:
    workspace = workspace_or_404(request, slug)
    forbid(pipeline.refusal_to_read_history(workspace, by=actor(request)))
    events = Event.objects.of_workspace(workspace).with_details().select_related("agent").newest_first()
    context = {
        "workspace": workspace,
        "pages": sliced(request, events, 50),
        "place": "workspace-history",
        "title": "Workspace history",
    }
    return page(request, "deployments/workspace_history.html", context)
