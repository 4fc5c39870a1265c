from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from deployments.models import Agent, Event, Number, Role
from deployments.pipeline import move_number
from tests.signing_in import a_client
from tests.vocabulary import (
    FILES,
    a_number,
    a_workspace,
    an_actor,
    an_agent,
    edited,
    environment,
    live,
    promoted,
    published,
)

pytestmark = pytest.mark.django_db
LONDON = "+44 20 7946 0018"
DIGITS = 442079460018
HEADERS = {"config/sip_headers.yaml": b"sip_headers:\n- name: X-Desk\n  value: night\n"}


def at(name: str, agent: Agent, *more: Any) -> str:
    return reverse(name, args=[agent.slug, *more])


def hidden(text: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}"(?: value="([^"]*)")?', text)
    assert found, f"There is no {name} in this dialog."
    return found.group(1) or ""


def where(number: Number) -> str:
    return Number.objects.get(pk=number.pk).environment.slug


def test_each_environment_shows_its_numbers_and_the_sip_headers_of_what_stands_there() -> None:
    agent = an_agent(files={**FILES, **HEADERS})
    placed = live(agent)
    a_number(agent, "live", LONDON, label="Night desk")
    a_number(agent, "sandbox", "+47 22 12 34 56")

    text = a_client(agent, Role.RELEASER).get(at("numbers", agent)).text

    sandbox, pre_release, in_live = (text.index(f'id="in-{slug}"') for slug in ("sandbox", "pre-release", "live"))
    assert sandbox < text.index("+4722123456") < pre_release < in_live < text.index("+442079460018")
    assert "020 7946 0018" in text
    assert "United Kingdom" in text
    assert "Night desk" in text
    assert text.count("X-Desk") == 3
    assert placed.version.short[:3] in text[in_live:]
    assert "No number reaches Pre-release." in text


def test_a_link_to_the_numbers_of_an_environment_leads_to_them_and_to_nothing_else() -> None:
    agent = an_agent()
    live(agent)

    text = a_client(agent, Role.RELEASER).get(at("numbers", agent)).text

    for here in agent.ladder:
        assert re.findall(rf'<(\w+)[^>]* id="{here.slug}"', text) == ["section"]


def test_headers_follow_the_version_and_not_the_environment() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, HEADERS)
    published(agent)

    text = a_client(agent, Role.RELEASER).get(at("numbers", agent)).text

    assert text.count("X-Desk") == 1
    assert text.index("X-Desk") < text.index('id="in-pre-release"')
    assert text.count("This version has no SIP headers.") == 2


def test_an_agent_of_two_environments_is_not_spoken_to_of_a_third() -> None:
    agent = an_agent(steps=2)
    a_number(agent, "live", LONDON)

    text = a_client(agent, Role.RELEASER).get(at("numbers", agent)).text

    assert "Pre-release" not in text
    assert "Move to Sandbox" in text
    assert "Move to Live" not in text


