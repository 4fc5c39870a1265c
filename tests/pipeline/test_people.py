from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from deployments.models import Event, Invitation, Membership, Person, ResetLink, Role, Session, Workspace
from deployments.pipeline import (
    Actor,
    Refused,
    accept_invitation,
    add_person,
    change_role,
    change_workspace,
    create_workspace,
    invite,
    make_reset_link,
    refusal_to_make_reset_link,
    remove_person,
    set_password_by,
)
from tests.vocabulary import a_person, a_workspace, admin_of, an_actor

pytestmark = pytest.mark.django_db

PASSWORD = "a tide of 14 words"


def membership(person: Person) -> Membership:
    return Membership.objects.get(person=person)


def test_an_invitation_makes_a_new_person_a_member_in_the_role_the_admin_chose() -> None:
    workspace = a_workspace()
    token = invite(workspace, email="Ben@Example.com ", role=Role.RELEASER, by=an_actor(workspace))[1]

    ben = accept_invitation(token, name="Ben Berg", password=PASSWORD)

    assert (ben.email, ben.name) == ("ben@example.com", "Ben Berg")
    assert ben.role_in(workspace) == Role.RELEASER
    assert ben.check_password(PASSWORD)
    kinds = list(Event.objects.of_workspace(workspace).order_by("pk").values_list("kind", flat=True))
    assert kinds == [Event.Kind.PERSON_INVITED, Event.Kind.PERSON_JOINED]


def test_an_invitation_is_good_once() -> None:
    workspace = a_workspace()
    token = invite(workspace, email="ben@example.com", role=Role.VIEWER, by=an_actor(workspace))[1]
    accept_invitation(token, name="Ben", password=PASSWORD)

    with pytest.raises(Refused, match="used already or has run out"):
        accept_invitation(token, name="Eve", password=PASSWORD)


def test_an_invitation_runs_out_after_seven_days() -> None:
    workspace = a_workspace()
    token = invite(workspace, email="ben@example.com", role=Role.VIEWER, by=an_actor(workspace))[1]

    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)), pytest.raises(Refused, match="run out"):
        accept_invitation(token, name="Ben", password=PASSWORD)

    assert not Person.objects.with_email("ben@example.com").exists()


def test_only_a_hash_of_the_token_is_kept() -> None:
    workspace = a_workspace()

    invitation, token = invite(workspace, email="ben@example.com", role=Role.VIEWER, by=an_actor(workspace))

    assert token not in str(list(Invitation.objects.values()))
    assert len(invitation.token_hash) == 64


def test_a_second_invitation_to_one_address_ends_the_first() -> None:
    workspace = a_workspace()
    by = an_actor(workspace)
    first = invite(workspace, email="ben@example.com", role=Role.ADMIN, by=by)[1]
    second = invite(workspace, email="ben@example.com", role=Role.VIEWER, by=by)[1]

    with pytest.raises(Refused):
        accept_invitation(first, name="Ben", password=PASSWORD)
    assert accept_invitation(second, name="Ben", password=PASSWORD).role_in(workspace) == Role.VIEWER


def test_an_address_that_has_an_account_joins_only_as_that_account() -> None:
    workspace = a_workspace()
    ben, eve = a_person(), a_person()
    token = invite(workspace, email=ben.email, role=Role.EDITOR, by=an_actor(workspace))[1]

    with pytest.raises(Refused, match="has an account already"):
        accept_invitation(token, name="Not Ben", password=PASSWORD)
    with pytest.raises(Refused, match=f"This invitation is for {ben.email}"):
        accept_invitation(token, person=eve)
    accept_invitation(token, person=ben)

    assert ben.role_in(workspace) == Role.EDITOR
    assert eve.role_in(workspace) is None


def test_a_password_that_is_too_simple_is_refused_and_the_link_stays_good() -> None:
    workspace = a_workspace()
    token = invite(workspace, email="ben@example.com", role=Role.EDITOR, by=an_actor(workspace))[1]

    with pytest.raises(ValidationError, match="too short"):
        accept_invitation(token, name="Ben", password="short")

    assert Invitation.good(token) is not None


def test_members_are_not_invited_again() -> None:
    workspace = a_workspace()
    ben = a_person(Role.VIEWER, workspace, name="Ben")

    with pytest.raises(Refused, match="Ben belongs to Harbour already"):
        invite(workspace, email=ben.email.upper(), role=Role.ADMIN, by=an_actor(workspace))


