"""A new agent, an import into its draft, its settings and its end."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from deployments import uploads
from deployments.models import Agent, Role
from tests.signing_in import a_client
from tests.vocabulary import FILES, a_workspace, an_agent, drafted, live, published

pytestmark = pytest.mark.django_db


def a_zip(files: Mapping[str, bytes]) -> SimpleUploadedFile:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for path, bytes_ in files.items():
            archive.writestr(path, bytes_)
    return SimpleUploadedFile("agent.zip", held.getvalue(), "application/zip")


def test_an_empty_agent_begins_with_a_greeting_under_an_id_made_from_its_name() -> None:
    workspace = a_workspace()

    answer = a_client(workspace, Role.EDITOR).post(
        reverse("new-agent", args=[workspace.slug]), {"name": "Día de Playa", "steps": "2"}
    )

    agent = Agent.objects.get()
    assert answer["Location"] == reverse("draft", args=[agent.slug])
    assert agent.slug == "dia-de-playa"
    assert [step.slug for step in agent.ladder] == ["sandbox", "live"]
    assert "project.yaml" in drafted(agent)


def test_an_agent_is_made_from_a_zip() -> None:
    workspace = a_workspace()

    a_client(workspace).post(
        reverse("new-agent", args=[workspace.slug]),
        {"name": "Night ferry", "agent_id": "night-ferry", "steps": "3", "archive": a_zip(FILES)},
    )

    assert drafted(Agent.objects.get(slug="night-ferry")) == FILES


def test_an_id_that_is_taken_is_refused_whatever_its_case() -> None:
    workspace = a_workspace()
    an_agent(workspace, slug="night-ferry")

    answer = a_client(workspace).post(
        reverse("new-agent", args=[workspace.slug]), {"name": "Another", "agent_id": "Night-Ferry", "steps": "3"}
    )

    assert answer.status_code == 422
    assert "taken" in answer.text
    assert 'value="Another"' in answer.text
    assert Agent.objects.count() == 1


def test_a_viewer_makes_no_agent() -> None:
    workspace = a_workspace()

    answer = a_client(workspace, Role.VIEWER).post(
        reverse("new-agent", args=[workspace.slug]), {"name": "Mine", "steps": "3"}
    )

    assert answer.status_code == 403
    assert not Agent.objects.exists()


def test_importing_replaces_the_draft_or_adds_to_it() -> None:
    agent = an_agent()
    client = a_client(agent.workspace)
    more = {"topics/tides.yaml": b"name: Tides\nenabled: true\ncontent: Twice a day.\n"}

    client.post(reverse("draft-import", args=[agent.slug]), {"mode": "add", "archive": a_zip(more)})
    added = drafted(agent)
    client.post(reverse("draft-import", args=[agent.slug]), {"mode": "replace", "archive": a_zip(more)})

    assert added == FILES | more
    assert drafted(agent) == more


def test_what_was_left_out_of_an_import_is_named() -> None:
    agent = an_agent()
    archive = a_zip({**FILES, "rules.txt": b"Hello.", ".DS_Store": b"x", "_gen/types.py": b"x"})

    answer = a_client(agent.workspace).post(
        reverse("draft-import", args=[agent.slug]), {"mode": "replace", "archive": archive}, follow=True
    )

    assert "Left out" in answer.text
    assert ".DS_Store" in answer.text
    assert "rules.txt" in drafted(agent)


@pytest.mark.parametrize("path", ["../escape.txt", "/etc/passwd", "a/\x07bell.txt"])
def test_a_dangerous_archive_is_refused_whole_and_names_the_file(path: str) -> None:
    agent = an_agent()
    archive = a_zip({"rules.txt": b"Fine.", path: b"Not fine."})

    answer = a_client(agent.workspace).post(
        reverse("draft-import", args=[agent.slug]), {"mode": "replace", "archive": archive}
    )

    assert answer.status_code == 422
    assert drafted(agent) == FILES


def test_an_upload_over_the_bound_stops_and_keeps_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = an_agent()
    monkeypatch.setattr(uploads, "IMPORT_BYTES", 1000)
    archive = a_zip({"rules.txt": bytes(range(256)) * 100})

    answer = a_client(agent.workspace).post(
        reverse("draft-import", args=[agent.slug]), {"mode": "add", "archive": archive}
    )

    assert answer.status_code == 422
    assert "larger than 100 MB" in answer.text
    assert drafted(agent) == FILES


def test_what_is_no_zip_is_refused_in_words() -> None:
    agent = an_agent()
    upload = SimpleUploadedFile("agent.zip", b"hello", "application/zip")

    answer = a_client(agent.workspace).post(
        reverse("draft-import", args=[agent.slug]), {"mode": "replace", "archive": upload}
    )

    assert answer.status_code == 422
    assert "zip" in answer.text


def test_settings_are_changed_and_leave_a_line() -> None:
    agent = an_agent()
    client = a_client(agent.workspace)

    client.post(
        reverse("agent-settings", args=[agent.slug]), {"name": "Day ferry", "steps": "3", "require_pre_release": "on"}
    )

    agent.refresh_from_db()
    assert (agent.name, agent.require_pre_release) == ("Day ferry", True)
    assert "Night ferry → Day ferry" in client.get(reverse("history", args=[agent.slug])).text


def test_a_ladder_of_two_speaks_of_no_third_and_going_back_loses_no_record() -> None:
    agent = an_agent()
    live(agent)
    client = a_client(agent.workspace)
    rows = agent.deployments.count()

    client.post(reverse("agent-settings", args=[agent.slug]), {"name": agent.name, "steps": "2"})
    shown = client.get(reverse("agent-settings", args=[agent.slug])).text
    client.post(reverse("agent-settings", args=[agent.slug]), {"name": agent.name, "steps": "3"})

    assert "Pre-release" not in shown
    assert agent.deployments.count() == rows
    assert agent.environments.get(slug="pre-release").active is None
    assert agent.environments.get(slug="live").active is not None


def test_only_admins_change_an_agents_settings() -> None:
    agent = an_agent()
    client = a_client(agent.workspace, Role.RELEASER)

    shown = client.get(reverse("agent-settings", args=[agent.slug]))
    answer = client.post(reverse("agent-settings", args=[agent.slug]), {"name": "Mine", "steps": "3"})

    assert "Only admins" in shown.text
    assert answer.status_code == 403


def test_deleting_needs_the_typed_id_and_then_the_agent_is_gone_at_once() -> None:
    agent = an_agent()
    published(agent)
    client = a_client(agent.workspace)

    wrong = client.post(reverse("agent-deletion", args=[agent.slug]), {"typed": "something"})
    right = client.post(reverse("agent-deletion", args=[agent.slug]), {"typed": agent.slug})

    assert wrong.status_code == 422
    assert right["Location"] == reverse("agents")
    assert client.get(reverse("history", args=[agent.slug])).status_code == 404
