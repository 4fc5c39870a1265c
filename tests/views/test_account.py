from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from deployments import pipeline
from deployments.models import Session
from tests.signing_in import a_client
from tests.vocabulary import a_person

pytestmark = pytest.mark.django_db

PASSWORD = "seven tall ships"


@pytest.mark.parametrize("name", ["Ana María", "مهران می\u200cخواهد"])
def test_name_and_theme_are_saved(name: str) -> None:
    person = a_person()

    a_client(person).post(reverse("account"), {"what": "name", "name": name, "theme": "dark"})

    person.refresh_from_db()
    assert (person.name, person.theme) == (name, "dark")


@pytest.mark.parametrize("name", [" ", "\u200c", "Ana\u202e", "Ana\x1bB"])
def test_a_name_that_nobody_could_read_is_refused_and_changes_nothing(name: str) -> None:
    person = a_person(name="Ana")

    answer = a_client(person).post(reverse("account"), {"what": "name", "name": name, "theme": "dark"})

    person.refresh_from_db()
    assert answer.status_code == 422
    assert (person.name, person.theme) == ("Ana", "system")


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one() -> None:
    person = a_person(password=PASSWORD)
    here, elsewhere = a_client(person), a_client(person)

    here.post(reverse("account"), {"what": "password", "present": PASSWORD, "password": "eleven tall ships"})

    person.refresh_from_db()
    assert person.check_password("eleven tall ships")
    assert here.get(reverse("account")).status_code == 200
    assert elsewhere.get(reverse("account")).status_code == 302


def test_a_new_password_needs_the_present_one() -> None:
    person = a_person(password=PASSWORD)

    answer = a_client(person).post(
        reverse("account"), {"what": "password", "present": "wrong", "password": "eleven tall ships"}
    )

    person.refresh_from_db()
    assert answer.status_code == 422
    assert person.check_password(PASSWORD)


def test_ten_wrong_present_passwords_block_it_as_they_block_signing_in() -> None:
    person = a_person(password=PASSWORD)
    client = a_client(person)
    typed = {"what": "password", "password": "eleven tall ships"}

    answers = [client.post(reverse("account"), {**typed, "present": "wrong"}) for _ in range(10)]
    right = client.post(reverse("account"), {**typed, "present": PASSWORD})

    person.refresh_from_db()
    assert [answer.status_code for answer in answers] == [422] * 10
    assert "This is not your present password." in answers[8].text
    assert right.status_code == 422
    assert "Wait 15 minutes" in right.text
    assert person.check_password(PASSWORD)
    assert client.get(reverse("account")).status_code == 200


def test_a_new_password_spends_a_link_that_could_set_another() -> None:
    person = a_person(password=PASSWORD)
    token = pipeline.make_reset_link(person, by=None)

    a_client(person).post(
        reverse("account"), {"what": "password", "present": PASSWORD, "password": "eight taller ships"}
    )

    assert Client().get(reverse("reset", args=[token])).status_code == 404


def test_signing_out_everywhere_ends_every_other_session() -> None:
    person = a_person()
    here, elsewhere = a_client(person), a_client(person)

    here.post(reverse("sign-out-everywhere"))

    assert elsewhere.get(reverse("account")).status_code == 302
    assert here.get(reverse("account")).status_code == 200


def test_a_session_lasts_fourteen_days_from_its_last_use_and_is_written_at_most_hourly() -> None:
    start = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        client = a_client(a_person())
        client.get(reverse("account"))
        written = Session.objects.get().expire_date

        clock.shift(timedelta(minutes=50))
        client.get(reverse("account"))
        assert Session.objects.get().expire_date == written

        clock.shift(timedelta(days=13))
        assert client.get(reverse("account")).status_code == 200
        clock.shift(timedelta(days=13))
        assert client.get(reverse("account")).status_code == 200
        clock.shift(timedelta(days=15))
        assert client.get(reverse("account")).status_code == 302


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0 Safari/537.36",
            "Chrome on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/142.0 Safari/537.36 Edg/142.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Mac"),
        ("curl/8.5.0 <b>", "curl/8.5.0 &lt;b&gt;"),
        ("", "Unknown browser"),
    ],
)
def test_a_session_names_its_browser_in_plain_words(agent: str, words: str) -> None:
    person = a_person()
    client = Client()
    client.force_login(person)
    person.sessions.update(device=agent)

    assert f">{words}</span>" in client.get(reverse("account")).text
