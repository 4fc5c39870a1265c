"""create_api_key: what it prints, what is kept of it, and what it refuses."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from deployments.models import ApiKey, Event, Role, Workspace
from deployments.models.api_key import hash_of_key
from tests.vocabulary import a_person, a_workspace, admin_of, an_agent

pytestmark = pytest.mark.django_db


def told(workspace: Workspace, *arguments: str) -> str:
    out = io.StringIO()
    by = admin_of(workspace).email
    call_command("create_api_key", "--workspace", workspace.slug, "--by", by, *arguments, stdout=out)
    return out.getvalue()


def test_the_key_stands_alone_on_one_line() -> None:
    workspace = a_workspace()

    printed = told(workspace, "--name", "Night build")

    assert printed.count("\n") == 1
    assert ApiKey.objects.get().key_hash == hash_of_key(printed.strip())


def test_as_json_it_answers_key_and_id() -> None:
    answer = json.loads(told(a_workspace(), "--name", "Night build", "--json"))

    assert set(answer) == {"key", "id"}
    assert ApiKey.objects.get().pk == answer["id"]


def test_nothing_that_is_kept_holds_the_key() -> None:
    printed = told(a_workspace(), "--name", "Night build").strip()

    row = json.dumps(list(ApiKey.objects.values()), default=str)
    line = json.dumps(list(Event.objects.values()), default=str)
    assert printed not in row + line
    assert ApiKey.objects.get().mask == f"{printed[:8]}…{printed[-4:]}"


def test_it_runs_out_in_a_year() -> None:
    told(a_workspace(), "--name", "Night build")

    left = ApiKey.objects.get().expires_at - timezone.now()
    assert timedelta(days=364) < left <= timedelta(days=365)


def test_permissions_and_agents_narrow_it() -> None:
    workspace = a_workspace()
    agent, other = an_agent(workspace), an_agent(workspace)

    told(workspace, "--name", "CI", "--permission", "deployments:write", "--agent", agent.slug)

    key = ApiKey.objects.get()
    assert key.allows("deployments:read")
    assert not key.allows("content:read")
    assert key.reaches(agent)
    assert not key.reaches(other)


def test_making_a_key_is_a_line_of_the_workspaces_history() -> None:
    workspace = a_workspace()

    told(workspace, "--name", "Night build")

    event = Event.objects.of_workspace(workspace).get()
    assert (event.kind, event.details["name"], event.by) == ("api_key_made", "Night build", admin_of(workspace))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--name", "CI", "--permission", "everything"], "There is no permission “everything”"),
        (["--name", "CI", "--permission", "delivery:write"], "There is no permission “delivery:write”"),
        (["--name", "CI", "--agent", "nobody"], "There is no agent “nobody”"),
        (["--name", " "], "Give the key a name"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        told(a_workspace(), *arguments)

    assert not ApiKey.objects.exists()


def test_an_agent_of_another_workspace_is_refused() -> None:
    elsewhere = an_agent()

    with pytest.raises(CommandError, match="is not in the workspace"):
        told(a_workspace(), "--name", "CI", "--agent", elsewhere.slug)


def test_a_viewer_owns_no_keys() -> None:
    workspace = a_workspace()
    viewer = a_person(Role.VIEWER, workspace)

    with pytest.raises(CommandError, match="Only editors, releasers and admins may make API keys"):
        told(workspace, "--name", "CI", "--by", viewer.email)
