"""What tests say to bring about a state: small plain functions over the real verbs, so that no test starts from a state
the product cannot reach. Only people and workspaces are made directly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from deployments import pipeline
from deployments.models import (
    Agent,
    Conversation,
    Deployment,
    Draft,
    Environment,
    Membership,
    Number,
    Person,
    RealTimeConfig,
    Role,
    Turn,
    Version,
    Webhook,
    Workspace,
    content,
)
from deployments.pipeline import ANY, Actor, Claim
from deployments.runtime import turns

_numbers = count(1)

RULES = "agent_settings/rules.txt"
FIND_CABIN = b"""from _gen import *  # <AUTO GENERATED>


@func_description("Find the cabin of a passenger by booking code.")
@func_parameter("code", "Booking code, six letters")
def find_cabin(conv: Conversation, code: str):
    conv.state.cabin = "C-104"
    return "Tell the passenger their cabin is $cabin."
"""
FILES: Mapping[str, bytes] = {
    "project.yaml": b"project_id: night-ferry\naccount_id: harbour\nregion: euw-1\n",
    RULES: b"Be brief.\nNever promise a cabin.\n",
    "config/handoffs.yaml": (
        b"handoffs:\n- name: front_desk\n  description: People at the pier\n  is_default: true\n"
        b"  sip_config:\n    method: refer\n    phone_number: '+4915550100'\n"
    ),
    "functions/find_cabin.py": FIND_CABIN,
    "topics/luggage_limits.yaml": (
        b"name: Luggage limits\nenabled: true\nactions: If they carry skis, use {{ho:front_desk}}.\n"
        b"content: Two bags of 20 kg each per passenger.\nexample_queries:\n- How many bags may I bring?\n"
        b"- Is there a weight limit?\n"
    ),
    "voice/configuration.yaml": b"greeting:\n  welcome_message: Welcome aboard.\n  language_code: en-GB\n",
}
BROKEN = {"topics/tides.yaml": b"name: [Tides\n"}  # a file of a known kind that does not parse


def a_workspace(slug: str = "", name: str = "Harbour") -> Workspace:
    """A workspace with one admin, who acts wherever a test does not say who does."""
    number = next(_numbers)
    workspace = Workspace.objects.create(slug=slug or f"harbour-{number}", name=name)
    a_person(Role.ADMIN, workspace, name="Ana Admin")
    return workspace


def a_person(
    role: Role | None = None, workspace: Workspace | None = None, *, name: str = "", password: str = ""
) -> Person:
    """Somebody, in this role of this workspace when both are given. A password costs time, so none unless given."""
    number = next(_numbers)
    said = name or f"{(role or 'person').title()} {number}"
    person = Person(email=f"{said.split()[0].lower()}-{number}@example.com", name=said)
    person.set_password(password or None)
    person.save()
    if role and workspace:
        Membership.objects.create(workspace=workspace, person=person, role=role)
    return person


def admin_of(workspace: Workspace) -> Person:
    return workspace.memberships.filter(role=Role.ADMIN).select_related("person").order_by("pk")[0].person


def an_actor(where: Agent | Workspace, by: Person | Role | None = None) -> Actor:
    """This person, a new person in this role, or the workspace's admin."""
    workspace = where.workspace if isinstance(where, Agent) else where
    if isinstance(by, Role):
        return Actor(a_person(by, workspace))
    return Actor(by or admin_of(workspace))


def an_agent(
    workspace: Workspace | None = None,
    *,
    slug: str = "",
    name: str = "Night ferry",
    steps: int = 3,
    files: Mapping[str, bytes] = FILES,
    at: datetime | None = None,
) -> Agent:
    """An agent whose draft holds these files, nothing published yet."""
    workspace = workspace or a_workspace()
    slug = slug or f"night-ferry-{next(_numbers)}"
    by = an_actor(workspace)
    return pipeline.create_agent(workspace, slug=slug, name=name, steps=steps, files=files, by=by, at=at)


def edited(
    agent: Agent, files: Mapping[str, bytes] | None = None, *, by: Person | None = None, at: datetime | None = None
) -> Draft:
    """The draft after these files were put in; without any, after some edit."""
    files = files or {RULES: f"Be brief, version {next(_numbers)}.\n".encode()}
    draft = pipeline.import_files(agent, files, mode="add", by=an_actor(agent, by), at=at).draft
    assert draft is not None, "This edit leaves what is published already."
    return draft


def drafted(agent: Agent) -> dict[str, bytes] | None:
    """What its draft holds."""
    draft = Draft.objects.filter(agent=agent).first()
    return content.contents(agent, draft.manifest) if draft else None


def published(
    agent: Agent, description: str = "", *, by: Person | None = None, at: datetime | None = None
) -> Deployment:
    """The draft published, after some edit when there is none."""
    draft = Draft.objects.filter(agent=agent).first() or edited(agent, by=by, at=at)
    return pipeline.publish(agent, state=draft.state, description=description, by=an_actor(agent, by), at=at)


