from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from deployments import pipeline
from deployments.models import Membership, Person, Role, Session
from deployments.pipeline import Actor
from tests.vocabulary import a_person, a_workspace, admin_of

pytestmark = pytest.mark.django_db

PASSWORD = "seven tall ships"


def signs_in(client: Client, email: str, password: str, **more: str) -> int:
    answer = client.post(reverse("sign-in"), {"email": email, "password": password, **more})
    return answer.status_code


def an_invitation(email: str, role: Role = Role.EDITOR) -> str:
    workspace = a_workspace()
    return pipeline.invite(workspace, email=email, role=role, by=Actor(admin_of(workspace)))[1]


def test_the_right_password_signs_in_and_the_session_knows_whose_it_is() -> None:
    person = a_person(password=PASSWORD)
    client = Client(headers={"user-agent": "Lighthouse 3"})

    status = signs_in(client, person.email.upper(), PASSWORD)

    assert status == 302
    session = Session.objects.get()
    assert (session.person, session.device) == (person, "Lighthouse 3")


def test_who_is_signed_in_comes_along_with_the_session(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = Client()
    client.force_login(a_person(), backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("account"))  # the first use of a session is written down

    with django_assert_num_queries(3):  # the session with its person, their workspaces, their sessions
        assert client.get(reverse("account")).status_code == 200


def test_a_session_that_does_not_prove_its_person_is_nobodys() -> None:
    person = a_person()
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    person.set_password("another password")
    person.save()

    assert client.get(reverse("account")).status_code == 302
    assert not Session.objects.exists()


def test_a_session_is_nobodys_once_its_person_is_switched_off() -> None:
    person = a_person()
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    Person.objects.update(is_active=False)

    assert client.get(reverse("account")).status_code == 302


def test_a_wrong_password_is_refused_in_words_and_keeps_the_email() -> None:
    person = a_person(password=PASSWORD)

    answer = Client().post(reverse("sign-in"), {"email": person.email, "password": "seven small ships"})

    assert answer.status_code == 422
    assert "do not go together" in answer.text
    assert f'value="{person.email}"' in answer.text


@pytest.mark.parametrize("email", ["maya@straße.example", "maya@müller.example", "Maya@Harbour.example"])
def test_a_person_signs_in_by_their_own_address_whatever_its_letters(email: str) -> None:
    Person.objects.create_person(email, name="Maya", password=PASSWORD)

    assert signs_in(Client(), email, PASSWORD) == 302
    assert signs_in(Client(), email.lower(), PASSWORD) == 302


def test_ten_wrong_passwords_block_this_email_from_this_address_only() -> None:
    person = a_person(password=PASSWORD)
    client = Client()
    spellings = [person.email, person.email.upper(), person.email.replace("s", "ſ")] * 4

    answers = [signs_in(client, spelling, "wrong") for spelling in spellings[:10]]

    assert 429 in answers[-1:]
    assert signs_in(client, person.email, PASSWORD) == 429
    assert signs_in(Client(REMOTE_ADDR="192.0.2.7"), person.email, PASSWORD) == 302


def test_wrong_passwords_from_a_household_of_ipv6_count_together() -> None:
    person = a_person(password=PASSWORD)
    addresses = [f"2001:db8::{number:x}" for number in range(10)]

    answers = [signs_in(Client(REMOTE_ADDR=address), person.email, "wrong") for address in addresses]

    assert answers[-1] == 429
    assert signs_in(Client(REMOTE_ADDR="2001:db8:0:1::1"), person.email, PASSWORD) == 302


def test_signing_in_goes_on_to_the_page_asked_for_but_never_off_this_site() -> None:
    person = a_person(password=PASSWORD)
    ours, theirs, nowhere = Client(), Client(), Client()

    there = ours.post(reverse("sign-in"), {"email": person.email, "password": PASSWORD, "next": "/account/"})
    away = theirs.post(reverse("sign-in"), {"email": person.email, "password": PASSWORD, "next": "//evil.example/"})
    no_path = nowhere.post(reverse("sign-in"), {"email": person.email, "password": PASSWORD, "next": "a word"})

    assert there["Location"] == "/account/"
    assert away["Location"] == no_path["Location"] == reverse("agents")
    assert nowhere.get(reverse("sign-in"), {"next": "history"})["Location"] == reverse("agents")


def test_signing_out_is_a_post(client: Client) -> None:
    client.force_login(a_person())

    assert client.get(reverse("sign-out")).status_code == 405
    client.post(reverse("sign-out"))

    assert "_auth_user_id" not in client.session


def test_somebody_new_joins_by_a_link_that_is_good_once(client: Client) -> None:
    token = an_invitation("new@example.com", Role.RELEASER)

    shown = client.get(reverse("join", args=[token]))
    answer = client.post(reverse("join", args=[token]), {"name": "Noor New", "password": PASSWORD})

    assert "new@example.com" in shown.text
    assert answer.status_code == 302
    assert Membership.objects.get(person__email="new@example.com").role == Role.RELEASER
    assert client.get(reverse("join", args=[token])).status_code == 404


def test_joining_with_a_weak_password_is_refused_and_leaves_the_link_good(client: Client) -> None:
    token = an_invitation("new@example.com")

    answer = client.post(reverse("join", args=[token]), {"name": "Noor", "password": "short"})

    assert answer.status_code == 422
    assert not Person.objects.filter(email="new@example.com").exists()
    assert client.get(reverse("join", args=[token])).status_code == 200


def test_an_email_with_an_account_joins_only_after_signing_in_to_it(client: Client) -> None:
    known = a_person(password=PASSWORD)
    token = an_invitation(known.email)

    client.post(reverse("join", args=[token]), {"name": "Thief", "password": "another password"})
    assert not Membership.objects.filter(person=known).exists()
    client.force_login(known)
    client.post(reverse("join", args=[token]))

    assert Membership.objects.get(person=known).role == Role.EDITOR
    assert Person.objects.get(pk=known.pk).check_password(PASSWORD)


def test_a_reset_link_sets_a_new_password_and_ends_every_session(client: Client) -> None:
    person = a_person(password=PASSWORD)
    elsewhere = Client()
    elsewhere.force_login(person)
    token = pipeline.make_reset_link(person, by=None)

    answer = client.post(reverse("reset", args=[token]), {"password": "eleven tall ships"})

    assert answer["Location"] == reverse("sign-in")
    assert elsewhere.get(reverse("account")).status_code == 302
    assert signs_in(Client(), person.email, "eleven tall ships") == 302
    assert client.get(reverse("reset", args=[token])).status_code == 404


def test_a_made_up_token_is_a_page_in_words(client: Client) -> None:
    answer = client.get(reverse("join", args=["made-up"]))

    assert answer.status_code == 404
    assert "no longer works" in answer.text
