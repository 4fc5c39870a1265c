from __future__ import annotations

from dataclasses import dataclass

from deployments.models import Event, Person


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and the way they came: a channel of `Event`. Always passed, never looked up from the air."""

    person: Person
    channel: str = Event.Channel.WEB
