"""Lines of Project History as HTML. An event never changes, so its line is written once a process and kept.

What is offered beside it comes and goes, and is part of its key: a deleted draft, and what a version is compared with.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby

from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from deployments.keeping import Kept
from deployments.models import Agent, Event, Role
from deployments.models.event import EventQuerySet
from deployments.pipeline import DRAFT_EXISTS
from deployments.views.berths import Berth
from deployments.views.http import Request

# The lines that may lead to a draft that is kept.
DRAFT_KINDS = frozenset({Event.Kind.DRAFT_DELETED, Event.Kind.DRAFT_IMPORTED})
LINES = Kept[SafeString](most=4000, weight=10_000_000)


@dataclass
class Day:
    """What happened on one day, newest first."""

    at: datetime
    lines: list[SafeString] = field(default_factory=list)


@dataclass(frozen=True)
class Restoring:
    """The kept drafts that this person may have back, by id, and why not now, where that is so."""

    kept: frozenset[int] = frozenset()
    refusal: str = ""

    @classmethod
    def by(cls, request: Request, agent: Agent) -> Restoring:
        if not request.role.holds(Role.EDITOR):
            return cls()
        kept = frozenset(agent.kept_drafts.unexpired().values_list("pk", flat=True))
        return cls(kept, DRAFT_EXISTS.sentence if agent.draft_or_none else "")


def brief(events: EventQuerySet) -> EventQuerySet:
    """Only what says which lines these are; all else is read for those that are not kept."""
    return (
        events.select_related(None)
        .select_related("by")
        .defer(None)
        .only("at", "kind", "after", "by__name", "by__email")
    )


def others(event: Event, standing: list[Berth]) -> tuple[str, ...]:
    """The environments that an event's version is compared with: it is not compared with itself."""
    return tuple(
        berth.environment.slug
        for berth in standing
        if not berth.deployment or berth.deployment.version_id != event.after_id
    )


def days(request: Request, agent: Agent, events: Iterable[Event], standing: list[Berth]) -> list[Day]:
    """The lines of these events, as `brief` read them, under their days in the zone of the agent's workspace."""
    events = list(events)
    zone = agent.workspace.zone
    offers = any(event.kind in DRAFT_KINDS for event in events)
    restoring = Restoring.by(request, agent) if offers else Restoring()
    with timezone.override(zone):
        lines = _lines(agent, events, restoring, standing)
    grouped = groupby(events, lambda event: event.at.astimezone(zone).date())
    return [_day(list(each), lines) for _, each in grouped]


def _day(events: list[Event], lines: dict[int, SafeString]) -> Day:
    return Day(events[0].at, [lines[event.pk] for event in events])


def _lines(agent: Agent, events: list[Event], restoring: Restoring, standing: list[Berth]) -> dict[int, SafeString]:
    # All that a line shows and that is not the event's own: who did it may take another name, the ladder another step.
    around = (agent.pk, agent.slug, agent.workspace.time_zone, tuple((s.slug, s.label) for s in agent.ladder))
    keys: dict[int, Hashable] = {
        event.pk: (
            event.pk,
            around,
            event.by and (event.by.name, event.by.email),
            event.kind in DRAFT_KINDS and restoring,
            others(event, standing),
        )
        for event in events
    }
    lines = {pk: line for pk, key in keys.items() if (line := LINES.find(key)) is not None}
    if missing := keys.keys() - lines.keys():
        for event in Event.objects.filter(pk__in=missing).with_details():
            lines[event.pk] = LINES.get(keys[event.pk], partial(_written, agent, event, restoring, standing), len)
    return lines


def _written(agent: Agent, event: Event, restoring: Restoring, standing: list[Berth]) -> SafeString:
    if event.environment:
        event.environment.agent = agent  # its ladder is read once, not once a line
    shown = {"event": event, "agent": agent, "restoring": restoring, "others": others(event, standing)}
    return mark_safe(get_template("components/event_line.html").render(shown))