def promoted(
    what: Deployment | Version,
    to: str,
    message: str = "",
    *,
    by: Person | None = None,
    replacing: Any = ANY,
    at: datetime | None = None,
) -> Deployment:
    version = what.version if isinstance(what, Deployment) else what
    return pipeline.promote(
        version,
        to=environment(version.agent, to),
        replacing=replacing,
        message=message,
        by=an_actor(version.agent, by),
        at=at,
    )


def rolled_back(
    agent: Agent, where: str, message: str = "", *, by: Person | None = None, at: datetime | None = None
) -> Deployment:
    """Rollback pressed on the active row."""
    active = environment(agent, where).active
    assert active is not None, "Nothing stands there."
    assert active.previous is not None, "There is nothing to roll back to."
    return pipeline.roll_back(to=active.previous, replacing=active.pk, message=message, by=an_actor(agent, by), at=at)


def live(agent: Agent) -> Deployment:
    """A version taken from the draft through the whole ladder."""
    placed = published(agent)
    for step in agent.ladder[1:]:
        placed = promoted(placed, step.slug)
    return placed


def a_number(agent: Agent, where: str = "live", text: str = "", *, label: str = "", by: Person | None = None) -> Number:
    """A number whose callers reach this environment; without a text, one that nobody has yet."""
    text = text or f"+44 20 7946 {next(_numbers) % 10_000:04}"
    return pipeline.add_number(environment(agent, where), text=text, label=label, by=an_actor(agent, by))


def a_webhook(
    workspace: Workspace, address: str = "https://ci.example/slipway", *, tells: Collection[str] = Webhook.Tells.values
) -> tuple[Webhook, str]:
    """A webhook that is on, told of everything unless said, and its secret."""
    return pipeline.create_webhook(workspace, address=address, tells=tells, by=an_actor(workspace))


def a_config(agent: Agent, schema: dict[str, Any], values: dict[str, Any], where: str = "live") -> RealTimeConfig:
    """The real-time config of an environment: these values, and a schema they need not follow."""
    step, by = environment(agent, where), an_actor(agent)
    pipeline.save_values(step, values, by=by)
    return pipeline.save_schema(step, schema, by=by)


def begun(
    agent: Agent,
    where: str | Version = "live",
    *,
    by: Person | Role | None = None,
    channel: turns.Channel = "webchat",
    at: datetime | None = None,
    greeting: str = "Welcome aboard.",
    **about: Any,
) -> Conversation:
    """A caller's conversation with what stands there, greeted; with `by` somebody's test. `draft` is one with it."""
    held_with = where if isinstance(where, Version) else _held_with(agent, where)
    tester = an_actor(agent, by) if by else None
    claim = pipeline.begin_conversation(
        agent, held_with, channel=channel, tested=by is not None, by=tester, at=at, **about
    )
    made = a_turn(None, greeting)
    pipeline.record_turn(claim, made, after(claim, made), at=at)
    return claim.conversation


def answered(conversation: Conversation, heard: str, *replies: str, at: datetime | None = None, **about: Any) -> Turn:
    """The next turn of a conversation, with these replies."""
    claim = pipeline.claim_turn(conversation.pk, heard=heard, at=at)
    made = a_turn(heard, *replies, **about)
    row = pipeline.record_turn(claim, made, after(claim, made), at=at)
    assert row is not None
    return row


def closed(conversation: Conversation, *, at: datetime | None = None) -> Conversation:
    """Ended by whoever spoke to the agent."""
    claim = pipeline.claim_turn(conversation.pk, at=at)
    standing = claim.standing or turns.Standing(language="en-GB")
    pipeline.record_turn(claim, None, standing, ended=turns.Ended(by="person", outcome="closed"), at=at)
    return claim.conversation


def a_turn(heard: str | None, *replies: str, **about: Any) -> turns.Turn:
    """What a runtime would hand over."""
    said = [turns.Reply(text=reply, spoken=reply) for reply in replies]
    made: dict[str, Any] = {
        "began": datetime(2026, 11, 24, 1, 52, tzinfo=UTC),
        "seconds": 0.2,
        "engine": "a test",
    } | about
    return turns.Turn(heard=heard, understood=heard or "", replies=said, **made)


def after(claim: Claim, made: turns.Turn) -> turns.Standing:
    """Where a conversation stands after this turn."""
    before = claim.standing or turns.Standing(language=claim.setting.language or "en-GB", variant=claim.setting.variant)
    heard: list[tuple[Any, str]] = [("user", made.heard)] if made.heard else []
    history = [*before.history, *heard, *(("agent", reply.text) for reply in made.replies)]
    return replace(before, history=history, turns=before.turns + 1, ended=made.ended)


def _held_with(agent: Agent, where: str) -> Environment | Draft:
    if where != "draft":
        return environment(agent, where)
    draft = pipeline.draft_of(agent)
    assert draft is not None, "There is no draft."
    return draft


def environment(agent: Agent, slug: str) -> Environment:
    return agent.environments.get(slug=slug)
