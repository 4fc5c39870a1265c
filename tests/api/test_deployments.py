"""Publish, promote, roll back and list by API: agents-api.md, section 2 and the rows of section 15."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest

from deployments.models import Agent, Deployment, Event, Role
from tests.api.asking import Program, a_program, refused
from tests.vocabulary import BROKEN, a_person, an_agent, edited, environment, live, promoted, published, rolled_back

pytestmark = pytest.mark.django_db

KEYS = {
    "id", "accountId", "agentId", "environment", "artifactVersion", "version", "createdBy", "createdAt", "metadata",
}  # fmt: skip


def at(agent: Agent, rest: str = "") -> str:
    return f"/agents/{agent.slug}/deployments{rest}"


def deployment_in(response: object) -> dict[str, str]:
    found: dict[str, str] = response.json()["deployment"]  # type: ignore[attr-defined]
    return found


def test_publishing_answers_201_and_the_deployment_in_sandbox() -> None:
    agent = an_agent()

    response = a_program(agent).post(at(agent, "/publish"), {"environment": "sandbox"})

    assert response.status_code == 201
    assert response.json()["testRunIds"] == []
    placed = deployment_in(response)
    assert set(placed) == KEYS
    assert placed["environment"] == "sandbox"
    assert (placed["agentId"], placed["accountId"]) == (agent.slug, agent.workspace.slug)
    assert environment(agent, "sandbox").active == Deployment.objects.get(pk=UUID(placed["id"]))


def test_publishing_again_at_once_answers_409_with_the_whole_envelope() -> None:
    agent = an_agent()
    program = a_program(agent)
    program.post(at(agent, "/publish"), {"environment": "sandbox"})

    response = program.post(at(agent, "/publish"), {"environment": "sandbox"})

    refused(response, 409, "DEPLOYMENTS_ALREADY_PUBLISHED")


def test_a_form_content_type_as_curl_sends_it_is_read_as_json() -> None:
    agent = an_agent()
    program = a_program(agent)

    response = program.client.post(
        f"/v1{at(agent, '/publish')}",
        '{"environment": "sandbox"}',
        content_type="application/x-www-form-urlencoded",
        headers={"X-API-KEY": program.key},
    )

    assert response.status_code == 201


@pytest.mark.parametrize("kind", ["", "application/json"])
def test_an_empty_body_is_never_refused(kind: str) -> None:
    agent = an_agent()
    program = a_program(agent)

    answers = [
        program.client.generic("POST", f"/v1{at(agent, '/publish')}", b"", kind, headers={"x-api-key": program.key})
    ]
    placed = answers[0].json()["deployment"]["id"]
    for verb in ("promote", "rollback"):
        path = f"/v1{at(agent, f'/{placed}/{verb}')}"
        answers.append(program.client.generic("POST", path, b"", kind, headers={"x-api-key": program.key}))

    assert [answer.status_code for answer in answers] == [201, 200, 200]


def test_the_message_of_a_publication_describes_the_version() -> None:
    agent = an_agent()

    response = a_program(agent).post(at(agent, "/publish"), {"deploymentMessage": "Winter hours"})

    assert deployment_in(response)["metadata"] == {"deployment_message": "Winter hours", "deployment_type": "publish"}
    assert agent.versions.get().description == "Winter hours"


@pytest.mark.parametrize("body", [{"environment": "live"}, {"environment": "pre-release"}, {"environment": "moon"}])
def test_publishing_elsewhere_than_to_sandbox_is_refused(body: dict[str, str]) -> None:
    agent = an_agent()

    response = a_program(agent).post(at(agent, "/publish"), body)

    refused(response, 400, "DEPLOYMENTS_INVALID_ENVIRONMENT")
    assert not agent.versions.exists()


def test_a_draft_with_errors_is_refused_with_each_of_them_named() -> None:
    agent = an_agent(files=BROKEN)

    response = a_program(agent).post(at(agent, "/publish"))

    assert "topics/tides.yaml" in refused(response, 400, "DEPLOYMENTS_VALIDATION_FAILED")
    assert Event.objects.get(agent=agent, refused=True).code == "draft_invalid"


def test_promoting_without_a_body_goes_one_step_on_with_a_new_id_and_the_same_version() -> None:
    agent = an_agent()
    placed = published(agent)

    response = a_program(agent).post(at(agent, f"/{placed.pk}/promote"))

    assert response.status_code == 200
    assert response.json()["testRunIds"] == []
    promotion = deployment_in(response)
    assert promotion["environment"] == "pre-release"
    assert promotion["id"] != str(placed.pk)
    assert promotion["version"] == placed.version.hash
    assert promotion["metadata"]["deployment_type"] == "promote"  # type: ignore[index]


def test_promoting_from_pre_release_without_a_body_reaches_live() -> None:
    agent = an_agent()
    placed = promoted(published(agent), "pre-release")

    response = a_program(agent).post(at(agent, f"/{placed.pk}/promote"))

    assert deployment_in(response)["environment"] == "live"


def test_in_two_environments_sandbox_goes_to_live() -> None:
    agent = an_agent(steps=2)
    placed = published(agent)

    response = a_program(agent).post(at(agent, f"/{placed.pk}/promote"))

    assert deployment_in(response)["environment"] == "live"


def test_a_hotfix_goes_from_sandbox_to_live_when_it_is_named() -> None:
    agent = an_agent()
    placed = published(agent)

    response = a_program(agent).post(at(agent, f"/{placed.pk}/promote"), {"targetEnvironment": "live"})

    assert deployment_in(response)["environment"] == "live"
    assert Deployment.objects.get(pk=deployment_in(response)["id"]).hotfix


def test_a_hotfix_answers_412_where_pre_release_is_required() -> None:
    agent = an_agent()
    placed = published(agent)
    agent.require_pre_release = True
    agent.save(update_fields=["require_pre_release"])

    response = a_program(agent).post(at(agent, f"/{placed.pk}/promote"), {"targetEnvironment": "live"})

    refused(response, 412, "ErrPreReleaseNotReady")


def test_promoting_what_is_live_is_a_400() -> None:
    agent = an_agent()

    response = a_program(agent).post(at(agent, f"/{live(agent).pk}/promote"))

    refused(response, 400, "DEPLOYMENTS_INVALID_ENVIRONMENT")


@pytest.mark.parametrize("target", ["pre-release", "live"])
def test_promoting_to_where_a_deployment_stands_or_before_is_a_400(target: str) -> None:
    agent = an_agent()

    response = a_program(agent).post(at(agent, f"/{live(agent).pk}/promote"), {"targetEnvironment": target})

    refused(response, 400, "DEPLOYMENTS_INVALID_ENVIRONMENT")


@pytest.mark.parametrize(
    "body", [{"targetEnvironment": "sandbox"}, {"environment": "live"}, {"targetEnvironment": 3}, [], "live"]
)
def test_a_promotion_of_another_shape_is_a_400_and_changes_nothing(body: object) -> None:
    agent = an_agent()
    placed = published(agent)

    response = a_program(agent).post(at(agent, f"/{placed.pk}/promote"), body)

    assert response.status_code == 400
    assert Deployment.objects.filter(agent=agent).count() == 1


def test_what_is_no_json_is_a_400() -> None:
    agent = an_agent()
    program = a_program(agent)

    response = program.client.generic(
        "POST", f"/v1{at(agent, '/publish')}", b"{", "application/json", headers={"x-api-key": program.key}
    )

    refused(response, 400, "SCHEMA_VALIDATION_FAILED")


@pytest.mark.parametrize("verb", ["promote", "rollback"])
def test_a_deployment_of_another_agent_and_an_unknown_one_are_the_same_404(verb: str) -> None:
    agent = an_agent()
    program = a_program(agent)
    published(agent)
    others = published(an_agent(agent.workspace))

    sentences = {
        refused(program.post(at(agent, f"/{key}/{verb}")), 404, "DEPLOYMENT_NOT_FOUND")
        for key in (others.pk, uuid4(), "42", "%00")
    }

    assert len(sentences) == 1


def test_the_same_promotion_twice_makes_no_second_row() -> None:
    agent = an_agent()
    program = a_program(agent)
    placed = published(agent)
    first = program.post(at(agent, f"/{placed.pk}/promote"))
    events = Event.objects.count()

    second = program.post(at(agent, f"/{placed.pk}/promote"))

    assert second.status_code == 200
    assert second.json() == first.json()
    assert Deployment.objects.filter(agent=agent).count() == 2
    assert Event.objects.count() == events


def test_a_promotion_that_says_nothing_keeps_the_message_of_its_source() -> None:
    agent = an_agent()
    program = a_program(agent)
    placed = promoted(published(agent), "pre-release", "For the season")

    silent = program.post(at(agent, f"/{placed.pk}/promote"))

    assert deployment_in(silent)["metadata"]["deployment_message"] == "For the season"  # type: ignore[index]


def test_a_promotion_that_says_an_empty_message_has_none() -> None:
    agent = an_agent()
    placed = promoted(published(agent), "pre-release", "For the season")

    response = a_program(agent).post(at(agent, f"/{placed.pk}/promote"), {"deploymentMessage": ""})

    assert Deployment.objects.get(pk=deployment_in(response)["id"]).message == ""


def test_rolling_back_to_an_older_row_adds_one_with_its_version_on_top() -> None:
    agent = an_agent()
    program = a_program(agent)
    older, newer = live(agent), live(agent)

    response = program.post(at(agent, f"/{older.pk}/rollback"), {"deploymentMessage": "Too loud"})

    assert response.status_code == 200
    back = deployment_in(response)
    assert back["id"] not in {str(older.pk), str(newer.pk)}
    assert back["version"] == older.version.hash
    assert back["metadata"] == {"deployment_message": "Too loud", "deployment_type": "rollback"}
    listed = program.get(at(agent, "?environment=live")).json()["deployments"]
    assert [row["id"] for row in listed] == [back["id"], str(newer.pk), str(older.pk)]
    assert listed[0] == back


def test_a_placement_without_a_message_is_listed_by_the_description_of_its_version() -> None:
    agent = an_agent()
    placed = promoted(published(agent, "Winter hours"), "pre-release")

    [listed] = a_program(agent).get(at(agent, "?environment=pre-release")).json()["deployments"]

    assert listed["metadata"]["deployment_message"] == placed.title == "Winter hours"


def test_rolling_back_to_what_is_active_is_quiet() -> None:
    agent = an_agent()
    placed = live(agent)

    response = a_program(agent).post(at(agent, f"/{placed.pk}/rollback"))

    assert response.status_code == 200
    assert deployment_in(response)["id"] == str(placed.pk)
    assert Deployment.objects.filter(agent=agent).count() == 3


def test_what_was_rolled_back_may_be_promoted_again() -> None:
    agent = an_agent()
    live(agent)
    newer = live(agent)
    rolled_back(agent, "live")
    before = Deployment.objects.get(agent=agent, version=newer.version, environment__slug="pre-release")

    response = a_program(agent).post(at(agent, f"/{before.pk}/promote"))

    assert deployment_in(response)["version"] == newer.version.hash
    assert environment(agent, "live").active.version == newer.version  # type: ignore[union-attr]


@pytest.mark.parametrize("verb", ["promote", "rollback"])
def test_a_caller_that_says_what_it_expects_is_refused_when_that_has_moved(verb: str) -> None:
    agent = an_agent()
    first, second = live(agent), live(agent)
    third = live(agent)
    path = f"/{first.pk}/rollback" if verb == "rollback" else f"/{published(agent).pk}/promote"
    body = {"expectedDeploymentId": str(second.pk)} | ({"targetEnvironment": "live"} if verb == "promote" else {})

    response = a_program(agent).post(at(agent, path), body)

    assert third.version.short in refused(response, 409, "DEPLOYMENTS_ENVIRONMENT_MOVED")
    assert environment(agent, "live").active == third


def test_expecting_nothing_places_the_first_version_and_no_other() -> None:
    agent = an_agent()
    program = a_program(agent)
    expecting = {"expectedDeploymentId": None}
    first = program.post(at(agent, f"/{published(agent).pk}/promote"), expecting)

    second = program.post(at(agent, f"/{published(agent).pk}/promote"), expecting)

    assert first.status_code == 200
    refused(second, 409, "DEPLOYMENTS_ENVIRONMENT_MOVED")


@pytest.mark.parametrize("query", ["", "?environment=", "?environment=moon", "?environment=draft"])
def test_listing_without_a_known_environment_is_a_400(query: str) -> None:
    agent = an_agent()

    refused(a_program(agent).get(at(agent, query)), 400, "DEPLOYMENTS_INVALID_ENVIRONMENT")


def test_listing_is_newest_first_and_shows_old_rows() -> None:
    agent = an_agent()
    placed = [published(agent) for _ in range(3)]

    rows = a_program(agent).get(at(agent, "?environment=sandbox")).json()["deployments"]

    assert [row["id"] for row in rows] == [str(each.pk) for each in reversed(placed)]
    assert all(set(row) == KEYS for row in rows)


def test_a_limited_list_leads_on_by_its_link_until_all_was_told() -> None:
    agent = an_agent()
    program = a_program(agent)
    placed = [str(published(agent).pk) for _ in range(5)]
    told: list[str] = []
    path = at(agent, "?environment=sandbox&limit=2")

    while path:
        response = program.get(path)
        told += [row["id"] for row in response.json()["deployments"]]
        link = response.headers.get("Link", "")
        path = link.partition(">")[0].removeprefix("<http://testserver/v1")

    assert told == placed[::-1]


@pytest.mark.parametrize("query", ["&limit=0", "&limit=-1", "&limit=x", "&limit=99999999999999999999"])
def test_a_limit_that_is_none_is_a_400(query: str) -> None:
    agent = an_agent()

    refused(a_program(agent).get(at(agent, f"?environment=live{query}")), 400, "DEPLOYMENTS_VALIDATION_FAILED")


def test_pre_release_of_an_agent_without_it_is_an_empty_list() -> None:
    agent = an_agent(steps=2)

    response = a_program(agent).get(at(agent, "?environment=pre-release"))

    assert (response.status_code, response.json()) == (200, {"deployments": []})


def test_active_tells_what_each_environment_holds() -> None:
    agent = an_agent()
    placed = live(agent)
    newest = published(agent)

    held = a_program(agent).get(at(agent, "/active")).json()["activeDeployments"]

    assert (held["sandbox"]["id"], held["live"]["id"]) == (str(newest.pk), str(placed.pk))
    assert held["pre-release"]["version"] == placed.version.hash


def test_what_a_key_does_stands_in_history_under_its_name_and_its_owner() -> None:
    agent = an_agent()
    owner = a_person(Role.RELEASER, agent.workspace)
    program = a_program(agent, owner, name="Nightly")

    response = program.post(at(agent, f"/{published(agent).pk}/promote"))

    assert deployment_in(response)["createdBy"] == owner.email
    event = Event.objects.get(agent=agent, kind="promoted")
    assert (event.by, event.channel, event.details["api_key"]) == (owner, "api", "Nightly")


def test_a_refused_promotion_stands_in_history_too() -> None:
    agent = an_agent()
    program = a_program(agent, Role.EDITOR)
    placed = published(agent)

    response = program.post(at(agent, f"/{placed.pk}/promote"))

    assert "Only releasers and admins may promote" in refused(response, 403, "USER_ACCESS_FORBIDDEN")
    event = Event.objects.get(agent=agent, refused=True)
    assert (event.code, event.details["api_key"]) == ("no_permission", "Night build")


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/publish", "published"), ("/{placed}/promote", "promoted"), ("/{placed}/rollback", "rolled_back")],
)
def test_a_release_that_a_key_may_not_do_stands_in_history_like_one_its_owner_may_not(path: str, kind: str) -> None:
    agent = an_agent()
    placed = published(agent)
    program = a_program(agent, Role.RELEASER, permissions=["deployments:read"])

    response = program.post(at(agent, path.format(placed=placed.pk)))

    sentence = refused(response, 403, "USER_ACCESS_FORBIDDEN")
    event = Event.objects.get(agent=agent, refused=True)
    assert sentence == "The key “Night build” may not do this: it lacks deployments:write."
    assert (event.kind, event.code, event.message) == (kind, "no_permission", sentence)
    assert event.details["api_key"] == "Night build"
    assert (event.environment or event.source) == placed.environment
    assert event.after == (None if kind == "published" else placed.version)


def test_a_key_that_may_not_release_learns_of_no_deployment_whether_it_is_there() -> None:
    agent = an_agent()
    placed = published(agent)
    program = a_program(agent, permissions=["deployments:read"])

    there, nowhere = (
        refused(program.post(at(agent, f"/{each}/promote")), 403, "USER_ACCESS_FORBIDDEN") for each in (placed.pk, "x")
    )

    assert there == nowhere


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * 5001, "DEPLOYMENTS_VALIDATION_FAILED"),
        ("a\0b", "DEPLOYMENTS_VALIDATION_FAILED"),
        ("\ud800", "SCHEMA_VALIDATION_FAILED"),
    ],
)
def test_a_message_that_cannot_be_kept_is_a_400(text: str, code: str) -> None:
    agent = an_agent(slug="conversations")  # whatever it is called
    placed = published(agent)

    response = a_program(agent).post(at(agent, f"/{placed.pk}/promote"), {"deploymentMessage": text})

    refused(response, 400, code)


def test_the_whole_path_from_draft_to_live_and_back() -> None:
    agent = an_agent()
    program: Program = a_program(agent)

    def act(rest: str) -> dict[str, str]:
        return deployment_in(program.post(at(agent, rest)))

    first = act("/publish")
    second = act(f"/{first['id']}/promote")
    third = act(f"/{second['id']}/promote")
    edited(agent)
    fourth = act("/publish")
    fifth = act(f"/{fourth['id']}/promote")
    sixth = act(f"/{fifth['id']}/promote")
    seventh = act(f"/{third['id']}/rollback")
    eighth = act(f"/{fifth['id']}/promote")

    rows = program.get(at(agent, "?environment=live")).json()["deployments"]
    assert [row["id"] for row in rows] == [each["id"] for each in (eighth, seventh, sixth, third)]
    assert seventh["version"] == first["version"]
    assert eighth["version"] == fourth["version"]
    assert json.dumps(rows)
