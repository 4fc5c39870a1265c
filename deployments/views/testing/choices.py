"""What one may talk to: the draft, what stands in each environment, and a version that was asked for by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404

from deployments import conversing
from deployments.models import Agent
from deployments.pipeline import With
from deployments.runtime.playbook import Playbook
from deployments.sides.side import Side, side_or_404
from deployments.views.berths import berths


@dataclass(frozen=True)
class Choice:
    """`refused` says how to get something there where nothing is."""

    ref: str
    label: str
    refused: str = ""


def choices_of(agent: Agent, side: Side | None) -> list[Choice]:
    """`side`: what is chosen now; a version by itself joins the others."""
    found = list(_standing(agent))
    if side is not None and side.version and not side.environment:
        found.append(Choice(side.ref, f"Version {side.version.short}"))
    return found


def first_ref(agent: Agent) -> str:
    """What the panel opens on: the draft when there is one, else where versions come first."""
    return "draft" if agent.draft_or_none else agent.ladder[0].slug


def side_asked(agent: Agent, ref: str) -> Side | None:
    """What is named, or what is most likely meant; None where that is not there."""
    try:
        return side_or_404(agent, ref or first_ref(agent))
    except Http404:
        return None


def held_with(side: Side | None) -> With | None:
    """What a conversation is held with; None for what is not there, and for an environment that holds nothing."""
    if side is None:
        return None
    if side.environment is not None:
        return side.environment if side.version else None
    return side.version or side.draft


def playbook_of(side: Side) -> Playbook | None:
    holder = side.version or side.draft
    return conversing.playbook_with(side.agent, holder.manifest_digest, lambda: holder.manifest) if holder else None


def _standing(agent: Agent) -> Iterator[Choice]:
    if agent.draft_or_none:
        yield Choice("draft", "Draft")
    for berth in berths(agent):
        step, deployment = berth.environment, berth.deployment
        if deployment is None:
            act = "Publish" if step.is_first else "Promote"
            yield Choice(
                step.slug, f"{step.label}, nothing yet", f"{act} a version to {step.label} to talk to it there."
            )
        else:
            yield Choice(step.slug, f"{step.label}, {deployment.version.short}")
