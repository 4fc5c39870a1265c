"""Versions out and agents' folders in, by API."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest

from deployments import pipeline
from deployments.models import Agent, Deployment, Draft, Event, Role, content
from deployments.resources.archive import write_zip
from tests.api.asking import a_program, refused
from tests.vocabulary import BROKEN, FILES, RULES, an_actor, an_agent, drafted, edited, environment, live, published

pytestmark = pytest.mark.django_db


def at(agent: Agent, rest: str = "") -> str:
    return f"/agents/{agent.slug}/versions{rest}"


def zipped(files: Mapping[str, bytes] = FILES) -> bytes:
    packed = io.BytesIO()
    write_zip(files, packed)
    return packed.getvalue()


def tarred(files: Mapping[str, bytes] = FILES, mode: Any = "w:gz", top: str = "") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for path, held in files.items():
            entry = tarfile.TarInfo(top + path)
            entry.size = len(held)
            archive.addfile(entry, io.BytesIO(held))
    return packed.getvalue()


def held(response: Any) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_versions_are_listed_newest_first_with_where_they_stand() -> None:
    agent = an_agent()
    older = live(agent).version
    newer = published(agent, "Winter hours").version

    rows = a_program(agent).get(at(agent)).json()["versions"]

    assert [row["version"] for row in rows] == [newer.hash, older.hash]
    assert rows[0]["parent"] == older.hash
    assert (rows[0]["message"], rows[0]["by"]) == ("Winter hours", newer.author_email)
    assert (rows[0]["environments"], rows[1]["environments"]) == (["sandbox"], ["pre-release", "live"])


def test_a_long_list_leads_on_by_its_link() -> None:
    agent = an_agent()
    program = a_program(agent)
    numbers = [published(agent).version.number for _ in range(5)]
    told: list[int] = []
    path = at(agent, "?limit=2")

    while path:
        response = program.get(path)
        told += [row["number"] for row in response.json()["versions"]]
        path = response.headers.get("Link", "").partition(">")[0].removeprefix("<http://testserver/v1")

    assert told == numbers[::-1]


@pytest.mark.parametrize("ref", ["live", "hash", "short"])
def test_a_version_is_read_by_environment_hash_or_its_beginning(ref: str) -> None:
    agent = an_agent()
    version = live(agent).version
    published(agent)
    said = {"live": "live", "hash": version.hash, "short": version.short}[ref]

    answer = a_program(agent).get(at(agent, f"/{said}")).json()

    assert answer["version"]["version"] == version.hash
    assert answer["manifest"] == {path: content.hash_of(bytes_) for path, bytes_ in FILES.items()}


def test_the_draft_is_read_as_it_is_now() -> None:
    agent = an_agent()

    answer = a_program(agent).get(at(agent, "/draft")).json()

    assert answer["version"] is None
    assert set(answer["manifest"]) == set(FILES)


def test_an_environment_that_holds_nothing_has_no_files() -> None:
    agent = an_agent()

    answer = a_program(agent).get(at(agent, "/live")).json()

    assert answer == {"ref": "live", "version": None, "manifest": {}}


@pytest.mark.parametrize("ref", ["moon", "abcdef123", "abc", "0" * 40, "%00", "a b", "draft", "live.zip", "moon.zip"])
def test_a_ref_that_names_nothing_is_a_404_that_says_so(ref: str) -> None:
    agent = an_agent()
    pipeline.discard(agent, state=Draft.objects.get(agent=agent).state, by=an_actor(agent))

    refused(a_program(agent).get(at(agent, f"/{ref}")), 404, "VERSION_NOT_FOUND")


def test_a_zip_holds_every_file_byte_for_byte() -> None:
    agent = an_agent()
    version = published(agent).version

    response = a_program(agent).get(at(agent, "/sandbox.zip"))

    assert response["Content-Type"] == "application/zip"
    assert version.short in response["Content-Disposition"]
    assert held(response) == dict(FILES)


def test_the_draft_goes_out_as_a_zip_too() -> None:
    agent = an_agent()

    assert held(a_program(agent).get(at(agent, "/draft.zip"))) == dict(FILES)


@pytest.mark.parametrize(
    "body",
    [zipped(), tarred(), tarred(mode="w"), tarred(top="harbour/"), tarred(top="./")],
    ids=["zip", "gzipped tar", "tar", "tar of a folder", "tar of the folder itself"],
)
def test_an_archive_becomes_the_draft(body: bytes) -> None:
    agent = an_agent(files={"project.yaml": b"project_id: other\n", "topics/old.yaml": b"name: Old\n"})

    response = a_program(agent).put(f"/agents/{agent.slug}/draft", body)

    assert response.status_code == 200
    assert response.json() == {
        "agent": agent.slug,
        "draft_changes": Draft.objects.get(agent=agent).change_count,
        "version": None,
        "deployment": None,
    }
    assert drafted(agent) == dict(FILES)


def test_adding_leaves_what_the_archive_does_not_name() -> None:
    agent = an_agent()

    a_program(agent).put(f"/agents/{agent.slug}/draft?mode=add", zipped({RULES: b"Be kind.\n"}))

    assert drafted(agent) == {**FILES, RULES: b"Be kind.\n"}


def test_an_archive_may_be_published_in_the_same_call() -> None:
    agent = an_agent()

    response = a_program(agent).put(f"/agents/{agent.slug}/draft?publish=From%20git", tarred())

    answer = response.json()
    placed = environment(agent, "sandbox").active
    assert placed is not None
    assert (answer["version"], answer["deployment"]) == (placed.version.hash, str(placed.pk))
    assert placed.version.description == "From git"
    assert not Draft.objects.filter(agent=agent).exists()


def test_content_that_sandbox_runs_already_publishes_nothing() -> None:
    agent = an_agent()
    published(agent)

    response = a_program(agent).put(f"/agents/{agent.slug}/draft?publish=Again", zipped())

    assert response.json() == {"agent": agent.slug, "draft_changes": 0, "version": None, "deployment": None}
    assert Deployment.objects.filter(agent=agent).count() == 1


def test_a_publication_that_is_refused_leaves_the_draft_as_it_was_and_a_line_of_history() -> None:
    agent = an_agent()
    published(agent)
    edited(agent, {RULES: b"As it was.\n"})

    response = a_program(agent).put(f"/agents/{agent.slug}/draft?publish=Broken", zipped(BROKEN))

    refused(response, 400, "DEPLOYMENTS_VALIDATION_FAILED")
    assert drafted(agent)[RULES] == b"As it was.\n"
    event = Event.objects.get(agent=agent, refused=True)
    assert (event.kind, event.code, event.details["api_key"]) == ("published", "draft_invalid", "Night build")


def test_publishing_so_needs_the_permission_for_deployments_too() -> None:
    agent = an_agent(files={})
    program = a_program(agent, permissions=["content:write"])

    response = program.put(f"/agents/{agent.slug}/draft?publish=Now", zipped())

    refused(response, 403, "USER_ACCESS_FORBIDDEN")
    assert not Draft.objects.filter(agent=agent).exists()
    assert agent.events.get(refused=True).kind == Event.Kind.PUBLISHED


def test_a_viewers_key_imports_nothing() -> None:
    agent = an_agent(files={})
    owner = an_actor(agent, Role.EDITOR).person
    program = a_program(agent, owner)
    pipeline.change_role(owner.memberships.get(), Role.VIEWER, by=an_actor(agent))

    refused(program.put(f"/agents/{agent.slug}/draft", zipped()), 403, "USER_ACCESS_FORBIDDEN")


def linked(kind: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        entry = tarfile.TarInfo("rules.txt")
        entry.type, entry.linkname = kind, "/etc/passwd"
        archive.addfile(entry)
    return packed.getvalue()


HUGE = tarfile.TarInfo("huge.txt")
HUGE.size = 10 * 1024**4


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The body is empty"),
        (b"PK\3\4 not really", "not a whole zip"),
        (b"\x1f\x8b not really", "not a whole gzipped tar"),
        (tarred()[:-40], "not a whole gzipped tar"),
        (b"hello" * 1000, "no zip and no whole tar"),
        (tarred(mode="w")[:700], "no zip and no whole tar"),
        (tarred({"../out.txt": b"x"}), "leaves the agent's folder"),
        (tarred({"/etc/out.txt": b"x"}), "absolute path"),
        (tarred({"A.txt": b"x", "a.txt": b"y"}), "are one name to many file systems"),
        (tarred({"big.txt": b"x" * (5 * 1024 * 1024 + 1)}), "is larger than 5 MB"),
        (linked(tarfile.SYMTYPE), "is a link"),
        (linked(tarfile.LNKTYPE), "is a link"),
        (linked(tarfile.FIFOTYPE), "neither a file nor a folder"),
        (HUGE.tobuf(tarfile.GNU_FORMAT), "no zip and no whole tar"),
    ],
    # Bodies hold the time they were made, so as names they would differ between workers.
    ids=[f"body {number}" for number in range(14)],
)
def test_an_archive_that_is_broken_or_dangerous_is_refused_whole(body: bytes, sentence: str) -> None:
    agent = an_agent()

    response = a_program(agent).put(f"/agents/{agent.slug}/draft", body)

    assert sentence in refused(response, 400, "DRAFT_IMPORT_REFUSED")
    assert drafted(agent) == dict(FILES)


def test_a_small_tar_that_expands_without_end_is_refused() -> None:
    agent = an_agent()
    many = {f".git/{number}": b"\0" * 4_000_000 for number in range(60)}

    response = a_program(agent).put(f"/agents/{agent.slug}/draft", tarred({**FILES, **many}))

    assert "expands to over 200 MB" in refused(response, 400, "DRAFT_IMPORT_REFUSED")


def test_what_is_no_part_of_an_agent_is_left_out() -> None:
    agent = an_agent(files={})

    a_program(agent).put(f"/agents/{agent.slug}/draft", tarred({**FILES, ".git/config": b"x", "a/.DS_Store": b"x"}))

    assert drafted(agent) == dict(FILES)


def test_a_body_that_announces_too_much_is_refused_unread() -> None:
    agent = an_agent()
    program = a_program(agent)

    response = program.client.generic(
        "PUT",
        f"/v1/agents/{agent.slug}/draft",
        b"PK",
        headers={"x-api-key": program.key},
        CONTENT_LENGTH=str(200 * 1024 * 1024),
    )

    assert "100 MB" in refused(response, 400, "DRAFT_IMPORT_REFUSED")


def test_what_goes_out_comes_in_again_unchanged() -> None:
    agent = an_agent()
    published(agent)
    program = a_program(agent)
    packed = b"".join(program.get(at(agent, "/sandbox.zip")).streaming_content)

    answer = program.put(f"/agents/{agent.slug}/draft?publish=Same", packed).json()

    assert (answer["draft_changes"], answer["version"]) == (0, None)
