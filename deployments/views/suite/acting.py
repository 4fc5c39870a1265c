"""Single buttons of a run: called off, its failures again, all of it again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from deployments import pipeline
from deployments.models import Run
from deployments.views.http import Request, actor, agent_or_404, forbid
from deployments.views.suite.finding import run_or_404


@require_POST
def cancellation(request: Request, slug: str, run: UUID) -> HttpResponse:
    agent = agent_or_404(request, slug)
    found = run_or_404(agent, run)
    try:
        left = pipeline.cancel_run(found, by=actor(request))
    except pipeline.Refused as refused:
        forbid(refused.refusal)
        messages.error(request, refused.message)
    else:
        if left.status == Run.Status.CANCELLED:
            messages.success(request, "The run is cancelled. What had a result keeps it.")
        else:
            messages.info(request, "Nothing was cancelled: the run had finished already.")
    return redirect("run", agent.slug, found.pk)


@require_POST
def again(request: Request, slug: str, run: UUID) -> HttpResponse:
    """The failures of a finished run, on the content it ran on."""
    agent = agent_or_404(request, slug)
    found = run_or_404(agent, run)
    try:
        begun = pipeline.run_failures_again(found, by=actor(request))
    except pipeline.Refused as refused:
        forbid(refused.refusal)
        messages.error(request, refused.message)
        return redirect("run", agent.slug, found.pk)
    messages.success(request, "What did not pass is run again; what passed is taken over.")
    return redirect("run", agent.slug, begun.pk)
