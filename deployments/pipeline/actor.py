from __future__ import annotations

from dataclasses import dataclass

from deployments.models import Event, Person


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and the way they came: a channel of `Event`. Always passed, never looked up from the air.

    `key` names the API key a program came with; history tells it beside its owner.
    """

    person: Person
    channel: str = Event.Channel.WEB
    key: str = ""
