"""Numbers added, moved, labelled and deleted: what is refused, and the way back."""

from __future__ import annotations

import re

import pytest

from deployments.models import Event, Number, Role
from deployments.pipeline import move_number
from tests.signing_in import a_client
from tests.views.test_numbers import DIGITS, LONDON, at, where
from tests.vocabulary import (
    a_number,
    an_actor,
    an_agent,
    environment,
    live,
    promoted,
    published,
)

pytestmark = pytest.mark.django_db


def hidden(text: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}"(?: value="([^"]*)")?', text)
    assert found, f"There is no {name} in this dialog."
    return found.group(1) or ""


def test_a_number_is_added_in_its_countrys_form() -> None:
    agent = an_agent()
    placed = live(agent)
    client = a_client(agent, Role.RELEASER)
    shown = client.get(at("number-addition", agent, "live")).text

    answer = client.post(
        at("number-addition", agent, "live"), {"number": "020 7946 0018", "country": "GB", "label": "Desk"}, follow=True
    )

    assert "Norway (+47)" in shown
    assert placed.version.short[:3] in shown
    number = Number.objects.get()
    assert (number.e164, number.environment.slug, number.label) == ("+442079460018", "live", "Desk")
    assert answer.redirect_chain[0][0] == at("numbers", agent)
    assert "reaches Live now" in answer.text
    assert at("event", agent, Event.objects.latest("pk").pk) in answer.text


def test_the_country_of_the_number_added_last_is_proposed() -> None:
    agent = an_agent()
    a_number(agent, "live", "+47 22 12 34 56")

    text = a_client(agent, Role.RELEASER).get(at("number-addition", agent, "live")).text

    assert '<option value="NO" selected>' in text


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"number": "020 7946 0018"}, "Choose the country"),
        ({"number": ""}, "Write a number, like"),
        ({"number": "+44 11 1111 1111"}, "There is no such number in its country, United Kingdom"),
        ({"number": "+47 22 12 34 56"}, "reaches Sandbox of this agent already"),
        ({"number": "020 7946 0018", "country": "Mars"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_added_is_told_beside_the_field_and_stays_typed(typed: dict[str, str], why: str) -> None:
    agent = an_agent()
    a_number(agent, "sandbox", "+47 22 12 34 56")

    answer = a_client(agent, Role.RELEASER).post(
        at("number-addition", agent, "live"), {"label": "Kept <b>words", **typed}
    )

    assert answer.status_code == 422
    assert why in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Kept &lt;b&gt;words" in answer.text
    assert Number.objects.count() == 1


def test_a_number_of_others_is_refused_without_naming_them() -> None:
    a_number(an_agent(name="Secret ferry"), "live", LONDON)
    agent = an_agent()

    answer = a_client(agent, Role.RELEASER).post(at("number-addition", agent, "live"), {"number": LONDON})

    assert answer.status_code == 422
    assert "belongs to another agent of this installation" in answer.text
    assert "Secret" not in answer.text


def test_moving_says_which_version_callers_will_reach_and_offers_the_way_back() -> None:
    agent = an_agent()
    old, new = live(agent), published(agent, "Winter timetable")
    number = a_number(agent, "live", LONDON)
    client = a_client(agent, Role.RELEASER)
    shown = client.get(at("number-move", agent, DIGITS, "sandbox")).text

    seen = {name: hidden(shown, name) for name in ("leaving", "reaching")}
    answer = client.post(at("number-move", agent, DIGITS, "sandbox"), seen, follow=True)
    moved_to = where(number)
    undo = {name: hidden(answer.text, name) for name in ("leaving", "reaching")}
    client.post(at("number-move", agent, DIGITS, "live"), undo)

    assert "Winter timetable" in shown
    assert "This number leaves Live." in shown
    assert seen == {"leaving": "live", "reaching": str(new.pk)}
    assert moved_to == "sandbox"
    assert "no longer Live" in answer.text
    assert undo == {"leaving": "sandbox", "reaching": str(old.pk)}
    assert where(number) == "live"


def test_moving_is_shown_anew_when_something_else_stands_there_now() -> None:
    agent = an_agent()
    live(agent)
    number = a_number(agent, "sandbox", LONDON)
    client = a_client(agent, Role.RELEASER)
    shown = client.get(at("number-move", agent, DIGITS, "live")).text
    newer = promoted(published(agent), "live")

    answer = client.post(
        at("number-move", agent, DIGITS, "live"), {name: hidden(shown, name) for name in ("leaving", "reaching")}
    )

    assert answer.status_code == 422
    assert f"Live moved to version {newer.version.short}" in answer.text
    assert hidden(answer.text, "reaching") == str(newer.pk)
    assert where(number) == "sandbox"


def test_a_label_is_changed_in_a_dialog_and_back_by_undo() -> None:
    agent = an_agent()
    number = a_number(agent, "live", LONDON, label="Desk")
    client = a_client(agent, Role.RELEASER)
    address = at("number-label", agent, DIGITS)
    assert address in client.get(at("numbers", agent)).text
    shown = client.get(address).text

    answer = client.post(address, {"label": "Night desk", "instead_of": hidden(shown, "instead_of")}, follow=True)
    undo = {name: hidden(answer.text, name) for name in ("label", "instead_of")}
    number.refresh_from_db()
    labelled = number.label
    client.post(address, undo)

    assert labelled == "Night desk"
    assert "is known as <bdi>Night desk</bdi> now" in answer.text
    number.refresh_from_db()
    assert number.label == "Desk"


@pytest.mark.parametrize(
    ("typed", "why"), [("x" * 201, "at most 200 characters"), ("a\u202eb", "printable characters")]
)
def test_a_label_that_cannot_be_is_refused_beside_its_field(typed: str, why: str) -> None:
    agent = an_agent()
    a_number(agent, "live", LONDON, label="Desk")

    answer = a_client(agent, Role.RELEASER).post(
        at("number-label", agent, DIGITS), {"label": typed, "instead_of": "Desk"}
    )

    assert answer.status_code == 422
    assert why in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert Number.objects.get().label == "Desk"


def test_a_label_changed_meanwhile_is_shown_and_what_was_typed_stays() -> None:
    agent = an_agent()
    a_number(agent, "live", LONDON, label="Night desk")

    answer = a_client(agent, Role.RELEASER).post(
        at("number-label", agent, DIGITS), {"label": "Day desk", "instead_of": "Desk"}
    )

    assert answer.status_code == 422
    assert "is known as Night desk now" in answer.text
    assert hidden(answer.text, "instead_of") == "Night desk"
    assert "Day desk" in answer.text


def test_moving_to_where_it_is_offers_nothing() -> None:
    agent = an_agent()
    a_number(agent, "live", LONDON)

    text = a_client(agent, Role.RELEASER).get(at("number-move", agent, DIGITS, "live")).text

    assert "This number reaches Live already." in text
    assert ">Move</button>" not in text


def test_deleting_from_live_says_that_calls_stop_and_may_be_undone() -> None:
    agent = an_agent()
    a_number(agent, "live", LONDON, label="Desk")
    client = a_client(agent, Role.RELEASER)
    shown = client.get(at("number-deletion", agent, DIGITS)).text

    answer = client.post(at("number-deletion", agent, DIGITS), {"leaving": hidden(shown, "leaving")}, follow=True)
    gone = Number.objects.count()
    client.post(at("number-addition", agent, "live"), {name: hidden(answer.text, name) for name in ("number", "label")})

    assert "Calls to it stop at once." in shown
    assert "is deleted." in answer.text
    assert gone == 0
    assert (Number.objects.get().e164, Number.objects.get().label) == ("+442079460018", "Desk")


def test_deleting_is_shown_anew_when_the_number_was_moved_meanwhile() -> None:
    agent = an_agent()
    number = a_number(agent, "sandbox", LONDON)
    client = a_client(agent, Role.RELEASER)
    shown = client.get(at("number-deletion", agent, DIGITS)).text
    move_number(number, to=environment(agent, "live"), by=an_actor(agent))

    answer = client.post(at("number-deletion", agent, DIGITS), {"leaving": hidden(shown, "leaving")})

    assert answer.status_code == 422
    assert "reaches Live now, no longer Sandbox" in answer.text
    assert "Calls to it stop at once." in answer.text
    assert hidden(answer.text, "leaving") == "live"
    assert where(number) == "live"
