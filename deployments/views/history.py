"""Project History: what happened to an agent, newest first; as a page, a line of its own, CSV and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from deployments.forms.history import HistoryFilter
from deployments.models import Agent, Event
from deployments.views import exporting
from deployments.views.berths import berths
from deployments.views.http import Request, agent_or_404
from deployments.views.lines import Restoring, brief, days, others
from deployments.views.pages import page
from deployments.views.paging import sliced

SIZE = 50
COLUMNS = (
    "id", "at", "kind", "refused", "code", "by", "channel", "environment", "from_environment", "before", "after",
    "deployment", "message", "details",
)  # fmt: skip


@require_safe
def history(request: Request, slug: str) -> HttpResponse:
    agent = agent_or_404(request, slug)
    form = HistoryFilter(agent, request.GET or None)
    pages, standing = sliced(request, brief(form.events()), SIZE), berths(agent)
    context = {
        "agent": agent,
        "form": form,
        "pages": pages,
        "berths": standing,
        "days": days(request, agent, pages.rows, standing),
        "narrowed": any(value for key, value in request.GET.items() if key != "page"),
        "place": "history",
        "title": "Project History",
    }
    return page(request, "deployments/history.html", context)


@require_safe
def event(request: Request, slug: str, event: int) -> HttpResponse:
    agent = agent_or_404(request, slug)
    found = get_object_or_404(Event.objects.of_agent(agent).with_details(), pk=event)
    standing = berths(agent)
    context = {
        "agent": agent,
        "berths": standing,
        "event": found,
        "restoring": Restoring.by(request, agent),
        "others": others(found, standing),
        "place": "history",
        "title": "Project History",
    }
    return page(request, "deployments/event.html", context)


@require_safe
def as_csv(request: Request, slug: str) -> StreamingHttpResponse:
    agent = agent_or_404(request, slug)
    return exporting.as_csv(_rows(request, agent), COLUMNS, f"{agent.slug}-history")


@require_safe
def as_json(request: Request, slug: str) -> StreamingHttpResponse:
    agent = agent_or_404(request, slug)
    return exporting.as_json(_rows(request, agent), f"{agent.slug}-history")


def _rows(request: Request, agent: Agent) -> Iterator[dict[str, Any]]:
    """Every event the filters of the address let through, as plain values."""
    for each in HistoryFilter(agent, request.GET or None).events().iterator(chunk_size=1000):
        values = (
            each.pk,
            each.at.isoformat(),
            each.kind,
            each.refused,
            each.code,
            each.by.email if each.by else None,
            each.channel,
            each.environment.slug if each.environment else None,
            each.source.slug if each.source else None,
            each.before.hash if each.before else None,
            each.after.hash if each.after else None,
            str(each.deployment_id) if each.deployment_id else None,
            each.message,
            each.details,
        )
        yield dict(zip(COLUMNS, values, strict=True))
