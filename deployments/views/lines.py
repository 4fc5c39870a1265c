"""Lines of Project History as HTML. An event never changes, so its line is written once a process and kept."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby

from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from deployments.models import Agent, Event
from deployments.models.event import EventQuerySet
from deployments.views.keeping import Kept

LINES = Kept[SafeString](most=4000, weight=10_000_000)


@dataclass
class Day:
    """What happened on one day, newest first."""

    at: datetime
    lines: list[SafeString] = field(default_factory=list)


def brief(events: EventQuerySet) -> EventQuerySet:
    """Only what says which lines these are; all else is read for those that are not kept."""
    return events.select_related(None).select_related("by").defer(None).only("at", "by__name", "by__email")


def days(agent: Agent, events: Iterable[Event]) -> list[Day]:
    """The lines of these events, as `brief` read them, under their days in the zone of the agent's workspace."""
    events = list(events)
    zone = agent.workspace.zone
    with timezone.override(zone):
        lines = _lines(agent, events)
    grouped = groupby(events, lambda event: event.at.astimezone(zone).date())
    return [_day(list(each), lines) for _, each in grouped]


def _day(events: list[Event], lines: dict[int, SafeString]) -> Day:
    return Day(events[0].at, [lines[event.pk] for event in events])


def _lines(agent: Agent, events: list[Event]) -> dict[int, SafeString]:
    # All that a line shows and that is not the event's own: who did it may take another name, the ladder another step.
    around = (agent.pk, agent.slug, agent.workspace.time_zone, tuple((s.slug, s.label) for s in agent.ladder))
    keys: dict[int, Hashable] = {
        event.pk: (event.pk, around, event.by and (event.by.name, event.by.email)) for event in events
    }
    lines = {pk: line for pk, key in keys.items() if (line := LINES.find(key)) is not None}
    if missing := keys.keys() - lines.keys():
        for event in Event.objects.filter(pk__in=missing).with_details():
            lines[event.pk] = LINES.get(keys[event.pk], partial(_written, agent, event), len)
    return lines


def _written(agent: Agent, event: Event) -> SafeString:
    if event.environment:
        event.environment.agent = agent  # its ladder is read once, not once a line
    return mark_safe(get_template("components/event_line.html").render({"event": event, "agent": agent}))
