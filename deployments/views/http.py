"""The request as views know it, and how they find what it names: only through what this person may see."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from deployments.models import Agent, Environment, Person, Role, Workspace
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
    agent = get_object_or_404(visible.defer("draft__edits", "draft__ground", "draft__base__manifest").with_slug(slug))
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


def page_asking(request: Request) -> str | None:
    """The address, in this site, of the page whose script asks; of none of ours, or of none at all, None."""
    try:
        return request.htmx.current_url_abs_path
    except ValueError:
        return None  # no address a browser would have opened


def public_address(request: HttpRequest, path: str) -> str:
    """What a person may be handed: under the public address when it is set, else under the one this was asked at."""
    return settings.ADDRESS + path if settings.ADDRESS else request.build_absolute_uri(path)


def posted(request: Request) -> QueryDict | None:
    """What was sent to be done; None where somebody only looks."""
    return request.POST if request.method == "POST" and not looks_again(request) else None


def looks_again(request: Request) -> bool:
    """Whether a dialog that was outrun is asked for as it is by now: with what was typed, and nothing is done."""
    return request.method == "POST" and "look" in request.POST


def forbid(refusal: Refusal | None) -> None:
    """403 with the reason, when it is the role that does not reach."""
    if refusal is not None and refusal.code in {"no_permission", "not_a_member"}:
        raise PermissionDenied(refusal.sentence)
