"""An agent's settings: its name, its ladder, the rule before Live, its end."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.agents import AgentSettingsForm, DeletionForm
from deployments.views.http import Request, actor, agent_or_404, forbid, posted
from deployments.views.pages import dialog, page
from deployments.views.suite.gates import gates_form


@require_http_methods(["GET", "POST"])
def agent_settings(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    refusal = pipeline.refusal_to_change_agent(agent, by=actor(request))
    if request.method == "POST":
        forbid(refusal)
    form = AgentSettingsForm(agent, posted(request))
    if form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                pipeline.change_agent(
                    agent, name=said["name"], require_pre_release=said.get("require_pre_release"), by=actor(request)
                )
                for step in agent.ladder:
                    pipeline.change_moving(step, step.slug in said["moving"], by=actor(request))
                pipeline.change_ladder(agent, steps=int(said["steps"]), by=actor(request))
        except pipeline.Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Settings saved.")
            return redirect("agent-settings", agent.slug)
    if refusal:
        form.lock()
    context = {
        "agent": agent,
        "form": form,
        "gates": gates_form(agent),
        "refusal": refusal,
        "place": "settings",
        "title": "Settings",
    }
    return page(request, "deployments/agent_settings.html", context)


@require_http_methods(["GET", "POST"])
def deletion(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    forbid(pipeline.refusal_to_delete_agent(agent, by=actor(request)))
    form = DeletionForm(agent, posted(request))
    if form.is_valid():
        try:
            pipeline.delete_agent(agent, typed=form.cleaned_data["typed"], by=actor(request))
        except pipeline.Refused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, f"{agent.name} is deleted. An admin may restore it for 30 days, in Settings.")
            return redirect("agents")
    context = {"agent": agent, "form": form, "place": "settings", "title": "Delete agent"}
    return dialog(request, "deployments/agent_deletion.html", context)
