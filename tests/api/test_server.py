"""What only the real server shows: bodies in pieces, answers without a body, the job that docs/programs.md shows."""

from __future__ import annotations

import io
import json
import shutil
import socket
import subprocess
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from deployments.models import Agent
from tests.api.asking import a_key
from tests.serving import ROOT, Site
from tests.vocabulary import FILES, RULES, an_agent, live, published


@dataclass
class Asked:
    """An agent of the site and a key for it."""

    site: Site
    agent: Agent
    key: str

    @property
    def path(self) -> str:
        return f"/v1/agents/{self.agent.slug}"

    @property
    def connection(self) -> HTTPConnection:
        return HTTPConnection(self.site.address.removeprefix("http://"), timeout=20)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """A body that is an iterator is sent in pieces."""
        connection = self.connection
        try:
            connection.request(method, self.path + path, body, {"x-api-key": self.key, **headers})
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        finally:
            connection.close()


@pytest.fixture
def asked(site: Site) -> Asked:
    def story() -> tuple[Agent, str]:
        agent = an_agent()
        live(agent)
        return agent, a_key(agent)[1]

    return Asked(site, *site.told(story))


def pieces(content: bytes, size: int = 1000) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def tar_of(files: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name, content in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    return written.getvalue()


def test_an_archive_may_be_sent_in_pieces(asked: Asked) -> None:
    archive = tar_of({**FILES, RULES: b"Sent in pieces.\n" * 1000})

    status, _, body = asked.ask("PUT", "/draft", pieces(archive))

    assert (status, json.loads(body)["draft_changes"]) == (200, 1)


def test_a_body_in_pieces_is_read_and_not_taken_for_none(asked: Asked) -> None:
    status, _, body = asked.ask("POST", "/deployments/publish", iter([b'{"environment"', b': "nowhere"}']))

    assert (status, json.loads(body)["error_code"]) == (400, "DEPLOYMENTS_INVALID_ENVIRONMENT")


def test_a_body_in_pieces_is_bounded(asked: Asked) -> None:
    endless = (b" " * 100_000 for _ in range(70))

    status, _, body = asked.ask("POST", "/deployments/publish", endless)

    assert (status, json.loads(body)["error_code"]) == (400, "SCHEMA_VALIDATION_FAILED")


def test_an_archive_in_pieces_that_breaks_off_changes_nothing(asked: Asked) -> None:
    host, port = asked.site.address.removeprefix("http://").split(":")
    whole = tar_of({**FILES, RULES: b"Broken off.\n"})
    start = f"PUT {asked.path}/draft HTTP/1.1\r\nHost: localhost\r\nx-api-key: {asked.key}\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as line:
        # All of the archive but its end: as a tar it is readable.
        piece = whole[:-512]
        line.sendall(f"{start}Transfer-Encoding: chunked\r\n\r\n{len(piece):x}\r\n".encode() + piece + b"\r\n")
        line.shutdown(socket.SHUT_WR)
        while line.recv(65536):
            pass

    status, _, _ = asked.ask("GET", "/versions/draft")

    assert status == 404


def test_head_is_answered_without_a_body(asked: Asked) -> None:
    for path in ("/deployments/active", "/versions/live.zip"):
        status, headers, body = asked.ask("HEAD", path)
        _, read, whole = asked.ask("GET", path)

        assert (status, body) == (200, b"")
        assert headers["content-length"] == read["content-length"] == str(len(whole))


def as_shown(place: int, address: str) -> str:
    """What docs/programs.md shows of repositories at this place between fences, for this address."""
    section = (ROOT / "docs/programs.md").read_text().partition("## From a git repository")[2].partition("\n## ")[0]
    shown = section.split("```")[place]
    assert "https://slipway.example" in shown
    return shown.replace("https://slipway.example", address)


def the_job(address: str) -> str:
    [step] = YAML(typ="safe").load(as_shown(1, address))
    return str(step["run"])


def test_the_job_that_is_shown_releases_a_repository(site: Site, tmp_path: Path) -> None:
    def story() -> tuple[Agent, str]:
        agent = an_agent(slug="my-agent")
        live(agent)
        return agent, a_key(agent, permissions=["content:write", "deployments:write"])[1]

    agent, key = site.told(story)
    files = {**FILES, RULES: b"From a repository.\n"}
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    git = ("git", "-C", str(tmp_path), "-c", "user.name=CI", "-c", "user.email=ci@example.com")
    for act in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "Rules")):
        subprocess.run([*git, *act], check=True)
    commit = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    environment = {"PATH": "/usr/bin:/bin", "SLIPWAY_KEY": key, "COMMIT": commit}
    job = ["sh", "-euc", the_job(site.address)]

    first, again = (
        json.loads(subprocess.run(job, cwd=tmp_path, env=environment, check=True, capture_output=True).stdout)
        for _ in range(2)
    )

    def released() -> tuple[str, str, dict[str, str]]:
        placed = agent.ladder[0].active
        assert placed is not None
        return placed.version.hash, placed.version.description, placed.version.files

    version, description, held = site.told(released)
    assert (first["version"], description) == (version, commit)
    assert again["version"] is None
    assert set(held) == set(files)
    refused = subprocess.run(job, cwd=tmp_path, env={**environment, "SLIPWAY_KEY": "slp_wrong"}, capture_output=True)
    assert refused.returncode != 0


@pytest.mark.skipif(shutil.which("jq") is None, reason="That command reads JSON with jq, which is not here.")
def test_the_commands_that_are_shown_promote_what_sandbox_runs(site: Site) -> None:
    def story() -> tuple[Agent, str]:
        agent = an_agent()
        published(agent)
        return agent, a_key(agent, permissions=["deployments:read", "deployments:write"])[1]

    agent, key = site.told(story)
    commands = ["sh", "-euc", as_shown(3, site.address).replace("my-agent", agent.slug)]

    subprocess.run(commands, env={"PATH": "/usr/bin:/bin", "SLIPWAY_KEY": key}, check=True, capture_output=True)

    first, second = site.told(lambda: [step.active and step.active.version_id for step in agent.ladder[:2]])
    assert first == second is not None


def test_many_chat_at_once_on_the_loop_and_every_turn_is_recorded_once(asked: Asked) -> None:
    json_ = {"Content-Type": "application/json"}
    begun = asked.ask("POST", "/debug-chat", json.dumps({"clientEnv": "live"}), **json_)
    assert begun[0] == 201, begun[2]

    def talk(number: int) -> list[int]:
        first = asked.ask("POST", "/debug-chat", json.dumps({"clientEnv": "live"}), **json_)
        chat = f"/debug-chat/{json.loads(first[2])['conversationId']}"
        words = json.dumps({"message": "How many bags may I bring?"})
        said = [asked.ask("POST", chat, words, **json_) for _ in range(3)]
        assert all("Two bags" in json.loads(each[2])["response"] for each in said), said
        return [first[0], *(each[0] for each in said)]

    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(talk, range(24)))

    def kept() -> list[int]:
        held = asked.agent.conversations.exclude(pk=json.loads(begun[2])["conversationId"])
        return [each.turn_count for each in held if each.turns.count() == each.turn_count]

    assert answers == [[201, 200, 200, 200]] * 24
    assert asked.site.told(kept) == [4] * 24
