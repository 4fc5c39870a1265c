"""Numbers and connectors by API: agents-api.md, section 6."""

from __future__ import annotations

from typing import Any

import pytest

from deployments.models import Agent, Event, Number, Role
from tests.api.asking import Program, a_program, refused
from tests.vocabulary import a_number, an_agent, live, published

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = "+442079460018", "+442079460019", "+4915901234567"


def at(agent: Agent, rest: str) -> str:
    return f"/agents/{agent.slug}/telephony/{rest}"


def shape(agent: Agent, number: str, where: str) -> dict[str, str]:
    return {
        "number": number,
        "projectId": agent.slug,
        "accountId": agent.workspace.slug,
        "clientEnv": where,
        "connectorId": f"{agent.slug}-{where}",
    }


def test_there_is_one_connector_an_environment_and_its_language_is_the_active_versions() -> None:
    agent = an_agent()
    published(agent)

    found = a_program(agent).get(at(agent, "connectors")).json()["connectors"]

    assert [each["clientEnv"] for each in found] == ["sandbox", "pre-release", "live"]
    assert found[0] == {
        "connectorId": f"{agent.slug}-sandbox",
        "name": "Sandbox",
        "accountId": agent.workspace.slug,
        "projectId": agent.slug,
        "clientEnv": "sandbox",
        "variantId": "",
        "asrLangCode": "en-GB",
        "ttsLangCode": "en-GB",
        "voiceName": "",
        "disableHandoff": False,
    }
    assert found[2]["asrLangCode"] == ""


def test_connectors_are_found_by_id_some_at_once_and_by_a_number_of_theirs() -> None:
    agent = an_agent()
    a_number(agent, "live", FIRST)
    program, held = a_program(agent), f"{agent.slug}-live"

    several = program.post(at(agent, "connectors/batch"), {"connectorIds": [held, "other"]}).json()

    assert program.get(at(agent, f"connectors/{held}")).json() == several["found"][0]
    assert several["notFound"] == ["other"]
    assert program.post(at(agent, "connectors/lookup"), {"phoneNumber": FIRST}).json()["connectorId"] == held
    refused(program.get(at(agent, "connectors/other")), 404, "CONNECTORS_NOT_FOUND")


def test_a_connector_is_changed_by_its_version_alone_and_saying_what_stands_there_is_quiet() -> None:
    agent = an_agent()
    live(agent)
    program, where = a_program(agent), at(agent, f"connectors/{agent.slug}-live")
    stands = program.get(where).json()

    same = program.send("PATCH", where, {"asrLangCode": "en-GB", "variantId": None, "projectId": agent.slug})

    assert (same.status_code, same.json()) == (200, stands)
    for body, said in (
        ({"asrLangCode": "de-DE"}, "“asrLangCode” is en-GB, as the version active in Live says."),
        ({"asrLangCode": None}, "Edit the draft, publish and promote"),
        ({"voiceName": "en-GB-Anna"}, "“voiceName” is empty"),
        ({"projectId": "other"}, "a connector stays with its agent"),
    ):
        assert said in refused(program.send("PATCH", where, body), 400, "CONNECTORS_VALIDATION_FAILED")
    refused(program.send("PATCH", where, {"colour": "red"}), 400, "SCHEMA_VALIDATION_FAILED")
    refused(program.send("PATCH", at(agent, "connectors/other"), {}), 404, "CONNECTORS_NOT_FOUND")


def test_of_several_connectors_each_is_changed_or_refused_by_itself() -> None:
    agent = an_agent()
    live(agent)
    program, held = a_program(agent), f"{agent.slug}-live"
    updates = [{"connectorId": held, "asrLangCode": "en-GB"}, {"connectorId": held, "voiceName": "A"}]

    answer = program.send("PATCH", at(agent, "connectors/batch"), {"updates": [*updates, {"connectorId": "other"}]})

    good, bad, unknown = answer.json()["results"]
    assert good == {"connectorId": held, "success": True, "data": program.get(at(agent, f"connectors/{held}")).json()}
    assert (bad["success"], set(bad)) == (False, {"connectorId", "success", "error"})
    assert unknown["error"] == f"{agent.name} has no connector of this id."


def test_deleting_a_connector_deletes_the_numbers_that_go_through_it_and_no_other() -> None:
    agent = an_agent()
    a_number(agent, "live", SECOND)
    a_number(agent, "live", FIRST)
    a_number(agent, "sandbox", THIRD)
    program, held = a_program(agent), f"{agent.slug}-live"

    answer = program.delete(at(agent, f"connectors/{held}"))
    again = program.delete(at(agent, f"connectors/{held}"))

    assert answer.json() == {"deletedConnector": held, "deletedPhoneNumbers": [FIRST, SECOND]}
    assert again.json()["deletedPhoneNumbers"] == []
    assert [number.e164 for number in Number.objects.filter(agent=agent)] == [THIRD]
    assert Event.objects.filter(kind=Event.Kind.NUMBER_DELETED).count() == 2
    refused(a_program(agent, Role.EDITOR).delete(at(agent, f"connectors/{held}")), 403, "USER_ACCESS_FORBIDDEN")


def test_numbers_are_added_to_live_unless_said_otherwise_and_stand_in_history() -> None:
    agent = an_agent()
    program = a_program(agent)

    live_ones = program.post(at(agent, "phone-numbers"), {"phoneNumbers": [FIRST, "+44 20 7946 0019"]})
    sandbox = program.post(at(agent, f"phone-numbers/{THIRD}"), {"clientEnv": "sandbox"})

    assert (live_ones.status_code, live_ones.json()) == (201, {"imported": [FIRST, SECOND]})
    assert (sandbox.status_code, sandbox.json()) == (201, {"imported": THIRD})
    listed = program.get(at(agent, "phone-numbers")).json()["phoneNumbers"]
    assert listed == [shape(agent, FIRST, "live"), shape(agent, SECOND, "live"), shape(agent, THIRD, "sandbox")]
    assert Event.objects.filter(kind=Event.Kind.NUMBER_ADDED, channel=Event.Channel.API).count() == 3


