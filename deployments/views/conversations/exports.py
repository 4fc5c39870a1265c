"""The list as it is narrowed, to take away: the newest of it as CSV or JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.views.decorators.http import require_safe

from deployments.models import Agent
from deployments.pipeline import Redaction
from deployments.views import exporting
from deployments.views.conversations.listing import filter_of
from deployments.views.http import Request, agent_or_404

MOST = 10_000
COLUMNS = (
    "id", "began_at", "ended_at", "seconds", "environment", "version", "deployment", "channel", "variant", "language",
    "tested", "by", "contact", "turns", "outcome", "handoff_destination", "handoff_reason", "errors", "functions",
    "summary", "tags", "note",
)  # fmt: skip


@require_safe
def as_csv(request: Request, slug: str) -> StreamingHttpResponse:
    agent = agent_or_404(request, slug)
    return exporting.as_csv(_rows(request, agent), COLUMNS, f"{agent.slug}-conversations")


@require_safe
def as_json(request: Request, slug: str) -> StreamingHttpResponse:
    agent = agent_or_404(request, slug)
    return exporting.as_json(_rows(request, agent), f"{agent.slug}-conversations")


def _rows(request: Request, agent: Agent) -> Iterator[dict[str, Any]]:
    found = filter_of(request, agent).conversations().with_details().newest_first()[:MOST]
    for each in found.iterator(chunk_size=1000):
        redaction = Redaction.of(each, request.role)
        shown = redaction.shown(each)
        values = (
            str(each.pk),
            each.began_at.isoformat(),
            each.ended_at.isoformat() if each.ended_at else None,
            round(each.duration.total_seconds(), 1),
            each.place,
            each.version.hash if each.version else None,
            str(each.deployment_id) if each.deployment_id else None,
            each.channel,
            each.variant,
            each.language,
            each.tested,
            each.person.email if each.person else None,
            redaction.contact(each),
            each.turn_count,
            each.outcome,
            shown.handoff_destination,
            shown.handoff_reason,
            each.errors,
            each.functions,
            shown.summary,
            each.tags,
            each.note,
        )
        yield dict(zip(COLUMNS, values, strict=True))
