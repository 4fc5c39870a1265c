"""Rows of what stood in an environment before, as HTML. A placement that has ended never changes: its row is kept.

What can be done to it does change, so a row is kept under everything it offers.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import datetime
from functools import partial

from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from deployments.keeping import Kept
from deployments.models import Environment
from deployments.templatetags.slipway import ago
from deployments.views.releasing.placements import Placement

ROWS = Kept[SafeString](most=2000, weight=10_000_000)


def rows(placements: Iterable[Placement], here: Environment) -> list[SafeString]:
    """A row each, with times in the zone of the agent's workspace."""
    agent, now = here.agent, timezone.now()
    zone = agent.workspace.zone
    # A time of this year is written without it.
    steps = tuple((step.slug, step.label) for step in agent.ladder)
    around = (agent.slug, here.slug, here.label, steps, agent.workspace.time_zone, now.astimezone(zone).year)
    with timezone.override(zone):
        return [
            ROWS.get((around, _key(each, now)), partial(_written, each, here), len)
            if each.deployment.ended_at
            else _written(each, here)
            for each in placements
        ]


def _key(row: Placement, now: datetime) -> Hashable:
    placed = row.deployment
    offers = tuple(
        (
            offer.verb,
            offer.label,
            offer.refusal and offer.refusal.sentence,
            offer.environment and offer.environment.slug,
            offer.deployment and offer.deployment.pk,
        )
        for offer in row.offers
    )
    elsewhere = tuple(step.slug for step in row.elsewhere)
    who, against = (placed.by.name, placed.by.email), row.against and row.against.hash
    tests = row.tests and (row.tests.run.pk, row.tests.status, row.tests.label)
    return placed.pk, ago(placed.started_at, now), who, offers, elsewhere, against, row.others, tests


def _written(row: Placement, here: Environment) -> SafeString:
    shown = {"row": row, "deployment": row.deployment, "here": here, "agent": here.agent}
    return mark_safe(get_template("components/placement_row.html").render(shown))
