from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from deployments.models import ApiKey, Event, Role
from deployments.pipeline import create_api_key, key_of
from deployments.pipeline.actor import Actor
from tests.signing_in import a_client
from tests.vocabulary import a_person, a_workspace, an_agent

pytestmark = pytest.mark.django_db

ALL = {"may": "all", "where": "all"}


def day(days: int) -> str:
    return (timezone.now() + timedelta(days=days)).date().isoformat()


def test_a_key_is_made_shown_once_and_opens_what_was_chosen() -> None:
    agent = an_agent()
    person = a_person(Role.EDITOR, agent.workspace)
    client = a_client(person)
    where = reverse("new-key", args=[agent.workspace.slug])
    assert "Make the key" in client.get(where).text

    answer = client.post(
        where,
        {
            "name": "CI",
            "expires_on": day(30),
            "may_deployments": "write",
            "may_content": "read",
            "may": "chosen",
            "where": "chosen",
            "agents": [agent.slug],
        },
    )

    text = re.search(r'id="key" value="([^"]+)"', answer.text)
    assert text
    key = key_of(text[1], at=timezone.now())
    assert key is not None
    assert (key.owner, key.permissions, key.every_agent) == (person, ["content:read", "deployments:write"], False)
    assert list(key.agents.all()) == [agent]
    listed = client.get(reverse("keys", args=[agent.workspace.slug])).text
    assert text[1] not in listed
    assert key.mask in listed
    assert Event.objects.filter(kind=Event.Kind.API_KEY_MADE).count() == 1


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_made() -> None:
    workspace = a_workspace()
    client = a_client(workspace, Role.EDITOR)
    where = reverse("new-key", args=[workspace.slug])

    for wrong in (
        {"expires_on": day(-2)},
        {"expires_on": "soon"},
        {"name": ""},
        {"where": "chosen", "agents": ["elsewhere"]},
        {"where": "chosen"},
        {"where": ""},
        {"may": "chosen"},
        {"may": "chosen", "may_chat": "all"},
        {"may": ""},
    ):
        answer = client.post(where, {"name": "CI", "expires_on": day(30), **ALL} | wrong)
        assert answer.status_code == 422, wrong
        assert 'class="error"' in answer.text, wrong

    assert not ApiKey.objects.exists()


def test_everybody_sees_their_own_and_admins_all() -> None:
    workspace = a_workspace()
    person, somebody = a_person(Role.EDITOR, workspace), a_person(Role.EDITOR, workspace)
    client, admin = a_client(person), a_client(workspace)
    mine, _ = create_api_key(workspace, name="Mine", by=Actor(person, channel="web"))
    theirs, _ = create_api_key(workspace, name="Theirs", by=Actor(somebody, channel="web"))
    where = reverse("keys", args=[workspace.slug])

    assert "Theirs" not in client.get(where).text
    assert "Mine" in client.get(where).text
    assert {"Mine", "Theirs"} <= set(re.findall(r'class="title">(\w+)<', admin.get(where).text))
    assert client.post(reverse("key-revocation", args=[workspace.slug, theirs.pk])).status_code == 404
    assert "It was never used." in client.get(reverse("key-revocation", args=[workspace.slug, mine.pk])).text
    client.post(reverse("key-revocation", args=[workspace.slug, mine.pk]))
    admin.post(reverse("key-revocation", args=[workspace.slug, theirs.pk]))
    assert ApiKey.objects.filter(revoked_at=None).count() == 0
    assert "revoked" in client.get(where).text


def test_a_viewer_is_told_why_and_makes_none() -> None:
    workspace = a_workspace()
    client = a_client(workspace, Role.VIEWER)

    assert "may make API keys" in client.get(reverse("keys", args=[workspace.slug])).text
    assert client.post(reverse("new-key", args=[workspace.slug]), {"name": "CI"}).status_code == 403
    assert "You have no API key here yet" in client.get(reverse("keys", args=[workspace.slug])).text


def test_the_same_page_sent_again_makes_no_second_key_and_says_so() -> None:
    workspace = a_workspace()
    client = a_client(workspace, Role.EDITOR)
    where = reverse("new-key", args=[workspace.slug])
    drawn = re.search(r'name="form" value="([0-9a-f-]{36})"', client.get(where).text)
    assert drawn
    form = {"name": "CI", "expires_on": day(30), "form": drawn[1], **ALL}

    first, again = client.post(where, form), client.post(where, form, follow=True)

    assert 'id="key"' in first.text
    assert again.redirect_chain == [(reverse("keys", args=[workspace.slug]), 302)]
    assert "was made already" in again.text
    assert ApiKey.objects.count() == 1
    assert client.post(where, {**form, "form": str(uuid4())}).status_code == 200
    assert ApiKey.objects.count() == 2


def test_keys_are_found_by_name_owner_and_ending_and_ordered() -> None:
    workspace = a_workspace()
    admin = a_client(workspace)
    owner = a_person(Role.EDITOR, workspace, name="Olga Oar")
    by = Actor(owner, channel="web")
    later = timezone.now() + timedelta(days=20)
    anchor, _ = create_api_key(workspace, name="Anchor", by=by)
    mast, _ = create_api_key(workspace, name="Mast", expires_at=later, by=by)
    create_api_key(workspace, name="Buoy", by=Actor(a_person(Role.EDITOR, workspace), channel="web"))
    anchor.was_used(timezone.now())

    def listed(**query: str) -> list[str]:
        text = admin.get(reverse("keys", args=[workspace.slug]), query).text
        return re.findall(r'class="title">(\w+)<', text)

    assert listed(q="ANCH") == ["Anchor"]
    assert listed(q="olga") == ["Mast", "Anchor"]
    assert listed(q=mast.mask) == ["Mast"]
    assert listed(q="no such") == []
    assert listed(order="name") == ["Anchor", "Buoy", "Mast"]
    assert listed(order="used")[0] == "Anchor"
    assert listed(order="ending")[0] == "Mast"
    assert listed(order="wrong") == ["Buoy", "Mast", "Anchor"]
