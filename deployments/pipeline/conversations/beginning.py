"""Beginning a conversation: with what answers fixed from now on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias

from django.db import transaction
from django.utils import timezone

from deployments.models import Agent, Conversation, Deployment, Draft, Environment, Role, Thread, Version
from deployments.models.deployment import time_ordered_id
from deployments.pipeline.actor import Actor
from deployments.pipeline.conversations.claiming import Claim, fresh_claim
from deployments.pipeline.conversations.storable import storable
from deployments.pipeline.refusal import Refusal, Refused, fits_a_line, refusal_in_agent, refusal_of_deleted, unless
from deployments.resources.json_schema import unusable
from deployments.runtime import turns

# What a conversation is held with: what stands in an environment now, a version by itself, or what the draft holds.
With: TypeAlias = Environment | Version | Draft

LONGEST_FACT = 64


def refusal_to_begin(agent: Agent, *, by: Actor | None) -> Refusal | None:
    """`by` is None for callers: whoever reaches an environment may talk to what stands there."""
    if by is None:
        return refusal_of_deleted(agent)
    return refusal_in_agent(agent, Role.VIEWER, "talk to an agent", by=by)


def _refusal_of_nothing(environment: Environment) -> Refusal:
    act = "published" if environment.is_first else "promoted"
    return Refusal("nothing_deployed", f"Nothing has been {act} to {environment.label} yet, so nobody answers there.")


def begin_conversation(
    agent: Agent,
    held_with: With,
    *,
    channel: turns.Channel,
    tested: bool,
    by: Actor | None,
    channel_type: str = "",
    variant: str | None = None,
    language: str | None = None,
    visitor: str = "",
    caller_number: str | None = None,
    callee_number: str | None = None,
    sip_headers: Mapping[str, str] | None = None,
    integration_attributes: Mapping[str, Any] | None = None,
    clock: datetime | None = None,
    seed: str = "",
    at: datetime | None = None,
) -> Claim:
    """A conversation with what stands there at this instant, and the claim on its first turn.

    `by` is who tests, or the program that does; None for a caller. `clock`: the conversation's own, standing still
    there; `seed`: what chance begins from. Raises `Refused`: `nothing_deployed`, `draft_moved`, `no_permission`,
    `agent_deleted`, `text_too_long`, `text_unusable`.
    """
    at = at or timezone.now()
    unless(refusal_to_begin(agent, by=by))
    for fact in (variant, language, visitor, caller_number, callee_number):
        unless(_refusal_of_fact(fact or ""))
    unless(_refusal_of_attributes(integration_attributes or {}))
    environment, deployment, version, draft = found(held_with)
    conversation = Conversation(
        id=time_ordered_id(),
        agent=agent,
        environment=environment,
        version=version,
        deployment=deployment,
        in_production=environment is not None and environment.is_last,
        channel=channel,
        variant=variant or "",
        language=(language or "")[:35],
        tested=tested,
        person=by.person if by else None,
        api_key=by.key[:200] if by else "",
        visitor=visitor,
        caller_number=caller_number or "",
        callee_number=callee_number or "",
        began_at=at,
        last_turn_at=at,
    )
    setting = turns.Setting(
        id=str(conversation.pk),
        account_id=agent.workspace.slug,
        project_id=agent.slug,
        env=env_of(environment),
        channel=channel,
        channel_type=channel_type or turns.CHANNEL_TYPES[channel],
        began=clock or at,
        frozen=clock is not None,
        seed=seed,
        variant=variant or None,
        language=language or None,
        caller_number=caller_number or None,
        callee_number=callee_number or None,
        sip_headers=dict(sip_headers or {}),
        integration_attributes=dict(integration_attributes or {}),
    )
    thread = Thread(
        conversation=conversation,
        setting=storable(turns.as_json(setting)),
        manifest=draft.manifest if draft else {},
        manifest_digest=draft.manifest_digest if draft else version.manifest_digest if version else "",
    )
    claim = fresh_claim(conversation, thread, setting, at)
    with transaction.atomic():
        conversation.save(force_insert=True)
        thread.save(force_insert=True)
    return claim


def found(held_with: With) -> tuple[Environment | None, Deployment | None, Version | None, Draft | None]:
    """What stands there at this instant. Raises `Refused`: `nothing_deployed`, `draft_moved`."""
    match held_with:
        case Environment():
            standing = held_with.active
            if standing is None:
                raise Refused(_refusal_of_nothing(held_with))
            return held_with, standing, standing.version, None
        case Version():
            return None, None, held_with, None
    return None, None, None, _draft_now(held_with)


def _draft_now(read: Draft) -> Draft:
    """As it is now: what a page read before may have been edited since."""
    now = Draft.objects.filter(pk=read.pk).first()
    if now is None:
        sentence = "The draft was published or deleted meanwhile. Choose what answers instead."
        raise Refused(Refusal("draft_moved", sentence))
    return now


def env_of(environment: Environment | None) -> Literal["sandbox", "pre-release", "live"]:
    """What functions read; they know no draft."""
    slug = environment.slug if environment else ""
    return "live" if slug == "live" else "pre-release" if slug == "pre-release" else "sandbox"


def _refusal_of_attributes(attributes: Mapping[str, Any]) -> Refusal | None:
    why = unusable(attributes)
    return Refusal("text_unusable", f"These integration attributes cannot be kept. {why}") if why else None


def _refusal_of_fact(text: str) -> Refusal | None:
    if len(text) > LONGEST_FACT and "\0" not in text:
        return Refusal("text_too_long", f"“{text[:20]}…” is too long: {LONGEST_FACT} characters are allowed.")
    if not fits_a_line(text, LONGEST_FACT):
        return Refusal("text_unusable", "What names a caller, a variant or a language is printable text.")
    return None
