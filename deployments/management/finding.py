"""What a command's arguments name; a name that names nothing ends it with a sentence."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.http import Http404

from deployments.models import Agent, Person, Role, Version, Workspace
from deployments.models.version import SHORT
from deployments.pipeline import Actor
from deployments.sides.contents import Contents
from deployments.sides.side import side_or_404


def workspace_called(slug: str) -> Workspace:
    found = Workspace.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Workspace.objects.order_by("slug").values_list("slug", flat=True)[:20])
        raise CommandError(f"There is no workspace “{slug}”. " + (f"There is {known}." if known else "Make one first."))
    return found


def agent_called(slug: str) -> Agent:
    found = Agent.objects.present().with_slug(slug).select_related("workspace").first()
    if found is None:
        raise CommandError(f"There is no agent “{slug}”. Its id is the word in its address.")
    return found


def person_called(email: str) -> Person:
    found = Person.objects.with_email(email).first()
    if found is None:
        raise CommandError(f"There is no person “{email}”. create_person makes one.")
    return found


def actor_in(workspace: Workspace, email: str | None) -> Actor:
    """Who is named, else the workspace's only admin."""
    if email:
        return Actor(person_called(email), channel="cli")
    admins = list(Person.objects.filter(memberships__workspace=workspace, memberships__role=Role.ADMIN)[:2])
    if len(admins) != 1:
        many = "several admins" if admins else "no admin"
        raise CommandError(f"{workspace.name} has {many}, so say with --by EMAIL who does this.")
    return Actor(admins[0], channel="cli")


def content_at(agent: Agent, ref: str) -> tuple[dict[str, bytes], Version | None]:
    """The files that a ref stands for now, and its version; none for the draft (surface.md, section 4)."""
    try:
        side = side_or_404(agent, ref)
    except Http404 as missing:
        hint = f"Name an environment, draft, or at least {SHORT} characters of a hash."
        raise CommandError(f"{missing} {hint}") from None
    if side.origin is None and side.draft is None:
        raise CommandError(f"Nothing is in {side.words} yet. Promote a version there first.")
    return Contents(side).all(), side.version
