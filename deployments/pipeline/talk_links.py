"""The links by which callers talk to an environment: switched on and off, framed by which sites, and made anew."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from deployments.models import Agent, Environment, Event, Role, TalkLink
from deployments.models.talk_link import new_token
from deployments.pipeline.actor import Actor
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import Refusal, Refused, refusal_in_agent, unless

MOST_SITES = 20
MOST_TURNS_A_DAY = 1_000_000
_LONGEST_SITE = 200


def refusal_to_change_talk_link(agent: Agent, *, by: Actor) -> Refusal | None:
    return refusal_in_agent(agent, Role.ADMIN, "change the links that callers use", by=by)


def change_talk_link(
    environment: Environment,
    *,
    is_on: bool,
    sites: Sequence[str] = (),
    turns_a_day: int,
    by: Actor,
) -> TalkLink:
    """On or off, and for whom. Raises `Refused`: `site_unusable`, `turns_unusable`."""
    agent = environment.agent
    unless(refusal_to_change_talk_link(agent, by=by))
    origins = list(dict.fromkeys(_origin(site) for site in sites if site.strip()))
    if len(origins) > MOST_SITES:
        unless(Refusal("site_unusable", f"At most {MOST_SITES} sites may show it."))
    if not 1 <= turns_a_day <= MOST_TURNS_A_DAY:
        unless(Refusal("turns_unusable", f"Callers may ask from 1 to {MOST_TURNS_A_DAY:,} turns a day together."))
    with transaction.atomic():
        link = _locked(environment)
        was = {"talk_link": link.is_on, "talk_link_sites": ", ".join(link.sites), "talk_link_turns": link.turns_a_day}
        link.is_on, link.sites, link.turns_a_day = is_on, origins, turns_a_day
        now = {"talk_link": is_on, "talk_link_sites": ", ".join(origins), "talk_link_turns": turns_a_day}
        changed: dict[str, object] = {key: [was[key], now[key]] for key in now if was[key] != now[key]}
        if changed:
            link.save()
            _record(environment, changed, by)
    return link


def renew_talk_link(environment: Environment, *, by: Actor) -> TalkLink:
    """Another address; whoever has the old one reaches nobody from now on."""
    unless(refusal_to_change_talk_link(environment.agent, by=by))
    with transaction.atomic():
        link = _locked(environment)
        link.token = new_token()
        link.save(update_fields=["token"])
        _record(environment, {"talk_link_address": ["the old one", "a new one"]}, by)
    return link


def _locked(environment: Environment) -> TalkLink:
    TalkLink.objects.get_or_create(environment=environment)
    return TalkLink.objects.select_for_update().get(environment=environment)


def _record(environment: Environment, details: dict[str, object], by: Actor) -> None:
    agent = environment.agent
    record(Event.Kind.AGENT_SETTINGS, agent, by=by, at=timezone.now(), environment=environment, details=details)


def _origin(site: str) -> str:
    """A site as a browser names where a page comes from: `https://shop.example`. Raises Refused."""
    typed = site.strip()
    refusal = Refusal(
        "site_unusable", f"“{typed[:60]}” is no site. Write its beginning alone, such as https://www.example.com."
    )
    try:
        parts = urlsplit(typed.rstrip("/"))
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise Refused(refusal) from None
    host = parts.hostname or ""
    plain = all(letter.isascii() and (letter.isalnum() or letter in "-.") for letter in host)
    fits = parts.scheme in {"https", "http"} and plain and host and len(typed) <= _LONGEST_SITE
    if not fits or parts.path or parts.query or parts.fragment or parts.username:
        raise Refused(refusal)
    return f"{parts.scheme}://{host}{port}"
