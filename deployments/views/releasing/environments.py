"""Deployments: what stands in an environment of an agent, and what stood there before."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from deployments.models import Agent, Deployment, Environment, Number
from deployments.pipeline import Actor, Standing
from deployments.views import asked
from deployments.views.berths import berths_in_brief
from deployments.views.http import Request, actor, agent_or_404, environment_or_404
from deployments.views.naming import listed
from deployments.views.pages import fragment, page
from deployments.views.paging import sliced
from deployments.views.releasing.earlier import rows
from deployments.views.releasing.placements import Placement, berths_of, ladder, placement, placements
from deployments.views.releasing.runtimes import reach_of
from deployments.views.suite.marks import marks_on

SIZE = 25


@require_safe
def environment(request: Request, slug: str, environment: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    here = environment_or_404(agent, environment)
    words = asked.words(request.GET)
    stood = Deployment.objects.in_environment(here).with_details().select_related("source").newest_first()
    pages = sliced(request, stood.matching(words) if words else stood.exclude(ended_at=None), SIZE)
    by = actor(request)
    standing = Standing.of(agent, [row.version for row in pages.rows], by=by, role=request.role)
    active = standing.active.get(here.pk)
    marks = marks_on({row.version_id for row in pages.rows} | ({active.version_id} if active else set()))
    context = {
        "agent": agent,
        "place": "deployments",
        "title": f"Deployments: {here.label}",
        "about": agent.ladder,
        "berths": berths_of(agent, standing),
        "here": here,
        "ladder": ladder(agent, standing),
        "now": placement(active, here, standing, by) if active else None,
        "has_held": bool(active) or here.deployments.exists(),
        "candidate": None if active else _candidate(here, standing, by),
        "tests": marks.get(active.version_id) if active else None,
        "numbers": list(Number.objects.reaching(here)),
        "reach": reach_of(active, here),
        "words": words,
        "pages": pages,
        "rows": rows(placements(pages.rows, here, standing, by, marks), here),
    }
    return page(request, "deployments/environment.html", context)


@require_safe
def moved(request: Request, slug: str) -> HttpResponse:
    """What moved of all that an open page shows, and a dialog in it; while nothing did, one query and no words."""
    steps = Environment.objects.on_ladder().filter(agent__in=Agent.objects.visible_to(request.user).with_slug(slug))
    now = steps.held()
    elsewhere = {step for step, key in now.items() if any(seen != key for seen in request.GET.getlist(step))}
    if now and not elsewhere:
        return HttpResponse(status=204)
    agent = agent_or_404(request, slug)
    first, *rest = [berth for berth in reversed(berths_in_brief(agent)) if berth.environment.slug in elsewhere]
    labels = listed([berth.environment.label for berth in rest])
    context = {"agent": agent, "first": first, "others": labels, "now": urlencode(now)}
    return fragment(request, "components/live_moved.html", context)


def _candidate(here: Environment, standing: Standing, by: Actor) -> Placement | None:
    """For an environment that holds nothing: what the nearest step before it runs, which may be promoted here."""
    earlier = [step for step in here.agent.ladder if step.position < here.position and step.pk in standing.active]
    return placement(standing.active[earlier[-1].pk], earlier[-1], standing, by) if earlier else None
