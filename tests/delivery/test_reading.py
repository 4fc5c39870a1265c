"""What is active, its files, and where a number leads: exact, conditional, and nothing of anybody else's."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from typing import Any

import pytest
from django.urls import URLPattern
from pytest_django import DjangoAssertNumQueries, Settings

from deployments import pipeline
from deployments.delivery import urls
from deployments.delivery.memory import MEMORY
from deployments.delivery.places import word_of_place
from deployments.models import Agent, Role
from tests.api.asking import refused
from tests.delivery.asking import Asking, a_runtime
from tests.vocabulary import (
    FILES,
    RULES,
    a_number,
    an_actor,
    an_agent,
    environment,
    live,
    published,
    rolled_back,
)

pytestmark = pytest.mark.django_db
SIP = b"sip_headers:\n- name: X-Desk\n  value: night\n  description: Where it rings\n"
READS = [
    "/agents/{agent}/live",
    "/agents/{agent}/live/config",
    "/agents/{agent}/live/stream",
    "/agents/{agent}/versions/{version}.zip",
    "/agents/{agent}/blobs/{blob}",
    "/numbers/{number}",
]


def asked(asking: Asking, path: str, agent: Agent, number: str) -> Any:
    blob = hashlib.sha256(FILES["functions/find_cabin.py"]).hexdigest()
    version = agent.versions.latest("pk").hash
    return asking.get(path.format(agent=agent.slug, version=version, blob=blob, number=number))


def test_what_is_active_is_told_with_every_file() -> None:
    agent = an_agent()
    placed = live(agent)

    response = a_runtime(agent).get(f"/agents/{agent.slug}/live")

    said = response.json()
    assert set(said) == {"version", "deployment", "environment", "since", "manifest"}
    assert (said["version"], said["deployment"]) == (placed.version.hash, str(placed.pk))
    assert said["environment"] == "live"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", said["since"])
    assert said["manifest"] == {path: hashlib.sha256(held).hexdigest() for path, held in FILES.items()}
    assert response["Cache-Control"] == "private, no-cache"


def test_a_method_that_is_not_answered_is_a_405_that_names_each_of_those_that_are_once() -> None:
    agent = an_agent()

    response = a_runtime(agent).client.delete(f"/delivery/v1/agents/{agent.slug}/live")

    assert refused(response, 405, "METHOD_NOT_ALLOWED") == "DELETE is not answered here. There is GET, HEAD."
    assert response["Allow"] == "GET, HEAD"


def test_a_stream_is_asked_for_by_get_and_its_headers_by_head() -> None:
    agent = an_agent()
    address = f"/delivery/v1/agents/{agent.slug}/live/stream"
    asking = a_runtime(agent)
    key = {"x-api-key": asking.key or ""}

    posted = asking.client.post(address, headers=key)
    headers = asking.client.head(address, headers=key)
    nowhere = asking.client.head(address.replace("/live/", "/nowhere/"), headers=key)

    assert refused(posted, 405, "METHOD_NOT_ALLOWED") == "POST is not answered here. There is GET, HEAD."
    assert posted["Allow"] == "GET, HEAD"
    assert (headers.status_code, headers["Content-Type"], headers.content) == (200, "text/event-stream", b"")
    assert (nowhere.status_code, asking.client.head(address).status_code) == (404, 401)


def test_what_is_known_already_is_a_304_until_something_is_placed() -> None:
    agent = an_agent()
    live(agent)
    asking = a_runtime(agent)
    etag = asking.get(f"/agents/{agent.slug}/live")["ETag"]

    same = asking.get(f"/agents/{agent.slug}/live", If_None_Match=etag)
    live(agent)
    other = asking.get(f"/agents/{agent.slug}/live", If_None_Match=etag)

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)
    assert other.status_code == 200
    assert other["ETag"] != etag


@pytest.mark.parametrize("known", ["W/{}", '"other", {}', "*"])
def test_what_is_known_may_be_said_in_every_way_http_has(known: str) -> None:
    agent = an_agent()
    live(agent)
    asking = a_runtime(agent)
    etag = asking.get(f"/agents/{agent.slug}/live")["ETag"]

    assert asking.get(f"/agents/{agent.slug}/live", If_None_Match=known.format(etag)).status_code == 304


def test_a_version_that_comes_back_is_a_new_placement() -> None:
    agent = an_agent()
    live(agent)
    asking = a_runtime(agent)
    first = asking.get(f"/agents/{agent.slug}/live")
    live(agent)
    rolled_back(agent, "live")

    again = asking.get(f"/agents/{agent.slug}/live")

    assert again.json()["version"] == first.json()["version"]
    assert again["ETag"] != first["ETag"]


def test_an_environment_that_holds_nothing_is_a_404_and_never_another_version() -> None:
    agent = an_agent()
    published(agent)

    sentence = refused(a_runtime(agent).get(f"/agents/{agent.slug}/live"), 404, "NOTHING_DEPLOYED")

    assert sentence.startswith("Live holds no version yet.")


def test_an_environment_that_is_not_on_the_ladder_is_a_404() -> None:
    agent = an_agent(steps=2)

    refused(a_runtime(agent).get(f"/agents/{agent.slug}/pre-release"), 404, "ENVIRONMENT_NOT_FOUND")


def test_a_deleted_agent_delivers_nothing_until_it_is_restored() -> None:
    agent = an_agent()
    live(agent)
    asking = a_runtime(agent)
    pipeline.delete_agent(agent, typed=agent.slug, by=an_actor(agent))

    refused(asking.get(f"/agents/{agent.slug}/live"), 404, "PROJECT_NOT_FOUND")
    pipeline.restore_agent(agent, by=an_actor(agent))

    assert asking.get(f"/agents/{agent.slug.upper()}/live").status_code == 200


def test_an_archive_and_a_blob_are_the_bytes_that_were_published_and_may_be_kept_for_ever() -> None:
    agent = an_agent()
    placed = live(agent)
    asking = a_runtime(agent)
    manifest = asking.get(f"/agents/{agent.slug}/live").json()["manifest"]

    archive = asking.get(f"/agents/{agent.slug}/versions/{placed.version.hash}.zip")
    rules = asking.get(f"/agents/{agent.slug}/blobs/{manifest[RULES]}")

    with zipfile.ZipFile(io.BytesIO(b"".join(archive.streaming_content))) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == FILES
    assert rules.content == FILES[RULES]
    assert rules["Content-Disposition"] == "attachment"
    for response in (archive, rules):
        assert response["Cache-Control"] == "private, max-age=31536000, immutable"


def test_what_never_changes_is_not_sent_or_read_twice(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    agent = an_agent()
    placed = live(agent)
    asking = a_runtime(agent)
    addresses = [
        f"/agents/{agent.slug}/versions/{placed.version.hash}.zip",
        f"/agents/{agent.slug}/blobs/{hashlib.sha256(FILES[RULES]).hexdigest()}",
    ]

    for address in addresses:
        whole = asking.get(address)
        etag = whole["ETag"]
        assert b"".join(whole)
        with django_assert_max_num_queries(4):
            assert asking.get(address, If_None_Match=etag).status_code == 304


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"versions/{'0' * 40}.zip", "VERSION_NOT_FOUND"),
        (f"blobs/{'0' * 64}", "BLOB_NOT_FOUND"),
        ("versions/live.zip", "NOT_FOUND"),
        ("live/", "NOT_FOUND"),
        ("live/nothing", "NOT_FOUND"),
    ],
)
def test_what_is_not_there_is_a_404(path: str, code: str) -> None:
    agent = an_agent()
    live(agent)

    refused(a_runtime(agent).get(f"/agents/{agent.slug}/{path}"), 404, code)


def test_the_blob_of_another_agent_is_not_found_through_this_one() -> None:
    agent = an_agent()
    live(agent)
    other = an_agent(agent.workspace, files={"functions/secret.py": b"SECRET = 1\n"})
    blob = hashlib.sha256(b"SECRET = 1\n").hexdigest()
    asking = a_runtime(agent)

    assert asking.get(f"/agents/{other.slug}/blobs/{blob}").status_code == 200
    refused(asking.get(f"/agents/{agent.slug}/blobs/{blob}"), 404, "BLOB_NOT_FOUND")


def test_a_call_to_a_number_is_told_agent_version_and_headers() -> None:
    agent = an_agent(files={**FILES, "config/sip_headers.yaml": SIP})
    placed = live(agent)
    number = a_number(agent, "live")
    asking = a_runtime(agent)

    response = asking.get(f"/numbers/{number.e164}")

    assert response.json() == {
        "number": number.e164,
        "agent": agent.slug,
        "environment": "live",
        "version": placed.version.hash,
        "deployment": str(placed.pk),
        "sip_headers": [{"name": "X-Desk", "value": "night"}],
    }
    assert asking.get(f"/numbers/{number.digits}").json() == response.json()
    assert asking.get(f"/numbers/{number.e164}", If_None_Match=response["ETag"]).status_code == 304


def test_a_number_whose_environment_holds_nothing_leads_nowhere() -> None:
    agent = an_agent()
    published(agent)
    number = a_number(agent, "live")

    refused(a_runtime(agent).get(f"/numbers/{number.e164}"), 404, "NOTHING_DEPLOYED")


@pytest.mark.parametrize("number", ["+442079460999", "0", "live", "+44%202079"])
def test_a_number_nobody_has_is_a_404(number: str) -> None:
    agent = an_agent()

    refused(a_runtime(agent).get(f"/numbers/{number}"), 404, "NUMBER_NOT_FOUND")


@pytest.mark.parametrize("path", READS)
def test_nobody_reads_without_a_good_key(path: str) -> None:
    agent = an_agent()
    live(agent)
    number = a_number(agent).e164

    refused(asked(Asking(None), path, agent, number), 401, "AUTH_USER_UNAUTHORISED")
    for wrong in ("slp_wrong", "x" * 10_000, "é"):
        refused(asked(Asking(wrong), path, agent, number), 401, "AUTH_USER_INVALID_TOKEN")


@pytest.mark.parametrize("path", READS)
def test_keys_that_open_nothing_are_counted_and_good_ones_from_there_are_answered(
    path: str, settings: Settings
) -> None:
    settings.API_FAILURE_LIMIT = 1
    agent = an_agent()
    live(agent)
    number = a_number(agent).e164

    answers = [asked(Asking(key), path, agent, number) for key in ("slp_wrong", None)]

    assert [answer.status_code for answer in answers] == [401, 429]
    assert int(answers[1]["Retry-After"]) >= 1
    good = asked(a_runtime(agent), path, agent, number)
    assert good.status_code == 200
    good.close()


@pytest.mark.parametrize("path", READS)
def test_another_workspaces_agent_is_the_same_404_as_one_that_is_not(path: str) -> None:
    agent, elsewhere = an_agent(), an_agent()
    live(agent)
    number = a_number(agent).e164
    code = "NUMBER_NOT_FOUND" if "number" in path else "PROJECT_NOT_FOUND"

    refused(asked(a_runtime(elsewhere), path, agent, number), 404, code)


@pytest.mark.parametrize("path", READS)
def test_a_key_for_other_agents_or_other_acts_is_a_403(path: str) -> None:
    agent = an_agent()
    other = an_agent(agent.workspace)
    live(agent)
    number = a_number(agent).e164

    for about in ({"agents": [other]}, {"permissions": ["content:write", "deployments:write"]}):
        refused(asked(a_runtime(agent, **about), path, agent, number), 403, "USER_ACCESS_FORBIDDEN")


def test_every_address_is_among_those_that_are_tried_here() -> None:
    named = {
        "/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern)).replace("{environment}", "live")
        for pattern in urls.urlpatterns
        if isinstance(pattern, URLPattern) and pattern.name not in {"unknown", "acknowledgements"}
    }

    assert named == set(READS)


def test_a_viewers_key_reads() -> None:
    agent = an_agent()
    live(agent)
    asking = a_runtime(agent, Role.EDITOR)

    assert asking.get(f"/agents/{agent.slug}/live").status_code == 200


@pytest.fixture
def heard() -> Any:
    MEMORY.listen()
    yield
    MEMORY.turn_deaf()


@pytest.mark.usefixtures("heard")
def test_what_is_remembered_costs_no_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    agent = an_agent()
    live(agent)
    number = a_number(agent).e164
    asking = a_runtime(agent)
    addresses = [f"/agents/{agent.slug}/live", f"/numbers/{number}"]
    known = {address: asking.get(address)["ETag"] for address in addresses}

    with django_assert_num_queries(0):
        for address, etag in known.items():
            assert asking.get(address).status_code == 200
            assert asking.get(address, If_None_Match=etag).status_code == 304


@pytest.mark.usefixtures("heard")
def test_what_was_placed_anew_is_read_by_three_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """The environment with its agent, what stands there, and the real-time values: its files are known by their ids."""
    agent = an_agent()
    live(agent)
    asking = a_runtime(agent)
    before = asking.get(f"/agents/{agent.slug}/live")
    MEMORY.hear(word_of_place(agent.slug, "live"))

    with django_assert_num_queries(3):
        again = asking.get(f"/agents/{agent.slug}/live")

    assert again.json() == before.json()


@pytest.mark.usefixtures("heard")
def test_a_key_that_does_not_reach_an_agent_learns_nothing_from_what_others_asked() -> None:
    agent, elsewhere = an_agent(), an_agent()
    live(agent)
    a_runtime(agent).get(f"/agents/{agent.slug}/live")

    refused(a_runtime(elsewhere).get(f"/agents/{agent.slug}/live"), 404, "PROJECT_NOT_FOUND")
    refused(
        a_runtime(agent, agents=[an_agent(agent.workspace)]).get(f"/agents/{agent.slug}/live"),
        403,
        "USER_ACCESS_FORBIDDEN",
    )


@pytest.mark.usefixtures("heard")
def test_what_was_not_found_is_not_remembered() -> None:
    agent = an_agent(steps=2)
    live(agent)
    asking = a_runtime(agent)
    number = "+442079460777"
    refused(asking.get(f"/agents/{agent.slug}/pre-release"), 404, "ENVIRONMENT_NOT_FOUND")
    refused(asking.get(f"/numbers/{number}"), 404, "NUMBER_NOT_FOUND")

    pipeline.change_ladder(agent, steps=3, by=an_actor(agent))
    pipeline.add_number(environment(agent, "live"), text=number, by=an_actor(agent))

    refused(asking.get(f"/agents/{agent.slug}/pre-release"), 404, "NOTHING_DEPLOYED")
    assert asking.get(f"/numbers/{number}").status_code == 200


def test_real_time_values_are_told_beside_the_version_with_a_tag_of_their_own() -> None:
    agent = an_agent()
    runtime, address = a_runtime(agent), f"/agents/{agent.slug}/live/config"

    before = runtime.get(address)
    assert before.json() == {"values": {}, "lastUpdated": None}

    pipeline.save_values(environment(agent, "live"), {"open": True}, by=an_actor(agent))
    after = runtime.get(address, If_None_Match=before["ETag"])
    assert after.json()["values"] == {"open": True}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", after.json()["lastUpdated"])
    assert after["ETag"] != before["ETag"]
    assert runtime.get(address, If_None_Match=after["ETag"]).status_code == 304
    assert runtime.get(f"/agents/{agent.slug}/sandbox/config").json()["values"] == {}
