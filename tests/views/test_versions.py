from __future__ import annotations

import io
import zipfile
from urllib.parse import quote

import pytest
from django.http import FileResponse
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from deployments.models import Role
from deployments.resources.archive import write_zip
from tests.signing_in import a_client
from tests.vocabulary import FILES, an_agent, edited, live, published

pytestmark = pytest.mark.django_db


def body(answer: object) -> bytes:
    assert isinstance(answer, FileResponse)
    return b"".join(answer.streaming_content)  # type: ignore[arg-type]


def test_a_version_opens_read_only_with_what_people_do_from_here() -> None:
    agent = an_agent()
    placed = live(agent)

    page = a_client(agent, Role.VIEWER).get(reverse("version", args=[agent.slug, placed.version.short])).text

    assert "Read-only preview" in page
    assert "Live" in page
    assert "find_cabin" in page
    for name, args in (
        ("version-archive", [placed.version.short]),
        ("comparison", ["live", placed.version.short]),
        ("version-resource", [placed.version.short, "functions/find_cabin.py"]),
    ):
        assert reverse(name, args=[agent.slug, *args]) in page
    assert "Exit preview" in page


def test_an_older_version_shows_what_it_held_and_not_what_came_later() -> None:
    agent = an_agent()
    first = published(agent).version
    edited(agent, {"topics/tides.yaml": b"name: Tides\ncontent: Twice a day.\n"})
    second = published(agent).version
    client = a_client(agent, Role.VIEWER)

    before = client.get(reverse("version", args=[agent.slug, first.short])).text
    after = client.get(reverse("version", args=[agent.slug, second.short])).text

    assert "Tides" not in before
    assert "Tides" in after


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("functions/find_cabin.py", "Booking code, six letters"),
        ("config/handoffs.yaml#handoffs/front_desk", "People at the pier"),
        ("voice/configuration.yaml#greeting", "Welcome aboard."),
        ("topics/luggage_limits.yaml", "How many bags may I bring?"),
        ("agent_settings/rules.txt", "Never promise a cabin."),
        ("#variables/cabin", "functions/find_cabin.py"),
    ],
)
def test_every_kind_of_address_opens_its_resource(path: str, says: str) -> None:
    agent = an_agent()
    version = published(agent).version
    address = reverse("version-resource", args=[agent.slug, version.short, path])

    page = a_client(agent, Role.VIEWER).get(address)

    assert page.status_code == 200
    assert says in page.text
    assert quote(path, safe="/") in address


def test_markup_in_a_resource_is_shown_and_never_acts() -> None:
    agent = an_agent(files={**FILES, "agent_settings/rules.txt": b"<script>alert(1)</script>"})
    version = published(agent).version

    page = (
        a_client(agent, Role.VIEWER)
        .get(reverse("version-resource", args=[agent.slug, version.short, "agent_settings/rules.txt"]))
        .text
    )

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("where", ["version-resource", "version-file"])
def test_what_a_version_does_not_hold_is_a_404(where: str) -> None:
    agent = an_agent()
    version = published(agent).version

    answer = a_client(agent, Role.VIEWER).get(reverse(where, args=[agent.slug, version.short, "topics/nothing.yaml"]))

    assert answer.status_code == 404
    assert f"{version.short} holds no" in answer.text


def test_the_export_is_byte_for_byte_what_was_imported() -> None:
    odd = {**FILES, "notes/naïve ☂.txt": b"Ferry\r\nno newline", "logo.bin": bytes(range(256)), "empty": b""}
    agent = an_agent(files=odd)
    version = published(agent).version

    answer = a_client(agent, Role.VIEWER).get(reverse("version-archive", args=[agent.slug, version.short]))
    content = body(answer)

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == odd
    written = io.BytesIO()
    write_zip(odd, written)
    assert content == written.getvalue()
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{agent.slug}-{version.short}.zip"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_large_export_is_fetched_some_files_at_a_time(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    files = {f"notes/{number:03}.txt": b"%d" % number for number in range(220)}
    agent = an_agent(files={**FILES, **files})
    version = published(agent).version
    client = a_client(agent, Role.VIEWER)

    with django_assert_max_num_queries(14):
        content = body(client.get(reverse("version-archive", args=[agent.slug, version.short])))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("notes/219.txt") == b"219"


def test_the_draft_and_an_environment_can_be_exported_too() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, {"agent_settings/rules.txt": b"Be kind.\n"})
    client = a_client(agent, Role.VIEWER)

    def rules(ref: str) -> bytes:
        content = body(client.get(reverse("version-archive", args=[agent.slug, ref])))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read("agent_settings/rules.txt")

    assert rules("draft") == b"Be kind.\n"
    assert rules("live") == FILES["agent_settings/rules.txt"]


def test_an_empty_environment_has_nothing_to_export() -> None:
    agent = an_agent()

    answer = a_client(agent, Role.VIEWER).get(reverse("version-archive", args=[agent.slug, "live"]))

    assert answer.status_code == 404
    assert "Live holds no version yet." in answer.text


@pytest.mark.parametrize(
    ("name", "args"), [("version-archive", ["live"]), ("version-file", ["live", "functions/find_cabin.py"])]
)
def test_a_file_that_a_page_asks_for_as_a_part_of_itself_is_left_to_the_browser(name: str, args: list[str]) -> None:
    agent = an_agent()
    live(agent)
    address = reverse(name, args=[agent.slug, *args])

    answer = a_client(agent, Role.VIEWER).get(address, headers={"hx-request": "true"})

    assert body(answer)
    assert answer["HX-Redirect"] == address


def test_a_file_is_a_download_and_never_a_page() -> None:
    page = b"<html><script>alert(1)</script></html>"
    agent = an_agent(files={**FILES, "site/evil.html": page})
    version = published(agent).version

    answer = a_client(agent, Role.VIEWER).get(
        reverse("version-file", args=[agent.slug, version.short, "site/evil.html"])
    )

    assert body(answer) == page
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="evil.html"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["version", "version-archive"])
def test_versions_are_only_read(name: str) -> None:
    agent = an_agent()
    version = published(agent).version

    answer = a_client(agent, Role.VIEWER).post(reverse(name, args=[agent.slug, version.short]))

    assert answer.status_code == 405


def test_a_preview_asks_the_database_as_often_for_many_resources_as_for_few(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    files = {f"topics/t{number}.yaml": f"name: t{number}\ncontent: A\n".encode() for number in range(120)}
    agent = an_agent(files={**FILES, **files})
    version = published(agent).version
    client, address = a_client(agent, Role.VIEWER), reverse("version", args=[agent.slug, version.short])
    client.get(address)

    with django_assert_max_num_queries(10):
        client.get(address)
