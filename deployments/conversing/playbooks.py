"""Versions read for conversations, kept by what they hold: the same content is read once a process."""

from __future__ import annotations

from deployments.keeping import Kept
from deployments.models import content
from deployments.pipeline import Claim
from deployments.runtime.playbook import Playbook

# Weighed by the bytes of the files; what is made of them takes a small multiple.
PLAYBOOKS = Kept[Playbook](most=64, weight=64_000_000)


def playbook_of(claim: Claim) -> Playbook:
    agent, weight = claim.conversation.agent, 0

    def made() -> Playbook:
        nonlocal weight
        files = content.contents(agent, claim.manifest)
        weight = sum(map(len, files.values()))
        return Playbook.of(files)

    return PLAYBOOKS.get((agent.pk, claim.digest), made, lambda _: weight)
