"""A new agent of a workspace: empty, or from a zip."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.agents import NewAgentForm
from deployments.views.http import Request, actor, forbid, workspace_or_404
from deployments.views.pages import page


@require_http_methods(["GET", "POST"])
def new_agent(request: Request, slug: str) -> HttpResponse:
    workspace = workspace_or_404(request, slug)
    forbid(pipeline.refusal_to_create_agent(workspace, by=actor(request)))
    form = NewAgentForm(request)
    if form.is_valid():
        said = form.cleaned_data
        try:
            agent = pipeline.create_agent(
                workspace,
                slug=said["agent_id"] or slugify(said["name"])[:64],
                name=said["name"],
                steps=int(said["steps"]),
                files=said["archive"].files if said["archive"] else None,
                by=actor(request),
            )
        except pipeline.Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"{agent.name} is made. Its draft is not published yet.")
            return redirect("draft", agent.slug)
    context = {"workspace": workspace, "form": form, "place": "agents", "title": "New agent"}
    return page(request, "deployments/new_agent.html", context)