@pytest.mark.parametrize(
    ("numbers", "status", "code"),
    [
        ([SECOND, FIRST], 409, "PHONE_NUMBERS_ALREADY_EXISTS"),
        ([SECOND, "+44 20"], 400, "PHONE_NUMBERS_INVALID_PHONE_NUMBER_FORMAT"),
        ([], 400, "SCHEMA_VALIDATION_FAILED"),
        ([SECOND] * 101, 400, "SCHEMA_VALIDATION_FAILED"),
    ],
    ids=["there already", "no number", "none", "too many"],
)
def test_of_a_list_all_are_added_or_none(numbers: list[str], status: int, code: str) -> None:
    agent = an_agent()
    a_number(agent, "live", FIRST)

    response = a_program(agent).post(at(agent, "phone-numbers"), {"phoneNumbers": numbers})

    refused(response, status, code)
    assert [number.e164 for number in Number.objects.filter(agent=agent)] == [FIRST]


@pytest.mark.parametrize("in_the_same_workspace", [False, True])
def test_a_number_that_the_key_does_not_reach_is_a_409_that_does_not_say_whose(in_the_same_workspace: bool) -> None:
    agent = an_agent()
    a_number(an_agent(agent.workspace if in_the_same_workspace else None, name="Secret desk"), "live", FIRST)

    response = a_program(agent, agents=[agent]).post(at(agent, f"phone-numbers/{FIRST}"), {})

    assert "Secret" not in refused(response, 409, "PHONE_NUMBERS_ALREADY_EXISTS")


@pytest.mark.parametrize("plus", ["+", "%2B"])
def test_the_plus_is_written_raw_or_encoded(plus: str) -> None:
    agent = an_agent()
    a_number(agent, "live", FIRST)

    response = a_program(agent).get(at(agent, f"phone-numbers/{plus}{FIRST[1:]}"))

    assert response.json() == shape(agent, FIRST, "live")


def test_some_numbers_are_found_however_they_are_written_and_what_is_none_is_not() -> None:
    agent = an_agent()
    a_number(agent, "live", FIRST)
    wanted = [FIRST, "+44 20 7946 0018", SECOND, "no\0ne"]

    answer = a_program(agent).post(at(agent, "phone-numbers/batch"), {"phoneNumbers": wanted})

    assert answer.json() == {"found": [shape(agent, FIRST, "live")], "notFound": wanted[2:]}
    refused(a_program(agent).get(at(agent, "phone-numbers?after=%00")), 400, "SCHEMA_VALIDATION_FAILED")


def test_assigning_another_connector_moves_the_number() -> None:
    agent = an_agent()
    live(agent)
    a_number(agent, "live", FIRST)
    program = a_program(agent)

    moved = program.send("PATCH", at(agent, f"phone-numbers/{FIRST}"), {"connectorId": f"{agent.slug}-sandbox"})
    nowhere = program.send("PATCH", at(agent, f"phone-numbers/{FIRST}"), {"connectorId": "nowhere"})

    assert (moved.status_code, moved.json()) == (200, shape(agent, FIRST, "sandbox"))
    refused(nowhere, 404, "PHONE_NUMBERS_CONNECTOR_DOES_NOT_EXIST")
    assert Number.objects.get(e164=FIRST).environment.slug == "sandbox"


def test_deleting_some_tells_what_was_and_what_could_not_be() -> None:
    agent, other = an_agent(), an_agent()
    for where, number in ((agent, FIRST), (agent, SECOND), (other, THIRD)):
        a_number(where, "live", number)
    program = a_program(agent)

    one = program.send("DELETE", at(agent, "phone-numbers"), {"phoneNumbers": [FIRST]})
    some = program.send("DELETE", at(agent, "phone-numbers"), {"phoneNumbers": [SECOND, THIRD]})
    gone = program.delete(at(agent, f"phone-numbers/{FIRST}"))

    assert (one.status_code, one.json()) == (200, {"deleted": [FIRST]})
    assert some.json()["deleted"] == [SECOND]
    assert [each["phoneNumber"] for each in some.json()["errors"]] == [THIRD]
    refused(gone, 404, "PHONE_NUMBERS_NOT_FOUND")
    assert [number.e164 for number in Number.objects.all()] == [THIRD]


def test_a_long_list_leads_on_by_its_link_and_may_be_of_one_connector() -> None:
    agent = an_agent()
    for where, number in (("live", FIRST), ("live", SECOND), ("sandbox", THIRD)):
        a_number(agent, where, number)
    program: Program = a_program(agent)

    def listed(query: str) -> tuple[list[str], Any]:
        response = program.get(at(agent, f"phone-numbers?{query}"))
        return [each["number"] for each in response.json()["phoneNumbers"]], response.get("Link")

    first, link = listed("limit=2")
    assert (first, link.endswith('rel="next"')) == ([FIRST, SECOND], True)
    assert listed(link.partition("?")[2].partition(">")[0]) == ([THIRD], None)
    assert listed(f"connectorId={agent.slug}-sandbox") == ([THIRD], None)


def test_a_key_does_no_more_with_numbers_than_its_owner_may() -> None:
    agent = an_agent()

    response = a_program(agent, Role.EDITOR).post(at(agent, f"phone-numbers/{FIRST}"), {})

    refused(response, 403, "USER_ACCESS_FORBIDDEN")
    assert not Number.objects.exists()