def test_an_address_must_be_one() -> None:
    workspace = a_workspace()

    with pytest.raises(Refused, match="is no e-mail address"):
        invite(workspace, email="ben at example", role=Role.VIEWER, by=an_actor(workspace))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.RELEASER])
def test_only_admins_manage_people(role: Role) -> None:
    workspace = a_workspace()
    ben = a_person(Role.VIEWER, workspace)
    by = an_actor(workspace, role)

    for act in (
        lambda: invite(workspace, email="new@example.com", role=Role.ADMIN, by=by),
        lambda: change_role(membership(ben), Role.ADMIN, by=by),
        lambda: remove_person(membership(ben), by=by),
        lambda: change_workspace(workspace, name="Mine", by=by),
    ):
        with pytest.raises(Refused, match="Only admins may"):
            act()
    with pytest.raises(Refused, match="Only admins may"):
        make_reset_link(ben, by=by)


def test_a_changed_role_says_what_it_was_and_is() -> None:
    workspace = a_workspace()
    ben = a_person(Role.VIEWER, workspace)

    change_role(membership(ben), Role.RELEASER, by=an_actor(workspace))
    change_role(membership(ben), Role.RELEASER, by=an_actor(workspace))

    assert ben.role_in(workspace) == Role.RELEASER
    line = Event.objects.get(kind=Event.Kind.PERSON_ROLE)
    assert line.details == {"person": ben.name, "email": ben.email, "role": ["viewer", "releaser"]}


def test_a_role_of_somebody_who_was_removed_meanwhile_is_not_changed() -> None:
    workspace = a_workspace()
    shown = membership(a_person(Role.VIEWER, workspace, name="Ben"))
    remove_person(shown, by=an_actor(workspace))

    with pytest.raises(Refused, match="Ben no longer belongs to Harbour"):
        change_role(shown, Role.ADMIN, by=an_actor(workspace))

    assert not Event.objects.filter(kind=Event.Kind.PERSON_ROLE).exists()


@pytest.mark.parametrize(
    ("email", "name", "code"),
    [
        (f"{'m' * 60}@{'.'.join(['harbour' * 8] * 4)}.example", "Ben", "email_unusable"),
        ("ben", "Ben", "email_unusable"),
        ("ben@example.com", "Ben\x07", "name_unusable"),
        ("ben@example.com", "Ben" * 67, "name_unusable"),
    ],
)
def test_what_cannot_be_somebodys_address_or_name_is_refused(email: str, name: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        add_person(a_workspace(), email=email, role=Role.VIEWER, name=name, password=PASSWORD)

    assert refused.value.code == code


def test_the_last_admin_stays_one() -> None:
    workspace = a_workspace()
    ana = admin_of(workspace)
    by = Actor(ana)

    with pytest.raises(Refused, match="Ana Admin is the only admin"):
        change_role(membership(ana), Role.EDITOR, by=by)
    with pytest.raises(Refused, match="Ana Admin is the only admin"):
        remove_person(membership(ana), by=by)


def test_a_removed_person_stays_in_history_and_may_nothing() -> None:
    workspace = a_workspace()
    ben = a_person(Role.ADMIN, workspace)

    remove_person(membership(ben), by=an_actor(workspace, admin_of(workspace)))

    assert ben.role_in(workspace) is None
    assert Person.objects.filter(pk=ben.pk).exists()
    line = Event.objects.get(kind=Event.Kind.PERSON_REMOVED)
    assert line.details == {"person": ben.name, "email": ben.email, "role": "admin"}


def test_a_reset_link_sets_a_password_once_and_ends_every_session() -> None:
    workspace = a_workspace()
    ben = a_person(Role.VIEWER, workspace)
    Session.objects.create(session_key="k", session_data="", expire_date=timezone.now(), person=ben)
    token = make_reset_link(ben, by=an_actor(workspace))

    set_password_by(token, password=PASSWORD)

    ben.refresh_from_db()
    assert ben.check_password(PASSWORD)
    assert not Session.objects.filter(person=ben).exists()
    with pytest.raises(Refused, match="used already"):
        set_password_by(token, password=PASSWORD + "!")


def test_a_reset_link_is_good_for_a_day() -> None:
    workspace = a_workspace()
    token = make_reset_link(a_person(Role.VIEWER, workspace), by=an_actor(workspace))

    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1)), pytest.raises(Refused):
        set_password_by(token, password=PASSWORD)


