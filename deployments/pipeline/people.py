"""Who belongs to a workspace, and in which role."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from deployments.models import Event, Invitation, Membership, Person, Role, Workspace
from deployments.pipeline.actor import Actor
from deployments.pipeline.keys import stop_keys_of
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import LONGEST_NAME, Refusal, Refused, fits_a_line, one_line, refusal_by_role, unless

SPENT = Refusal("link_spent", "This link was used already or has run out. Ask an admin for a new one.")


def refusal_to_manage_people(workspace: Workspace, *, by: Actor) -> Refusal | None:
    return refusal_by_role(workspace, Role.ADMIN, "manage people", by=by)


def refusal_to_do_without(membership: Membership, role: Role | None = None) -> Refusal | None:
    """Of an admin as nothing but this role, or as nobody here: somebody has to stay one."""
    admins = Membership.objects.filter(workspace=membership.workspace_id, role=Role.ADMIN)
    if role == Role.ADMIN or admins.exclude(pk=membership.pk).exists() or not admins.exists():
        return None
    sentence = f"{membership.person.name} is the only admin. Make somebody else an admin first."
    return Refusal("last_admin", sentence)


def invite(workspace: Workspace, *, email: str, role: Role, by: Actor) -> tuple[Invitation, str]:
    """A link to hand over, and the token in it that is shown only now. It replaces an earlier one to this address."""
    at = timezone.now()
    email = checked_email(email)
    with transaction.atomic():
        unless(refusal_to_manage_people(workspace, by=by))
        member = Membership.objects.filter(workspace=workspace, person__email__iexact=email)
        if known := member.select_related("person").first():
            sentence = f"{known.person.name} belongs to {workspace.name} already. Change the role instead."
            raise Refused(Refusal("already_member", sentence))
        Invitation.objects.filter(workspace=workspace, email__iexact=email, used_at=None).update(used_at=at)
        invitation, token = Invitation.make(made_by=by.person, workspace=workspace, email=email, role=role)
        about = {"email": email, "role": role}
        record(Event.Kind.PERSON_INVITED, workspace, by=by, at=at, details=about)
        return invitation, token


def accept_invitation(token: str, *, person: Person | None = None, name: str = "", password: str = "") -> Person:
    """Join: somebody who has signed in, or a new person with a name and a password."""
    at = timezone.now()
    with transaction.atomic():
        invitation = Invitation.good(token)
        if invitation is None or not invitation.use(at):
            raise Refused(SPENT)
        if person is None:
            person = _new_person(invitation.email, name, password)
        elif person.email.lower() != invitation.email.lower():
            sentence = f"This invitation is for {invitation.email}. Sign in with that address to accept it."
            raise Refused(Refusal("other_person", sentence))
        workspace = invitation.workspace
        _, is_new = Membership.objects.get_or_create(
            workspace=workspace, person=person, defaults={"role": invitation.role}
        )
        if is_new:
            about = {"person": person.name, "email": person.email, "role": invitation.role}
            record(Event.Kind.PERSON_JOINED, workspace, by=Actor(person), at=at, details=about)
        return person


def add_person(
    workspace: Workspace, *, email: str, role: Role, name: str = "", password: str | None, at: datetime | None = None
) -> tuple[Person, bool]:
    """From the command line, the way to the first administrator. Somebody who exists only gains the role."""
    at = at or timezone.now()
    email = checked_email(email)
    with transaction.atomic():
        _lock(workspace.pk)
        person = Person.objects.with_email(email).first()
        is_new = person is None
        if person is None:
            person = _new_person(email, name, password or "")
        membership = Membership.objects.filter(workspace=workspace, person=person).first()
        about = {"person": person.name, "email": person.email}
        if membership is None:
            Membership.objects.create(workspace=workspace, person=person, role=role)
            record(Event.Kind.PERSON_JOINED, workspace, by=None, at=at, details=about | {"role": role})
        elif membership.role != role:
            _keep_an_admin(membership, role)
            changed = about | {"role": [membership.role, role]}
            membership.role = role
            membership.save(update_fields=["role"])
            record(Event.Kind.PERSON_ROLE, workspace, by=None, at=at, details=changed)
        return person, is_new


def change_role(membership: Membership, role: Role, *, by: Actor) -> Membership:
    """It acts at once, for sessions that are open too."""
    with transaction.atomic():
        unless(refusal_to_manage_people(membership.workspace, by=by))
        before = _keep_an_admin(membership, role)
        if before is None:
            sentence = f"{membership.person.name} no longer belongs to {membership.workspace.name}."
            raise Refused(Refusal("person_gone", f"{sentence} Nothing was changed."))
        if before != role:
            Membership.objects.filter(pk=membership.pk).update(role=role)
            about = {**_named(membership), "role": [before, role]}
            record(Event.Kind.PERSON_ROLE, membership.workspace, by=by, at=timezone.now(), details=about)
    membership.role = role
    return membership


def remove_person(membership: Membership, *, by: Actor) -> None:
    """They no longer belong here, nor do their API keys open anything; their name stays in history."""
    at = timezone.now()
    with transaction.atomic():
        unless(refusal_to_manage_people(membership.workspace, by=by))
        before = _keep_an_admin(membership, None)
        if Membership.objects.filter(pk=membership.pk).delete()[0]:
            stop_keys_of(membership, at=at)
            about = {**_named(membership), "role": before}
            record(Event.Kind.PERSON_REMOVED, membership.workspace, by=by, at=at, details=about)


def change_account(person: Person, *, name: str, theme: str, shortcuts: bool) -> None:
    """How they are called, in every history they are part of, and how pages look and act for them."""
    person.name, person.theme, person.shortcuts = _checked_name(name), theme, shortcuts
    person.save(update_fields=["name", "theme", "shortcuts"])


def checked_email(email: str) -> str:
    email = email.strip().lower()
    try:
        Person._meta.get_field("email").run_validators(email)
    except ValidationError:
        sentence = f"“{email[:60]}” is no e-mail address. Write it like ana@example.com."
        raise Refused(Refusal("email_unusable", sentence)) from None
    return email


def _checked_name(name: str) -> str:
    name = one_line(name)
    if not fits_a_line(name, LONGEST_NAME):
        raise Refused(Refusal("name_unusable", f"A name has at most {LONGEST_NAME} printable characters."))
    return name


def _new_person(email: str, name: str, password: str) -> Person:
    known = Refusal("has_account", f"{email} has an account already. Sign in with it, then open this link again.")
    if Person.objects.with_email(email).exists():
        raise Refused(known)
    name = _checked_name(name)
    validate_password(password, Person(email=email, name=name))
    try:
        with transaction.atomic():
            return Person.objects.create_person(email, name=name, password=password)
    except IntegrityError:
        # They accepted another invitation at this moment.
        raise Refused(known) from None


def _keep_an_admin(membership: Membership, role: Role | None) -> str | None:
    """The role held now; None for who no longer belongs.

    Admins who step down at the same time wait for each other, so that one of them stays.
    """
    _lock(membership.workspace_id)
    unless(refusal_to_do_without(membership, role))
    return Membership.objects.filter(pk=membership.pk).values_list("role", flat=True).first()


def _lock(workspace_id: int) -> None:
    list(Workspace.objects.select_for_update(no_key=True).filter(pk=workspace_id).values_list("pk"))


def _named(membership: Membership) -> dict[str, str]:
    return {"person": membership.person.name, "email": membership.person.email}
