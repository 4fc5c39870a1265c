"""Links that set a new password, and setting it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from deployments.models import Event, Membership, Person, ResetLink, Role
from deployments.pipeline.actor import Actor
from deployments.pipeline.people import SPENT
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import Refusal, Refused, unless


def refusal_to_make_reset_link(person: Person, *, by: Actor) -> Refusal | None:
    """An admin may for somebody who belongs only where they are admin: the link opens all that person's workspaces."""
    theirs = set(person.memberships.values_list("workspace_id", flat=True))
    administered = set(by.person.memberships.filter(role=Role.ADMIN).values_list("workspace_id", flat=True))
    if not theirs & administered:
        return Refusal("no_permission", "Only admins may make a link for a new password.")
    if theirs - administered:
        elsewhere = f"{person.name} also belongs to a workspace you do not administer."
        return Refusal("belongs_elsewhere", f"{elsewhere} Whoever runs Slipway can use the command reset_password.")
    return None


def make_reset_link(person: Person, *, by: Actor | None) -> str:
    """The token of a link that sets a new password. Without `by` it is the command line that makes it."""
    at = timezone.now()
    with transaction.atomic():
        if by is not None:
            unless(refusal_to_make_reset_link(person, by=by))
        _spend_links(person, at)
        token = ResetLink.make(made_by=by.person if by else None, person=person)[1]
        for membership in Membership.objects.filter(person=person).select_related("workspace"):
            about = {"person": person.name, "email": person.email}
            record(Event.Kind.RESET_LINK_MADE, membership.workspace, by=by, at=at, details=about)
        return token


def set_password_by(token: str, *, password: str) -> Person:
    """Spend the link. Whoever was signed in as its person no longer is."""
    at = timezone.now()
    with transaction.atomic():
        link = ResetLink.good(token)
        if link is None or not link.use(at):
            raise Refused(SPENT)
        change_password(link.person, password)
        return link.person


def change_password(person: Person, password: str, *, staying: str | None = None) -> None:
    """From now on it is theirs: nobody's link sets another. Their sessions end, but for the one of this key."""
    validate_password(password, person)
    with transaction.atomic():
        person.set_password(password)
        person.save(update_fields=["password"])
        _spend_links(person, timezone.now())
        end_sessions(person, staying=staying)


def end_sessions(person: Person, *, staying: str | None) -> int:
    """How many ended: all but the one of this key."""
    return int(person.sessions.exclude(session_key=staying).delete()[0])


def _spend_links(person: Person, at: datetime) -> None:
    person.reset_links.filter(used_at=None).update(used_at=at)