def test_a_newer_reset_link_ends_the_older() -> None:
    workspace = a_workspace()
    ben = a_person(Role.VIEWER, workspace)
    older = make_reset_link(ben, by=an_actor(workspace))

    make_reset_link(ben, by=an_actor(workspace))

    assert ResetLink.good(older) is None


def test_a_reset_link_is_spent_once_its_person_joins_a_workspace_of_others() -> None:
    workspace, other = a_workspace(), a_workspace()
    ben = a_person(Role.VIEWER, workspace)
    token = make_reset_link(ben, by=an_actor(workspace))
    by_command = make_reset_link(a_person(Role.VIEWER, other), by=None)

    accept_invitation(invite(other, email=ben.email, role=Role.ADMIN, by=an_actor(other))[1], person=ben)

    with pytest.raises(Refused, match="used already"):
        set_password_by(token, password=PASSWORD)
    set_password_by(by_command, password=PASSWORD)


@pytest.mark.parametrize("leaves", [True, False])
def test_links_end_with_the_admin_who_made_them(leaves: bool) -> None:
    workspace = a_workspace()
    admin = a_person(Role.ADMIN, workspace)
    reset = make_reset_link(a_person(Role.VIEWER, workspace), by=Actor(admin))
    joining = invite(workspace, email="eve@example.com", role=Role.ADMIN, by=Actor(admin))[1]
    held = membership(admin)

    if leaves:
        remove_person(held, by=an_actor(workspace))
    else:
        change_role(held, Role.RELEASER, by=an_actor(workspace))

    with pytest.raises(Refused, match="used already"):
        set_password_by(reset, password=PASSWORD)
    with pytest.raises(Refused, match="used already"):
        accept_invitation(joining, name="Eve", password=PASSWORD)


def test_an_admin_makes_no_reset_link_for_somebody_of_a_workspace_of_others() -> None:
    workspace, other = a_workspace(), a_workspace()
    ben = a_person(Role.VIEWER, workspace)
    Membership.objects.create(workspace=other, person=ben, role=Role.ADMIN)
    by = an_actor(workspace)

    refusal = refusal_to_make_reset_link(ben, by=by)

    assert refusal is not None
    assert refusal.code == "belongs_elsewhere"
    with pytest.raises(Refused, match="reset_password"):
        make_reset_link(ben, by=by)


def test_somebody_who_exists_only_gains_the_role() -> None:
    first, second = a_workspace(), a_workspace()
    ben = a_person(Role.ADMIN, first, password=PASSWORD)

    again, is_new = add_person(second, email=ben.email, role=Role.EDITOR, password=None)

    assert (again, is_new) == (ben, False)
    assert (ben.role_in(first), ben.role_in(second)) == (Role.ADMIN, Role.EDITOR)
    ben.refresh_from_db()
    assert ben.check_password(PASSWORD)


def test_changing_a_workspace_says_what_it_was_and_is() -> None:
    workspace = a_workspace(name="Harbour")

    change_workspace(workspace, name="Pier", time_zone="Europe/Oslo", by=an_actor(workspace))

    assert (workspace.name, workspace.time_zone) == ("Pier", "Europe/Oslo")
    line = Event.objects.get(kind=Event.Kind.WORKSPACE_SETTINGS)
    assert line.details == {"name": ["Harbour", "Pier"], "time_zone": ["UTC", "Europe/Oslo"]}


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd"])
def test_a_time_zone_must_be_one(zone: str) -> None:
    workspace = a_workspace()

    with pytest.raises(Refused, match="is no time zone"):
        change_workspace(workspace, time_zone=zone, by=an_actor(workspace))

    assert Workspace.objects.get(pk=workspace.pk).time_zone == "UTC"


def test_a_workspace_id_is_taken_once() -> None:
    create_workspace(slug="pier", name="Pier")

    with pytest.raises(Refused, match="“pier” already"):
        create_workspace(slug="pier", name="Other pier")


def test_times_in_sentences_are_in_the_workspaces_zone() -> None:
    from deployments.pipeline.words import moment

    workspace = Workspace(slug="oslo", time_zone="Europe/Oslo")
    at = datetime(2026, 11, 23, 15, 40, tzinfo=UTC)

    assert moment(at, workspace, at) == "at 16:40"
    assert moment(at, workspace, at + timedelta(days=2)) == "on Mon 23 Nov at 16:40"
    assert moment(at, workspace, at + timedelta(days=200)) == "on Mon 23 Nov 2026 at 16:40"
