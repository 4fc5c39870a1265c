"""The agents somebody may see, by workspace."""

from __future__ import annotations

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from deployments.models import Agent, Role, Version, Workspace
from deployments.pipeline import refusal_to_create_agent
from deployments.views import asked
from deployments.views.http import Request, actor, agent_or_404
from deployments.views.pages import page
from deployments.views.paging import sliced
from deployments.views.workspace.boards import boards

SIZE = 50


@require_safe
def agents(request: Request) -> HttpResponse:
    words = asked.words(request.GET)
    visible = Agent.objects.visible_to(request.user).order_by("workspace__name", "workspace", Lower("name"), "pk")
    if words:
        visible = visible.filter(Q(name__icontains=words) | Q(slug__icontains=words))
    newest = Version.objects.filter(agent=OuterRef("pk")).order_by("-number").values("number")[:1]
    pages = sliced(request, visible.annotate(newest=Subquery(newest)), SIZE)
    roles = {each.workspace_id: Role(each.role) for each in request.user.memberships.all()}
    by = actor(request)
    shown = list(boards(pages.rows, roles, by))
    filled = {board.workspace.pk for board in shown}
    others = Workspace.objects.visible_to(request.user).exclude(pk__in=filled).order_by("name")
    context = {
        "place": "agents",
        "title": "Agents",
        "words": words,
        "pages": pages,
        "boards": shown,
        # Workspaces without an agent, each with the way to its first one.
        "bare": []
        if words or pages.number > 1
        else [(each, refusal_to_create_agent(each, by=by, role=roles.get(each.pk))) for each in others],
    }
    return page(request, "deployments/agents.html", context)


@require_safe
def agent(request: Request, slug: str) -> HttpResponse:
    found = agent_or_404(request, slug)
    return redirect("environment", found.slug, found.ladder[0].slug)