@pytest.mark.parametrize("count", [1, 40])
def test_the_page_asks_the_database_no_more_for_many_numbers(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    agent = an_agent(files={**FILES, **HEADERS})
    live(agent)
    for _ in range(count):
        a_number(agent, "live")
    client = a_client(agent, Role.RELEASER)
    client.get(at("numbers", agent))

    with django_assert_max_num_queries(12):
        answer = client.get(at("numbers", agent))

    assert answer.text.count("United Kingdom") == count


def test_many_numbers_go_on_from_page_to_page_along_the_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.views.configuring.numbers.SIZE", 3)
    agent = an_agent()
    in_sandbox = [a_number(agent, "sandbox") for _ in range(4)]
    in_live = [a_number(agent, "live") for _ in range(3)]
    client = a_client(agent, Role.RELEASER)

    first, second = (client.get(at("numbers", agent), {"page": page}).text for page in (1, 2))

    rows = [re.findall(r'<tr id="number-(\d+)"', text) for text in (first, second)]
    assert rows == [
        [number.digits for number in in_sandbox[:3]],
        [number.digits for number in [*in_sandbox[3:], *in_live[:2]]],
    ]
    assert "3 of 4 numbers that reach Sandbox" in first
    assert "1–3 of 7 numbers" in first
    assert '<a href="?page=2#live">3 numbers reach Live</a>, on another page' in first
    assert "No number reaches Pre-release." in first
    assert "2 of 3 numbers that reach Live" in second


def test_after_a_change_the_page_is_shown_on_which_the_number_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deployments.views.configuring.numbers.SIZE", 2)
    agent = an_agent()
    numbers = [a_number(agent, "live") for _ in range(5)]
    client = a_client(agent, Role.RELEASER)

    labelled = client.post(at("number-label", agent, numbers[4].digits), {"label": "Desk"}, follow=True)
    moved = client.post(
        at("number-move", agent, numbers[4].digits, "sandbox"), {"leaving": "live", "reaching": ""}, follow=True
    )
    deleted = client.post(at("number-deletion", agent, numbers[3].digits), {"leaving": "live"}, follow=True)

    assert labelled.redirect_chain[0][0] == at("numbers", agent) + "?page=3"
    assert f'id="number-{numbers[4].digits}"' in labelled.text
    assert moved.redirect_chain[0][0] == at("numbers", agent)
    assert deleted.redirect_chain[0][0] == at("numbers", agent) + "?page=3"
    assert f'id="number-{numbers[4].digits}"' in moved.text


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


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_others_see_the_page_with_the_reason_and_may_not_write(role: Role) -> None:
    agent = an_agent()
    number = a_number(agent, "live", LONDON)
    client = a_client(agent, role)

    text = client.get(at("numbers", agent)).text
    answers = [
        client.post(at("number-addition", agent, "live"), {"number": "+47 22 12 34 56"}),
        client.post(at("number-move", agent, DIGITS, "sandbox")),
        client.post(at("number-deletion", agent, DIGITS)),
        client.get(at("number-addition", agent, "live")),
    ]

    assert "Only releasers and admins may change numbers." in text
    assert 'aria-disabled="true"' in text
    assert "Actions for" not in text
    assert [answer.status_code for answer in answers] == [403] * 4
    assert all("Only releasers and admins may change numbers." in answer.text for answer in answers)
    assert where(number) == "live"
    assert Number.objects.count() == 1


def test_pages_of_numbers_are_read_by_get_only_and_unknown_ones_are_a_404() -> None:
    agent, other = an_agent(), an_agent()
    a_number(other, "live", LONDON)
    client = a_client(agent, Role.RELEASER)

    assert client.post(at("numbers", agent)).status_code == 405
    assert client.put(at("number-deletion", agent, DIGITS)).status_code == 405
    assert client.get(at("number-deletion", agent, DIGITS)).status_code == 404
    assert client.get(at("number-move", agent, DIGITS, "live")).status_code == 404
    assert client.get(at("number-addition", agent, "nowhere")).status_code == 404
    assert a_client(an_agent(a_workspace()), Role.RELEASER).get(at("numbers", agent)).status_code == 404


def test_htmx_gets_the_parts_only() -> None:
    agent = an_agent()
    a_number(agent, "live", LONDON)
    client = a_client(agent, Role.RELEASER)

    page = client.get(at("numbers", agent), headers={"HX-Request": "true"}).text
    dialog = client.get(at("number-deletion", agent, DIGITS), headers={"HX-Request": "true"}).text

    assert "<html" not in page + dialog
    assert "<h1" in page
    assert dialog.strip().startswith("<dialog")


def test_promoting_names_the_numbers_whose_callers_are_affected() -> None:
    agent = an_agent()
    live(agent)
    version = published(agent).version
    for number in range(7):
        a_number(agent, "live", f"+44 20 7946 00{number}0")

    text = a_client(agent, Role.RELEASER).get(at("promotion", agent, version.short, "live")).text
    elsewhere = a_client(agent, Role.RELEASER).get(at("promotion", agent, version.short, "pre-release")).text

    assert "7 numbers reach Live" in text
    assert "+44 20 7946 0040" in text
    assert "+44 20 7946 0050" not in text
    assert "and 2 more. Their callers hear the new version" in text
    assert "No number reaches Pre-release." in elsewhere


def test_rolling_back_names_the_numbers_and_what_it_will_not_change() -> None:
    agent = an_agent()
    first = live(agent)
    promoted(published(agent), "live")
    a_number(agent, "live", LONDON)

    text = a_client(agent, Role.RELEASER).get(at("rollback", agent, "live", first.pk)).text

    assert "1 number reaches Live" in text
    assert LONDON in text
    assert "This rollback will not change numbers, API keys or the ladder" in text


def test_deployments_shows_the_numbers_of_an_environment() -> None:
    agent = an_agent()
    live(agent)
    a_number(agent, "live", LONDON)
    a_number(agent, "sandbox", "+47 22 12 34 56")

    text = a_client(agent, Role.RELEASER).get(at("environment", agent, "live")).text

    assert LONDON in text
    assert "+47 22 12 34 56" not in text


def test_an_empty_environment_says_that_its_callers_reach_nothing() -> None:
    agent = an_agent()
    a_number(agent, "live", LONDON)

    text = a_client(agent, Role.RELEASER).get(at("environment", agent, "live")).text

    assert LONDON in text
    assert "Calls are not answered until a version comes here." in text


def test_history_says_what_happened_to_a_number() -> None:
    agent = an_agent()
    live(agent)
    number = a_number(agent, "sandbox", LONDON, label="Desk")
    move_number(number, to=environment(agent, "live"), by=an_actor(agent))
    client = a_client(agent, Role.RELEASER)
    client.post(at("number-deletion", agent, DIGITS))

    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(at("history", agent)).text))

    assert f"added the number {LONDON} to Sandbox" in text
    assert f"moved the number {LONDON} from Sandbox to Live where callers reach" in text
    assert f"deleted the number {LONDON} from Live" in text


def test_a_ladder_with_numbers_on_the_step_that_would_go_is_refused_in_settings() -> None:
    agent = an_agent()
    a_number(agent, "pre-release", LONDON)

    answer = a_client(agent, Role.ADMIN).post(at("agent-settings", agent), {"name": "Renamed", "steps": "2"})

    assert answer.status_code == 422
    assert "1 number reaches Pre-release." in answer.text
    assert Agent.objects.get(pk=agent.pk).name == agent.name
