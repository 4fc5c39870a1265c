"""The link by which callers talk to an environment: on or off, on which sites, its ceiling, and a new address."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.base import Form
from deployments.forms.talk_links import TalkLinkForm
from deployments.models import TalkLink
from deployments.pipeline.talk_links import change_talk_link, refusal_to_change_talk_link, renew_talk_link
from deployments.views.http import Request, actor, agent_or_404, environment_or_404, forbid, posted
from deployments.views.pages import dialog, page


@require_http_methods(["GET", "POST"])
def talk_link(request: Request, slug: str, environment: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    step = environment_or_404(agent, environment)
    refusal = refusal_to_change_talk_link(agent, by=actor(request))
    if request.method == "POST":
        forbid(refusal)
    link = TalkLink.objects.filter(environment=step).first()
    held = link or TalkLink(environment=step)
    initial = {"is_on": held.is_on, "sites": "\n".join(held.sites), "turns_a_day": held.turns_a_day}
    form = TalkLinkForm(posted(request), initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        try:
            change_talk_link(
                step,
                is_on=said["is_on"],
                sites=said["sites"].splitlines(),
                turns_a_day=said["turns_a_day"],
                by=actor(request),
            )
        except pipeline.Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"The link to {step.label} is {'on' if said['is_on'] else 'off'}.")
            return redirect("talk-link", agent.slug, step.slug)
    if refusal:
        form.lock()
    context = {
        "agent": agent,
        "environment": step,
        "steps": agent.ladder,
        "link": link,
        "form": form,
        "refusal": refusal,
        "title": "Shareable link",
        "place": "settings",
    }
    return page(request, "deployments/talk_link.html", context)


@require_http_methods(["GET", "POST"])
def renewal(request: Request, slug: str, environment: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    step = environment_or_404(agent, environment)
    forbid(refusal_to_change_talk_link(agent, by=actor(request)))
    form = Form(posted(request))
    if form.is_valid():
        try:
            renew_talk_link(step, by=actor(request))
        except pipeline.Refused as refused:
            form.refuse(refused)
        else:
            messages.success(
                request, f"The link to {step.label} has a new address. The old one leads nowhere any more."
            )
            return redirect("talk-link", agent.slug, step.slug)
    context = {"agent": agent, "environment": step, "form": form, "title": "New address", "place": "settings"}
    return dialog(request, "deployments/talk_link_renewal.html", context)
