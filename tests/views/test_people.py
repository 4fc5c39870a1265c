from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from deployments.models import Event, Invitation, Membership, Role
from deployments.views.workspace.people import SIZE
from tests.signing_in import a_client
from tests.vocabulary import a_person, a_workspace

pytestmark = pytest.mark.django_db


def test_everybody_sees_who_is_here_and_only_admins_are_offered_more() -> None:
    workspace = a_workspace()
    vera = a_person(Role.VIEWER, workspace, name="Vera Viewer")

    as_admin = a_client(workspace).get(reverse("people", args=[workspace.slug]))
    as_viewer = a_client(workspace, Role.VIEWER).get(reverse("people", args=[workspace.slug]))

    assert vera.name in as_admin.text
    assert vera.name in as_viewer.text
    assert "Invite" in as_admin.text
    assert reverse("invitation", args=[workspace.slug]) not in as_viewer.text
    assert "Only admins may manage people." in as_viewer.text


def test_many_people_come_a_page_at_a_time_and_are_found_by_name_e_mail_or_role() -> None:
    workspace = a_workspace()
    vera = a_person(Role.RELEASER, workspace, name="Vera Viewer")
    for number in range(SIZE):
        a_person(Role.VIEWER, workspace, name=f"Somebody {number:02}")
    client = a_client(workspace)
    address = reverse("people", args=[workspace.slug])

    first = client.get(address)
    last = client.get(address, {"page": 2})
    found = {words: client.get(address, {"q": words}) for words in ("vera v", vera.email, "Releaser", "nobody at all")}

    assert "52 people" in first.text
    assert vera.email not in first.text
    assert vera.email in last.text
    assert all(vera.email in found[words].text for words in ("vera v", vera.email, "Releaser"))
    assert "1 person found" in found["Releaser"].text
    assert "Nobody here matches “nobody at all”." in found["nobody at all"].text


def test_the_only_admin_is_not_offered_to_be_removed_though_others_are_looked_for() -> None:
    workspace = a_workspace()
    client = a_client(workspace)
    address = reverse("people", args=[workspace.slug])

    alone = client.get(address, {"q": "ana"})
    a_person(Role.ADMIN, workspace, name="Berta")
    with_another = client.get(address, {"q": "ana"})

    member = workspace.memberships.order_by("pk")[0].pk
    removal = reverse("person-removal", args=[workspace.slug, member])
    assert f'href="{removal}"' not in alone.text
    assert f'href="{removal}"' in with_another.text


def test_an_invitation_shows_its_link_once_and_keeps_only_a_hash() -> None:
    workspace = a_workspace()
    client = a_client(workspace)

    answer = client.post(reverse("invitation", args=[workspace.slug]), {"email": "Noor@example.com", "role": "editor"})

    token = re.search(r"/join/([\w-]+)/", answer.text)
    assert token
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role) == ("noor@example.com", "editor")
    assert token.group(1) not in str(vars(invitation))
    assert token.group(1) not in client.get(reverse("people", args=[workspace.slug])).text


def test_inviting_somebody_who_is_here_is_refused_and_keeps_what_was_typed() -> None:
    workspace = a_workspace()
    vera = a_person(Role.VIEWER, workspace)

    answer = a_client(workspace).post(
        reverse("invitation", args=[workspace.slug]), {"email": vera.email, "role": "editor"}
    )

    assert answer.status_code == 422
    assert "belongs to" in answer.text
    assert vera.email in answer.text
    assert not Invitation.objects.exists()


def test_a_role_is_changed_and_recorded() -> None:
    workspace = a_workspace()
    member = Membership.objects.get(person=a_person(Role.VIEWER, workspace))

    a_client(workspace).post(reverse("person-role", args=[workspace.slug, member.pk]), {"role": "releaser"})

    member.refresh_from_db()
    assert member.role == Role.RELEASER
    assert Event.objects.get(kind=Event.Kind.PERSON_ROLE).details["role"] == ["viewer", "releaser"]


def test_the_last_admin_can_neither_step_down_nor_be_removed() -> None:
    workspace = a_workspace()
    admin = workspace.memberships.get()
    client = a_client(workspace)

    down = client.post(reverse("person-role", args=[workspace.slug, admin.pk]), {"role": "viewer"})
    out = client.post(reverse("person-removal", args=[workspace.slug, admin.pk]))

    assert (down.status_code, out.status_code) == (422, 422)
    assert "only admin" in out.text
    assert workspace.memberships.get().role == Role.ADMIN


def test_before_anything_is_sent_it_is_said_that_the_only_admin_stays_one() -> None:
    workspace = a_workspace()
    admin = workspace.memberships.get()
    a_person(Role.EDITOR, workspace)
    client = a_client(workspace)

    role = client.get(reverse("person-role", args=[workspace.slug, admin.pk]))
    removal = client.get(reverse("person-removal", args=[workspace.slug, admin.pk]))
    people = client.get(reverse("people", args=[workspace.slug]))

    for dialog in (role, removal):
        assert "only admin" in dialog.text
        assert 'type="submit">' not in dialog.text.partition("<dialog")[2]
    assert people.text.count("only admin") == 2
    assert people.text.count(f'hx-get="{reverse("person-role", args=[workspace.slug, admin.pk])}"') == 0


def test_who_leaves_a_workspace_is_not_led_to_a_page_of_it() -> None:
    workspace = a_workspace()
    person = a_person(Role.ADMIN, workspace)
    theirs = Client()
    theirs.force_login(person)

    gone = theirs.post(
        reverse("person-removal", args=[workspace.slug, Membership.objects.get(person=person).pk]), follow=True
    )

    assert gone.status_code == 200
    assert f"You are no longer in {workspace.name}." in gone.text


def test_a_removed_person_sees_nothing_any_more() -> None:
    workspace = a_workspace()
    person = a_person(Role.EDITOR, workspace)
    theirs = Client()
    theirs.force_login(person)

    a_client(workspace).post(reverse("person-removal", args=[workspace.slug, Membership.objects.get(person=person).pk]))

    assert theirs.get(reverse("people", args=[workspace.slug])).status_code == 404


def test_a_reset_link_is_refused_for_somebody_who_belongs_to_a_workspace_of_others() -> None:
    workspace, other = a_workspace(), a_workspace()
    person = a_person(Role.EDITOR, workspace)
    Membership.objects.create(workspace=other, person=person, role=Role.VIEWER)
    member = Membership.objects.get(workspace=workspace, person=person)

    answer = a_client(workspace).post(reverse("person-reset", args=[workspace.slug, member.pk]))

    assert answer.status_code == 422
    assert "reset_password" in answer.text


def test_a_reset_link_is_shown_once() -> None:
    workspace = a_workspace()
    member = Membership.objects.get(person=a_person(Role.EDITOR, workspace))

    answer = a_client(workspace).post(reverse("person-reset", args=[workspace.slug, member.pk]))

    assert re.search(r"/reset/[\w-]+/", answer.text)


@pytest.mark.parametrize("name", ["person-role", "person-removal", "person-reset"])
def test_what_an_admin_does_is_403_for_everybody_else(name: str) -> None:
    workspace = a_workspace()
    member = workspace.memberships.get()

    answer = a_client(workspace, Role.RELEASER).post(reverse(name, args=[workspace.slug, member.pk]), {"role": "admin"})

    assert answer.status_code == 403
    assert "Only admins may manage people." in answer.text
    assert not Membership.objects.exclude(pk=member.pk).filter(role=Role.ADMIN).exists()
