"""Versions read for conversations, kept by what they hold: the same content is read once a process."""

from __future__ import annotations

from collections.abc import Callable

from deployments.keeping import Kept
from deployments.models import Agent, content
from deployments.models.content import Manifest
from deployments.pipeline import Claim
from deployments.runtime.playbook import Playbook

# Weighed by the bytes of the files; what is made of them takes a small multiple.
PLAYBOOKS = Kept[Playbook](most=64, weight=64_000_000)


def playbook_of(claim: Claim) -> Playbook:
    return playbook_with(claim.conversation.agent, claim.digest, lambda: claim.manifest)


def playbook_with(agent: Agent, digest: str, manifest: Callable[[], Manifest]) -> Playbook:
    """Of this content of an agent; `manifest` is asked only where it was not read before."""
    weight = 0

    def made() -> Playbook:
        nonlocal weight
        files = content.contents(agent, manifest())
        weight = sum(map(len, files.values()))
        return Playbook.of(files)

    return PLAYBOOKS.get((agent.pk, digest), made, lambda _: weight)
