from __future__ import annotations

import pytest
from django.urls import reverse

from deployments import pipeline
from deployments.models import Role
from deployments.pipeline import Actor
from tests.signing_in import a_client
from tests.vocabulary import a_workspace, admin_of, an_agent

pytestmark = pytest.mark.django_db

SAID = {"name": "Quay", "time_zone": "UTC", "conversations_kept_days": "30"}


def test_name_and_time_zone_are_saved_and_times_follow() -> None:
    workspace = a_workspace()
    client = a_client(workspace)

    client.post(reverse("workspace-settings", args=[workspace.slug]), SAID | {"time_zone": "Europe/Oslo"})

    workspace.refresh_from_db()
    assert (workspace.name, workspace.time_zone) == ("Quay", "Europe/Oslo")
    assert workspace.conversations_kept_days == 30
    assert "CET" in client.get(reverse("people", args=[workspace.slug])).text.replace("CEST", "CET")


def test_a_name_that_nobody_could_read_is_refused_beside_its_field() -> None:
    workspace = a_workspace(name="Pier")

    answer = a_client(workspace).post(
        reverse("workspace-settings", args=[workspace.slug]), SAID | {"name": "Qu\u202eay"}
    )

    workspace.refresh_from_db()
    assert answer.status_code == 422
    assert answer.text.count("of 1 to 200 printable characters") == 1
    assert workspace.name == "Pier"


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    workspace = a_workspace()

    answer = a_client(workspace).post(
        reverse("workspace-settings", args=[workspace.slug]), SAID | {"time_zone": "Mars/Base"}
    )

    workspace.refresh_from_db()
    assert answer.status_code == 422
    assert "Mars/Base" in answer.text
    assert workspace.time_zone == "UTC"


def test_a_releaser_reads_the_settings_and_cannot_save_them() -> None:
    workspace = a_workspace()
    client = a_client(workspace, Role.RELEASER)

    shown = client.get(reverse("workspace-settings", args=[workspace.slug]))
    answer = client.post(reverse("workspace-settings", args=[workspace.slug]), SAID)

    assert "Only admins may change" in shown.text
    assert answer.status_code == 403


def test_a_deleted_agent_is_restored_from_the_settings() -> None:
    workspace = a_workspace()
    agent = an_agent(workspace)
    pipeline.delete_agent(agent, typed=agent.slug, by=Actor(admin_of(workspace)))
    client = a_client(workspace)

    listed = client.get(reverse("workspace-settings", args=[workspace.slug]))
    gone = client.get(reverse("history", args=[agent.slug]))
    client.post(reverse("agent-restoration", args=[workspace.slug, agent.pk]))

    assert agent.name in listed.text
    assert gone.status_code == 404
    assert client.get(reverse("history", args=[agent.slug])).status_code == 200


def test_the_workspaces_history_is_for_admins() -> None:
    workspace = a_workspace()
    an_agent(workspace, name="Night ferry")

    read = a_client(workspace).get(reverse("workspace-history", args=[workspace.slug]))
    refused = a_client(workspace, Role.RELEASER).get(reverse("workspace-history", args=[workspace.slug]))

    assert "made the agent <b>Night ferry</b>" in read.text
    assert refused.status_code == 403


def test_what_the_command_line_did_says_so_once() -> None:
    workspace = a_workspace()
    pipeline.add_person(workspace, email="vera@example.com", role=Role.VIEWER, password="a ferry in fog 7")

    text = a_client(workspace).get(reverse("workspace-history", args=[workspace.slug])).text

    assert text.lower().count("command line") == 1
