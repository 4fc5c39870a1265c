"""What a ref stands for at this moment: an environment's version, the draft, or a version by its hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404

from deployments.models import Agent, Deployment, Draft, Environment, Version
from deployments.models.environment import SLUGS
from deployments.models.version import SHORT


@dataclass(frozen=True)
class Side:
    """A ref resolved: the version or draft it stands for now. Neither: an environment that holds nothing."""

    ref: str
    agent: Agent
    version: Version | None = None
    draft: Draft | None = None
    environment: Environment | None = None

    @cached_property
    def files(self) -> dict[str, str]:
        """{path: id of the blob}."""
        holder = self.version or self.draft
        return holder.files if holder else {}

    @property
    def origin(self) -> Version | None:
        """The version it is; of a draft the one it was begun from."""
        return self.version or (self.draft.base if self.draft else None)

    @property
    def digest(self) -> str:
        holder = self.version or self.draft
        return holder.manifest_digest if holder else ""

    @property
    def identity(self) -> str:
        """Names exactly this content for ever: what was made from it may be kept under this."""
        if self.version:
            return self.version.hash
        return f"draft {self.draft.state} on {self.draft.base_id}" if self.draft else ""

    @property
    def pinned(self) -> str:
        """The ref that keeps meaning this version when something else is placed where it stands."""
        return self.version.short if self.version else self.ref

    @property
    def words(self) -> str:
        """The side in a sentence: its environment's name or "Draft", and the version."""
        label = "Draft" if self.draft else self.environment.label if self.environment else ""
        return " ".join(filter(None, (label, self.version.short if self.version else "")))


def side_or_404(agent: Agent, ref: str) -> Side:
    """What `ref` stands for: an environment's name, `draft`, or the beginning of a hash (surface.md, section 4)."""
    return sides_or_404(agent, (ref,))[0]


def sides_or_404(agent: Agent, refs: Sequence[str], active: Mapping[int, Deployment] | None = None) -> list[Side]:
    """The same of several, whose versions are found at once.

    `active`: what stands in each environment, by its id, where the page knows it already.
    """
    named = {ref: _side_by_name(agent, ref, active) for ref in refs}
    versions = _versions_or_404(agent, [ref for ref, side in named.items() if side is None])
    return [named[ref] or Side(ref, agent, version=versions[ref]) for ref in refs]


def present(agent: Agent) -> Side:
    """The draft, or while there is none what the first environment runs: what an edit changes."""
    if agent.draft_or_none is not None:
        return Side("draft", agent, draft=agent.draft_or_none)
    first = agent.ladder[0]
    active = first.active
    if active:
        active.version.agent = agent
    return Side(first.slug, agent, version=active.version if active else None, environment=first)


def _side_by_name(agent: Agent, ref: str, active: Mapping[int, Deployment] | None) -> Side | None:
    if ref == "draft":
        if agent.draft_or_none is None:
            raise Http404("There is no draft: nothing is unpublished.")
        return Side(ref, agent, draft=agent.draft_or_none)
    # A hash needs no look at the ladder: the parts of a comparison are all asked for by two.
    for step in agent.ladder if ref in SLUGS else ():
        if step.slug == ref:
            standing = step.active if active is None else active.get(step.pk)
            if standing:
                standing.version.agent = agent
            return Side(ref, agent, version=standing.version if standing else None, environment=step)
    return None


def _versions_or_404(agent: Agent, refs: Sequence[str]) -> dict[str, Version]:
    for ref in refs:
        if len(ref) < SHORT or "\0" in ref:
            raise Http404(f"{agent.name} has no environment and no version “{ref}”.")
    found = agent.versions.with_any_prefix(refs).without_manifest().select_related("author") if refs else ()
    versions = {ref: version for version in found for ref in refs if version.hash.startswith(ref.lower())}
    for ref in refs:
        if ref not in versions:
            raise Http404(f"In {agent.name} no version begins with “{ref}”.")
        versions[ref].agent = agent
    return versions
