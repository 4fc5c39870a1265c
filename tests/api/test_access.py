"""Who may ask what, on every route there is: keys, workspaces, permissions, and how all of it is answered."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone

from deployments import pipeline
from deployments.api import urls
from deployments.api.errors import ApiError
from deployments.models import ApiKey, Membership, Role
from deployments.models.api_key import PERMISSIONS
from deployments.pipeline.clearing import clear_expired
from tests.addresses import BODIES, Desk, a_desk, routes
from tests.api.asking import Program, a_key, a_program, refused
from tests.vocabulary import a_person, a_workspace, admin_of, an_actor, an_agent, live

pytestmark = pytest.mark.django_db

OPERATIONS = [
    (method.upper(), path.removeprefix("/v1"))
    for path, methods in urls.described()["paths"].items()  # type: ignore[attr-defined]
    for method in methods
]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Readable by everybody.
OPEN = {"openapi", "docs", "api-root"}
KEYED = [route for route in routes() if route.for_programs and route.name.rpartition(":")[2] not in OPEN]
# Tells whoever asks what is theirs, whosever key it is.
OWN = {"GET adk/v1/accounts"}
# Of the account, told as far as the key reaches.
LISTS = {"GET v1/accounts/<account_id>/agents", "GET adk/v1/accounts/<account_id>/projects"}
# Asked with a body, though they only read.
READING = {
    f"POST v1/agents/<agent_id>/telephony/{each}"
    for each in ("connectors/batch", "connectors/lookup", "phone-numbers/batch")
}
# Their example names something in the body that is not there.
NAMING_OTHERS = {
    "GET v1/agents/<agent_id>/conversations/<conversation_id>/audio",
    "POST delivery/v1/agents/<agent:agent>/<environment:environment>/acknowledgements",
    "POST v1/agents/<agent_id>/telephony/connectors/lookup",
    "PATCH v1/agents/<agent_id>/telephony/phone-numbers/<number>",
}
CODES = {"AUTH_USER_UNAUTHORISED", "AUTH_USER_INVALID_TOKEN"}


def asked(key: str | None, desk: Desk, keep: Callable[[Any], bool]) -> dict[str, Any]:
    """The answer of every route to every method it knows, of those to keep. None of them leaves anything changed."""
    client, answers = Client(enforce_csrf_checks=True), {}
    for route in KEYED:
        known = False
        for method in METHODS:
            said = f"{method} {route.path}"
            body = json.dumps(BODIES[said]) if said in BODIES else ""
            address = desk.address(route)
            with transaction.atomic():
                headers = {} if key is None else {"x-api-key": key}
                answer = client.generic(method, address, body, "application/json", headers=headers)
                transaction.set_rollback(True)
            if answer.streaming:
                answer.getvalue()  # which closes it
            if answer.status_code != 405:
                known = True
                if keep(answer):
                    answers[said] = answer
        assert known, f"No method is known at {route}."
    return answers


def told(answers: dict[str, Any], but: Collection[str] = ()) -> dict[str, Any]:
    """What a failing test shows of them, without those that may be so."""
    return {
        said: (answer.status_code, "" if answer.streaming else answer.content[:300])
        for said, answer in answers.items()
        if said not in but
    }


@pytest.fixture(scope="module")
def desk(told_once: Callable[..., Any]) -> Desk:
    made: Desk = told_once(a_desk)
    return made


@pytest.mark.parametrize("key", [None, "slp_wrong", "x" * 10_000, "é"])
def test_without_a_good_key_every_route_is_a_401(key: str | None, desk: Desk) -> None:
    otherwise = asked(key, desk, lambda answer: answer.status_code != 401 or answer.json()["error_code"] not in CODES)

    assert told(otherwise) == {}


def test_what_belongs_to_another_workspace_is_the_same_404_as_what_is_not(desk: Desk) -> None:
    elsewhere = an_agent()
    key = a_key(elsewhere)[1]
    nobodys = Desk(
        desk.agent, {**desk.words, **dict.fromkeys(("agent_id", "project_id", "account_id", "agent"), "nobody")}
    )

    theirs = asked(key, desk, lambda answer: True)
    none = asked(key, nobodys, lambda answer: True)

    assert told({said: answer for said, answer in theirs.items() if answer.status_code != 404}, but=OWN) == {}
    for said, answer in ((said, answer) for said, answer in theirs.items() if said not in OWN):
        assert refused(answer, 404, answer.json()["error_code"]) == refused(
            none[said], 404, answer.json()["error_code"]
        )


def test_an_agent_that_is_not_among_the_keys_is_a_403_and_so_is_a_permission_it_lacks(desk: Desk) -> None:
    other = an_agent(desk.agent.workspace)

    others = asked(a_key(desk.agent, agents=[other])[1], desk, lambda answer: answer.status_code != 403)
    nothing = asked(a_key(desk.agent, permissions=["chat:read"])[1], desk, lambda answer: answer.status_code != 403)

    # Which agents of the account a key reaches is what its list says.
    assert told(others, but=OWN | LISTS) == {}
    assert told(nothing) == {}


def test_a_key_that_may_only_read_changes_nothing_anywhere(desk: Desk) -> None:
    reading = [permission for permission in PERMISSIONS if permission.endswith(":read")]

    done = asked(a_key(desk.agent, permissions=reading)[1], desk, lambda answer: answer.status_code < 300)

    assert told(done, but=READING | {said for said in done if said.startswith("GET")}) == {}


def test_every_route_is_there_for_a_key_that_may_all(desk: Desk) -> None:
    answers = asked(a_key(desk.agent)[1], desk, lambda answer: answer.status_code in {401, 403, 404, 500})

    assert told(answers, but=NAMING_OTHERS) == {}


def test_every_pattern_is_an_operation_that_is_described() -> None:
    described = {path for _, path in OPERATIONS}
    named = {
        "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        for pattern in urls.urlpatterns
        if isinstance(pattern, URLPattern) and pattern.name not in {"openapi", "docs", "unknown", "api-root"}
    }

    assert named == described


@pytest.mark.parametrize("header", ["x-api-key", "X-API-KEY", "X-Api-Key"])
def test_the_header_may_be_written_in_any_case(header: str) -> None:
    agent = an_agent()
    key = a_key(agent)[1]

    response = Program(None).client.get(f"/v1/agents/{agent.slug}/deployments/active", headers={header: key})

    assert response.status_code == 200


def test_a_key_that_was_revoked_opens_nothing() -> None:
    agent = an_agent()
    key, text = a_key(agent)
    pipeline.revoke_api_key(key, by=an_actor(agent))

    refused(Program(text).get(f"/agents/{agent.slug}"), 401, "AUTH_USER_INVALID_TOKEN")


def test_a_key_that_has_run_out_opens_nothing() -> None:
    agent = an_agent()
    program = a_program(agent)

    with time_machine.travel(timezone.now() + timedelta(days=366)):
        refused(program.get(f"/agents/{agent.slug}"), 401, "AUTH_USER_INVALID_TOKEN")


def test_a_key_stops_when_its_owner_leaves_and_stays_so_when_they_return() -> None:
    agent = an_agent()
    owner = a_person(Role.RELEASER, agent.workspace)
    program = a_program(agent, owner)
    membership = Membership.objects.get(person=owner)

    pipeline.remove_person(membership, by=an_actor(agent))
    left = program.get(f"/agents/{agent.slug}")
    Membership.objects.create(person=owner, workspace=agent.workspace, role=Role.RELEASER)
    returned = program.get(f"/agents/{agent.slug}")

    refused(left, 401, "AUTH_USER_INVALID_TOKEN")
    refused(returned, 401, "AUTH_USER_INVALID_TOKEN")


def test_a_key_is_never_more_than_its_owner_is_at_that_moment() -> None:
    agent = an_agent()
    owner = a_person(Role.RELEASER, agent.workspace)
    program = a_program(agent, owner)
    placed = live(agent)
    pipeline.change_role(Membership.objects.get(person=owner), Role.VIEWER, by=an_actor(agent))

    reading = program.get(f"/agents/{agent.slug}/deployments/active")
    writing = program.post(f"/agents/{agent.slug}/deployments/{placed.pk}/rollback")

    assert reading.status_code == 200
    refused(writing, 403, "USER_ACCESS_FORBIDDEN")


def test_the_last_use_is_written_at_most_once_a_minute() -> None:
    agent = an_agent()
    key, text = a_key(agent)
    times = []
    start = timezone.now() + timedelta(hours=1)

    for seconds in (0, 30, 61):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            Program(text).get(f"/agents/{agent.slug}")
        times.append(ApiKey.objects.get(pk=key.pk).last_used_at)

    assert times[0] == times[1] != times[2]


def test_somebody_may_not_revoke_the_key_of_another() -> None:
    agent = an_agent()
    key = a_key(agent)[0]

    with pytest.raises(pipeline.Refused, match="Only admins may revoke the API keys of others"):
        pipeline.revoke_api_key(key, by=an_actor(agent, Role.RELEASER))


def test_a_key_whose_only_agent_has_gone_for_good_reaches_none() -> None:
    workspace = a_workspace()
    agent, other = an_agent(workspace), an_agent(workspace)
    program = a_program(workspace, agents=[agent])
    pipeline.delete_agent(agent, typed=agent.slug, by=an_actor(workspace))

    clear_expired(timezone.now() + timedelta(days=31))

    refused(program.get(f"/agents/{other.slug}"), 403, "USER_ACCESS_FORBIDDEN")


def test_what_the_client_calls_its_request_comes_back() -> None:
    response = Program(None).get("/agents/x", X_PolyAI_Correlation_Id="adk-1234")

    refused(response, 401, "AUTH_USER_UNAUTHORISED")
    assert response["X-PolyAI-Correlation-Id"] == "adk-1234"


@pytest.mark.parametrize("name", ["a b", "x" * 129, "<script>", ""])
def test_a_name_that_is_unfit_is_replaced_by_one_of_ours(name: str) -> None:
    response = Program(None).get("/agents/x", X_PolyAI_Correlation_Id=name)

    assert re.fullmatch(r"[0-9a-f-]{36}", response["X-PolyAI-Correlation-Id"])


def test_a_success_carries_the_correlation_id_too() -> None:
    agent = an_agent()

    assert a_program(agent).get(f"/agents/{agent.slug}/versions")["X-PolyAI-Correlation-Id"]


@pytest.mark.parametrize("path", ["", "/", "/agents", "/agents/x/deployments/", "/agents/x/versions/", "/docs/", "//"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_not_there_is_a_404_and_never_a_redirect(path: str, method: str) -> None:
    response = Program(None).client.generic(method, f"/v1{path}")

    refused(response, 404, "NOT_FOUND")


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "OPTIONS"])
def test_a_method_that_is_not_answered_is_a_405_that_names_those_that_are(method: str) -> None:
    response = Program(None).client.generic(method, "/v1/agents/x/deployments/active")

    refused(response, 405, "METHOD_NOT_ALLOWED")
    assert response["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["docs", "openapi.json"])
def test_what_describes_the_api_is_only_read(path: str) -> None:
    response = Program(None).client.post(f"/v1/{path}")

    refused(response, 405, "METHOD_NOT_ALLOWED")
    assert response["Allow"] == "GET, HEAD"


def test_a_body_that_says_something_twice_is_refused_and_changes_nothing() -> None:
    agent = an_agent()
    body = b'{"environment": "sandbox", "deploymentMessage": "a", "deploymentMessage": "b"}'
    address = f"/v1/agents/{agent.slug}/deployments/publish"
    key = a_program(agent).key or ""

    response = Program(None).client.post(address, body, "application/json", headers={"x-api-key": key})

    assert refused(response, 400, "SCHEMA_VALIDATION_FAILED") == "The body says “deploymentMessage” twice. Say it once."
    assert not agent.versions.exists()


class Counted(str):
    """Text that counts how often it was compared."""

    __slots__ = ()
    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)


def test_what_a_long_body_says_twice_is_found_in_one_reading() -> None:
    names = [Counted(f"name-{number}") for number in range(500)]

    with pytest.raises(ApiError) as refusal:
        urls.each_once([(name, None) for name in [*names, Counted("name-499")]])

    assert "“name-499” twice" in refusal.value.sentence
    assert Counted.compared < 2 * len(names)


def test_head_is_answered_like_get_without_a_body_and_only_where_there_is_get() -> None:
    agent = an_agent()
    program = a_program(agent)
    path = f"/agents/{agent.slug}/versions"

    asked, read = program.send("HEAD", path, None), program.get(path)
    writing = program.send("HEAD", f"/agents/{agent.slug}/deployments/publish", None)

    assert (asked.status_code, asked.content) == (200, b"")
    assert asked["Content-Length"] == read["Content-Length"]
    assert (writing.status_code, writing["Allow"]) == (405, "POST")
    assert not agent.versions.exists()


def test_letters_are_readable_in_a_terminal_and_half_a_character_is_still_json() -> None:
    agent = an_agent(name="Zürich ⛴")
    program = a_program(agent)

    listed = program.get(f"/accounts/{agent.workspace.slug}/agents")
    unknown = program.get(f"/agents/{agent.slug}/versions/live...x")
    half = program.post(f"/agents/{agent.slug}/deployments/publish", {"deploymentMessage": "\ud83d"})

    assert "Zürich ⛴" in listed.content.decode()
    assert "\\u" not in unknown.content.decode()
    assert refused(half, 400, "SCHEMA_VALIDATION_FAILED")


def test_a_body_that_is_no_object_is_said_so() -> None:
    agent = an_agent()

    response = a_program(agent).post(f"/agents/{agent.slug}/deployments/publish", ["sandbox"])

    assert "not a JSON object" in refused(response, 400, "DEPLOYMENTS_VALIDATION_FAILED")


def test_no_cookie_is_set_and_none_opens_anything() -> None:
    agent = an_agent()
    program = Program(None)
    program.client.force_login(admin_of(agent.workspace))

    response = program.get(f"/agents/{agent.slug}/deployments/active")

    refused(response, 401, "AUTH_USER_UNAUTHORISED")
    assert not Program(a_key(agent)[1]).get(f"/agents/{agent.slug}/versions").cookies


def test_a_body_that_is_too_large_is_a_400() -> None:
    agent = an_agent()

    response = a_program(agent).post(
        f"/agents/{agent.slug}/deployments/publish", {"deploymentMessage": "x" * 7_000_000}
    )

    refused(response, 400, "SCHEMA_VALIDATION_FAILED")


def test_a_failure_of_ours_is_a_500_without_a_word_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = an_agent()
    program = a_program(agent)

    def fails(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("deployments.api.versions.shapes_of", fails)
    response = program.get(f"/agents/{agent.slug}/versions")

    assert "secret" not in refused(response, 500, "INTERNAL_ERROR")


def test_the_description_is_openapi_3_1_and_needs_no_key() -> None:
    response = Program(None).get("/openapi.json")

    document = response.json()
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["Key"] == {"type": "apiKey", "in": "header", "name": "x-api-key"}
    assert "/v1/agents/{agent_id}/comparisons/{left}...{right}" in document["paths"]
