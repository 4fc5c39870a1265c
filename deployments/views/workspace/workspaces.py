"""A workspace's own settings and history."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from deployments import pipeline
from deployments.forms.people import WorkspaceForm
from deployments.models import Event, Role
from deployments.views.http import Request, actor, posted, require, workspace_or_404
from deployments.views.pages import page
from deployments.views.paging import sliced

ADMINS_ONLY = "Only admins may change a workspace’s settings."


@require_http_methods(["GET", "POST"])
def settings(request: Request, slug: str) -> HttpResponse:
    workspace = workspace_or_404(request, slug)
    may_change = request.user.role_in(workspace) == Role.ADMIN
    if request.method == "POST":
        require(request, workspace, Role.ADMIN, ADMINS_ONLY)
    now = {name: getattr(workspace, name) for name in WorkspaceForm.base_fields}
    form = WorkspaceForm(posted(request), initial=now)
    if form.is_valid():
        try:
            pipeline.change_workspace(workspace, **form.cleaned_data, by=actor(request))
        except pipeline.Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "Settings saved.")
            return redirect("workspace-settings", workspace.slug)
    if not may_change:
        form.lock()
    context = {
        "workspace": workspace,
        "form": form,
        "may_change": may_change,
        "reason": ADMINS_ONLY,
        "deleted": workspace.agents.exclude(deleted_at=None).order_by("-deleted_at") if may_change else [],
        "place": "workspace-settings",
        "title": "Workspace settings",
    }
    return page(request, "deployments/workspace_settings.html", context)


@require_POST
def agent_restoration(request: Request, slug: str, agent_id: int) -> HttpResponse:
    workspace = workspace_or_404(request, slug)
    require(request, workspace, Role.ADMIN, "Only admins may restore agents.")
    agent = get_object_or_404(workspace.agents.exclude(deleted_at=None), pk=agent_id)
    try:
        pipeline.restore_agent(agent, by=actor(request))
    except pipeline.Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("workspace-settings", workspace.slug)
    messages.success(request, f"{agent.name} is back, as it was.")
    return redirect("agent", agent.slug)


@require_safe
def history(request: Request, slug: str) -> HttpResponse:
    workspace = workspace_or_404(request, slug)
    require(request, workspace, Role.ADMIN, "Only admins may read a workspace’s own history.")
    events = Event.objects.of_workspace(workspace).with_details().select_related("agent").newest_first()
    context = {
        "workspace": workspace,
        "pages": sliced(request, events, 50),
        "place": "workspace-history",
        "title": "Workspace history",
    }
    return page(request, "deployments/workspace_history.html", context)
