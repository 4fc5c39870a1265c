"""Publishing: the dialog that shows exactly what the draft holds now, and the act."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from deployments import pipeline
from deployments.forms.releases import PublicationForm
from deployments.models import Deployment, DraftChange, Number
from deployments.suite.case import is_case
from deployments.views.berths import berths
from deployments.views.confirmations import confirm_placed
from deployments.views.drafting.drafted import Drafted
from deployments.views.frame import moved_on
from deployments.views.http import Request, actor, agent_or_404, forbid, posted
from deployments.views.naming import listed
from deployments.views.pages import dialog
from deployments.views.suite.marks import mark_on_draft


@require_http_methods(["GET", "POST"])
def publication(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    by, invalid, moved = actor(request), False, False
    arrived: list[DraftChange] = []
    form = PublicationForm(posted(request), initial={"state": pipeline.state_of(agent.draft_or_none)})
    if form.is_valid():
        said = form.cleaned_data
        try:
            placed = pipeline.publish(agent, state=said["state"], description=said["description"], by=by)
        except pipeline.Refused as refused:
            forbid(refused.refusal)
            form.refuse(refused)
            invalid, moved = isinstance(refused, pipeline.Invalid), refused.code == "draft_moved"
            agent.draft_or_none = pipeline.draft_of(agent)
            arrived = pipeline.changes_since(agent.draft_or_none, said["state"])
            form.renew(state=pipeline.state_of(agent.draft_or_none))
        else:
            confirm_placed(request, Deployment.Verb.PUBLISHED, placed, agent)
            return redirect("environment", agent.slug, placed.environment.slug)
    refusal = pipeline.refusal_to_publish(agent, by=by)
    forbid(refusal)
    draft = agent.draft_or_none
    drafted = Drafted(draft) if draft else None
    standing = berths(agent)
    context = {
        "agent": agent,
        "place": "",
        "title": "Publish",
        "form": form,
        "refusal": refusal,
        "invalid": invalid,
        "moved": moved,
        "arrived": arrived,
        "berths": standing,
        "drafted": drafted,
        "people": listed([person.name for person in drafted.people]) if drafted else "",
        "running": standing[0].deployment,
        "numbers": list(Number.objects.reaching(agent.ladder[0])),
        "moved_on": moved_on(draft, standing),
        "has_cases": draft is not None and any(map(is_case, draft.files)),
        "tests": mark_on_draft(agent, draft) if draft else None,
    }
    return dialog(request, "deployments/publication.html", context)
