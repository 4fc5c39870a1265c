"""The request as views know it, and how they find what it names: only through what this person may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from deployments.models import Agent, Deployment, Draft, Environment, Person, Role, Version, Workspace
from deployments.models.version import SHORT
from deployments.pipeline import Actor, Refusal


class Request(HttpRequest):
    """A request of somebody signed in."""

    user: Person
    htmx: HtmxDetails
    # Set with the agent that was looked up: the person's role in its workspace.
    role: Role


def actor(request: Request) -> Actor:
    return Actor(request.user, channel="web")


def agent_or_404(request: Request, slug: str) -> Agent:
    """The agent with its draft, which every page of it shows."""
    visible = Agent.objects.visible_to(request.user).select_related("draft__base", "draft__changed_by")
    visible = visible.annotate(held=F("workspace__memberships__role"))
    agent = get_object_or_404(visible.defer("draft__edits", "draft__base__manifest").with_slug(slug))
    request.role = Role(agent.held)  # type: ignore[attr-defined]
    agent.draft_or_none = getattr(agent, "draft", None)
    if agent.draft_or_none and agent.draft_or_none.base:
        agent.draft_or_none.base.agent = agent
    return agent


def workspace_or_404(request: Request, slug: str) -> Workspace:
    return get_object_or_404(Workspace.objects.visible_to(request.user), slug=slug)


def environment_or_404(agent: Agent, slug: str) -> Environment:
    for step in agent.ladder:
        if step.slug == slug:
            return step
    raise Http404(f"{agent.name} has no environment “{slug}” on its ladder.")


def forbid(refusal: Refusal | None) -> None:
    """403 with the reason, when it is the role that does not reach."""
    if refusal is not None and refusal.code in {"no_permission", "not_a_member"}:
        raise PermissionDenied(refusal.sentence)


def require(request: Request, workspace: Workspace, role: Role, what: str) -> None:
    """403 with the reason, for a page or act this person's role does not reach."""
    held = request.user.role_in(workspace)
    if held is None or not held.holds(role):
        raise PermissionDenied(what)


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


def side_or_404(agent: Agent, ref: str, active: Mapping[int, Deployment] | None = None) -> Side:
    """What `ref` stands for: an environment's name, `draft`, or the beginning of a hash (surface.md, section 4).

    `active`: what stands in each environment, by its id, where the page knows it already.
    """
    return sides_or_404(agent, (ref,), active)[0]


def sides_or_404(agent: Agent, refs: Sequence[str], active: Mapping[int, Deployment] | None = None) -> list[Side]:
    """The same of several, whose versions are found at once."""
    named = {ref: _side_by_name(agent, ref, active) for ref in refs}
    versions = _versions_or_404(agent, [ref for ref, side in named.items() if side is None])
    return [named[ref] or Side(ref, agent, version=versions[ref]) for ref in refs]


def _side_by_name(agent: Agent, ref: str, active: Mapping[int, Deployment] | None) -> Side | None:
    if ref == "draft":
        if agent.draft_or_none is None:
            raise Http404("There is no draft: nothing is unpublished.")
        return Side(ref, agent, draft=agent.draft_or_none)
    for step in agent.ladder:
        if step.slug == ref:
            standing = step.active if active is None else active.get(step.pk)
            if standing:
                standing.version.agent = agent
            return Side(ref, agent, version=standing.version if standing else None, environment=step)
    return None


def version_or_404(agent: Agent, ref: str) -> Version:
    return _versions_or_404(agent, [ref])[ref]


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
