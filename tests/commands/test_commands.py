"""The commands of surface.md, section 2, that work on workspaces, people and agents: what they do, say and refuse."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from deployments.models import Agent, Draft, Event, Person, ResetLink, Role, Version, Workspace
from tests.vocabulary import BROKEN, FILES, RULES, a_person, a_workspace, admin_of, an_agent, live, published

pytestmark = pytest.mark.django_db


def told(command: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue().strip()


def answered(command: str, *arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(told(command, *arguments, "--json"))
    return answer


def a_folder(at: Path, files: dict[str, bytes] | None = None) -> Path:
    for path, content in (files or dict(FILES)).items():
        (at / path).parent.mkdir(parents=True, exist_ok=True)
        (at / path).write_bytes(content)
    return at


def in_folder(at: Path) -> dict[str, bytes]:
    return {str(path.relative_to(at)): path.read_bytes() for path in at.rglob("*") if path.is_file()}


def test_create_workspace_makes_one() -> None:
    assert answered("create_workspace", "pier", "--name", "The pier") == {"workspace": "pier"}

    assert Workspace.objects.get().name == "The pier"


def test_a_workspace_that_exists_is_refused_in_a_sentence() -> None:
    a_workspace("pier")

    with pytest.raises(CommandError, match="There is a workspace “pier” already"):
        told("create_workspace", "pier", "--name", "Other")


def test_a_workspace_id_with_capitals_is_refused() -> None:
    with pytest.raises(CommandError, match="cannot be a workspace's id"):
        told("create_workspace", "Pier", "--name", "Pier")


def test_create_person_generates_a_password_and_shows_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SLIPWAY_PASSWORD", raising=False)
    told("create_workspace", "pier", "--name", "Pier")

    answer = answered(
        "create_person", "Ana@Example.com", "--workspace", "pier", "--role", "admin", "--name", "Ana Berg"
    )

    ana = Person.objects.get()
    assert set(answer) == {"email", "password"}
    assert (ana.email, ana.name) == ("ana@example.com", "Ana Berg")
    assert ana.check_password(answer["password"])
    assert ana.role_in(Workspace.objects.get()) == Role.ADMIN


def test_create_person_takes_the_password_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_PASSWORD", "a tide of 14 words")
    a_workspace("pier")

    answer = answered("create_person", "ben@example.com", "--workspace", "pier", "--role", "viewer")

    assert answer == {"email": "ben@example.com"}
    assert Person.objects.get(email="ben@example.com").check_password("a tide of 14 words")


def test_a_simple_password_is_refused_and_nobody_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_PASSWORD", "simple")
    a_workspace("pier")

    with pytest.raises(CommandError, match="too short"):
        told("create_person", "ben@example.com", "--workspace", "pier", "--role", "viewer")

    assert not Person.objects.with_email("ben@example.com").exists()


def test_somebody_who_exists_only_gains_the_role() -> None:
    ben = a_person(password="a tide of 14 words")
    workspace = a_workspace("pier")

    answer = answered("create_person", ben.email, "--workspace", "pier", "--role", "releaser")

    assert answer == {"email": ben.email}
    assert ben.role_in(workspace) == Role.RELEASER


def test_an_unknown_workspace_names_those_there_are() -> None:
    a_workspace("pier")

    with pytest.raises(CommandError, match=r"There is no workspace “peer”\. There is pier"):
        told("create_person", "ben@example.com", "--workspace", "peer", "--role", "viewer")


def test_reset_password_prints_a_link_that_is_good() -> None:
    ben = a_person(Role.ADMIN, a_workspace())

    answer = answered("reset_password", ben.email)

    token = answer["link"].rstrip("/").rsplit("/", 1)[1]
    link = ResetLink.good(token)
    assert answer["email"] == ben.email
    assert link is not None
    assert link.person == ben
    assert Event.objects.filter(kind=Event.Kind.RESET_LINK_MADE, by=None, channel="cli").exists()


def test_reset_password_says_when_the_place_of_its_link_is_a_guess(settings: Settings) -> None:
    ben = a_person(Role.ADMIN, a_workspace())

    settings.ADDRESS = ""
    assert "SLIPWAY_ADDRESS is not set: where http://127.0.0.1:8000 is" in told("reset_password", ben.email)
    settings.ADDRESS = "https://slipway.example"
    assert "SLIPWAY_ADDRESS" not in told("reset_password", ben.email)


def test_reset_password_of_nobody_is_a_sentence() -> None:
    with pytest.raises(CommandError, match=r"There is no person “eve@example\.com”"):
        told("reset_password", "eve@example.com")


def test_import_agent_makes_the_agent_and_its_draft(tmp_path: Path) -> None:
    workspace = a_workspace("pier")
    a_folder(tmp_path, {**FILES, "project.yaml": b"project_id: x\nproject_name: 'Night ferry'\n"})

    answer = answered("import_agent", str(tmp_path), "--workspace", "pier", "--agent", "night-ferry")

    agent = Agent.objects.get()
    assert (agent.slug, agent.name, agent.workspace) == ("night-ferry", "Night ferry", workspace)
    assert answer == {
        "agent": "night-ferry",
        "draft_changes": Draft.objects.get().change_count,
        "version": None,
        "deployment": None,
    }


def test_import_agent_publishes_with_a_message(tmp_path: Path) -> None:
    workspace = a_workspace("pier")
    a_folder(tmp_path)

    answer = answered("import_agent", str(tmp_path), "--workspace", "pier", "--agent", "a", "--publish", "First")

    version = Version.objects.get()
    assert answer["version"] == version.hash
    assert answer["deployment"] == str(version.deployments.get().pk)
    assert answer["draft_changes"] > 0
    assert not Draft.objects.exists()
    assert (version.description, version.author) == ("First", admin_of(workspace))
    assert Event.objects.get(kind=Event.Kind.PUBLISHED).channel == "cli"


def test_import_agent_replaces_the_draft_with_exactly_what_the_folder_holds(tmp_path: Path) -> None:
    agent = an_agent()
    published(agent)
    files = {"project.yaml": b"project_id: x\n", "notes.md": b"Only this."}
    a_folder(tmp_path, files)

    told("import_agent", str(tmp_path), "--workspace", agent.workspace.slug, "--agent", agent.slug)

    assert set(Draft.objects.get().files) == set(files)


def test_a_refused_publication_leaves_the_draft_as_it_was_and_its_line(tmp_path: Path) -> None:
    agent = an_agent()
    published(agent)
    where = ["--workspace", agent.workspace.slug, "--agent", agent.slug, "--publish", "Again"]

    with pytest.raises(CommandError):
        told("import_agent", str(a_folder(tmp_path, {**FILES, **BROKEN})), *where)

    assert not Draft.objects.filter(agent=agent).exists()
    assert agent.events.get(refused=True).kind == Event.Kind.PUBLISHED


def test_unchanged_content_publishes_nothing_and_says_so(tmp_path: Path) -> None:
    agent = an_agent()
    published(agent)
    where = ["--workspace", agent.workspace.slug, "--agent", agent.slug, "--publish", "Again"]
    a_folder(tmp_path)

    answer = answered("import_agent", str(tmp_path), *where)
    words = told("import_agent", str(tmp_path), *where)

    assert answer == {"agent": agent.slug, "draft_changes": 0, "version": None, "deployment": None}
    assert "there is nothing to publish" in words
    assert Version.objects.count() == 1


def test_a_refused_publication_leaves_nothing_half_done(tmp_path: Path) -> None:
    a_workspace("pier")
    a_folder(tmp_path, {**FILES, **BROKEN})

    with pytest.raises(CommandError) as refused:
        told("import_agent", str(tmp_path), "--workspace", "pier", "--agent", "night-ferry", "--publish", "First")

    assert "topics/tides.yaml" in str(refused.value)
    assert not Agent.objects.exists()


def test_a_broken_file_is_no_reason_to_refuse_an_import(tmp_path: Path) -> None:
    a_workspace("pier")
    a_folder(tmp_path, {**FILES, **BROKEN})

    told("import_agent", str(tmp_path), "--workspace", "pier", "--agent", "night-ferry")

    assert Draft.objects.get().errors == 1


def test_import_agent_reads_a_zip(tmp_path: Path) -> None:
    a_workspace("pier")
    with zipfile.ZipFile(tmp_path / "agent.zip", "w") as archive:
        for path, content in FILES.items():
            archive.writestr(path, content)

    told("import_agent", str(tmp_path / "agent.zip"), "--workspace", "pier", "--agent", "night-ferry")

    assert set(Draft.objects.get().files) == set(FILES)


def test_what_is_dangerous_is_refused_whole(tmp_path: Path) -> None:
    """agent-layout.md, section 16, row 11."""
    a_workspace("pier")
    a_folder(tmp_path / "agent")
    (tmp_path / "agent" / "link.txt").symlink_to("/etc/hostname")
    with zipfile.ZipFile(tmp_path / "up.zip", "w") as archive:
        archive.writestr("project.yaml", b"")
        archive.writestr("../x", b"")
    with zipfile.ZipFile(tmp_path / "case.zip", "w") as archive:
        archive.writestr("project.yaml", b"")
        archive.writestr("a.txt", b"")
        archive.writestr("A.txt", b"")

    for path, named in (("agent", "link.txt"), ("up.zip", r"\.\./x"), ("case.zip", r"A\.txt")):
        with pytest.raises(CommandError, match=named):
            told("import_agent", str(tmp_path / path), "--workspace", "pier", "--agent", "night-ferry")

    assert not Agent.objects.exists()


def test_a_path_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    a_workspace("pier")

    with pytest.raises(CommandError, match="cannot be read"):
        told("import_agent", str(tmp_path / "nowhere"), "--workspace", "pier", "--agent", "x")


def test_with_several_admins_somebody_must_be_named(tmp_path: Path) -> None:
    workspace = a_workspace("pier")
    ben = a_person(Role.ADMIN, workspace)
    a_folder(tmp_path)
    arguments = [str(tmp_path), "--workspace", "pier", "--agent", "night-ferry"]

    with pytest.raises(CommandError, match="has several admins, so say with --by EMAIL"):
        told("import_agent", *arguments)
    told("import_agent", *arguments, "--by", ben.email)

    assert Agent.objects.get().created_by == ben


def test_roles_hold_on_the_command_line_too(tmp_path: Path) -> None:
    viewer = a_person(Role.VIEWER, a_workspace("pier"))
    a_folder(tmp_path)

    with pytest.raises(CommandError, match="Only editors, releasers and admins may make agents"):
        told("import_agent", str(tmp_path), "--workspace", "pier", "--agent", "x", "--by", viewer.email)


def test_an_agent_of_another_workspace_is_not_written(tmp_path: Path) -> None:
    agent = an_agent()
    a_workspace("pier")
    a_folder(tmp_path)

    with pytest.raises(CommandError, match="is not in the workspace pier"):
        told("import_agent", str(tmp_path), "--workspace", "pier", "--agent", agent.slug)


def test_a_folder_comes_back_byte_for_byte(tmp_path: Path) -> None:
    """agent-layout.md, section 16, row 1."""
    a_workspace("pier")
    files = {
        **FILES,
        "notes/CRLF.md": b"a\r\nb\r\n",
        "topics/\u00fcberfahrt.yaml": "name: Überfahrt\nenabled: true\ncontent: 'Übers Meer'".encode(),
        "empty.txt": b"",
        "logo.png": bytes(range(256)),
        "agent_settings/persona.txt": b"No newline at the end",
    }
    a_folder(tmp_path / "in", files)
    (tmp_path / "in" / "_gen").mkdir()
    (tmp_path / "in" / "_gen" / "decorators.py").write_bytes(b"# generated")
    told("import_agent", str(tmp_path / "in"), "--workspace", "pier", "--agent", "a")

    answer = answered("export_agent", "--agent", "A", "--version", "draft", "--to", str(tmp_path / "out"))

    assert in_folder(tmp_path / "out") == files
    assert answer == {"files": len(files), "version": None}


def test_a_version_is_exported_as_a_zip(tmp_path: Path) -> None:
    agent = an_agent()
    version = published(agent).version

    answer = answered(
        "export_agent", "--agent", agent.slug, "--version", version.short, "--to", str(tmp_path / "a.zip")
    )

    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
    assert answer == {"files": len(FILES), "version": version.hash}
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize("ref", ["live", "sandbox", "draft", "full"])
def test_a_version_is_named_in_words(ref: str, tmp_path: Path) -> None:
    agent = an_agent()
    placed = live(agent)
    published_rules = {RULES: b"Be kind.\n"}
    a_folder(tmp_path / "in", {**FILES, **published_rules})
    told("import_agent", str(tmp_path / "in"), "--workspace", agent.workspace.slug, "--agent", agent.slug)
    named = placed.version.hash if ref == "full" else ref

    told("export_agent", "--agent", agent.slug, "--version", named, "--to", str(tmp_path / "out"))

    expected = b"Be kind.\n" if ref == "draft" else FILES[RULES]
    assert in_folder(tmp_path / "out")[RULES] == expected


@pytest.mark.parametrize(
    ("ref", "sentence"),
    [
        ("live", "Nothing is in Live yet"),
        ("draft", "There is no draft"),
        ("123456789", "no version begins with “123456789”"),
        ("12", "at least 9 characters"),
        ("production", "no version begins with “production”"),
    ],
)
def test_a_ref_that_names_nothing_is_a_sentence(ref: str, sentence: str, tmp_path: Path) -> None:
    agent = an_agent()
    published(agent)

    with pytest.raises(CommandError, match=sentence):
        told("export_agent", "--agent", agent.slug, "--version", ref, "--to", str(tmp_path / "out"))

    assert not (tmp_path / "out").exists()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    agent = an_agent()
    (tmp_path / "kept.zip").write_bytes(b"kept")
    a_folder(tmp_path / "kept", {"kept.txt": b"kept"})

    for name in ("kept.zip", "kept"):
        with pytest.raises(CommandError, match="kept"):
            told("export_agent", "--agent", agent.slug, "--version", "draft", "--to", str(tmp_path / name))

    assert (tmp_path / "kept.zip").read_bytes() == b"kept"
    assert in_folder(tmp_path / "kept") == {"kept.txt": b"kept"}


def test_verify_says_what_it_looked_at() -> None:
    live(an_agent())

    answer = answered("verify")

    assert answer["problems"] == []
    assert answer["checked"]["agents"] == 1
    assert answer["checked"]["deployments"] == 3
    assert "All is well: 1 agent, " in told("verify")


def test_verify_lists_what_is_wrong_and_exits_with_one() -> None:
    an_agent()
    Draft.objects.update(manifest_digest="0" * 64)
    out = io.StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("verify", "--json", stdout=out)

    assert ended.value.code == 1
    assert "the draft does not hold the files" in json.loads(out.getvalue())["problems"][0]
