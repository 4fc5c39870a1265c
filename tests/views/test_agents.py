from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from deployments.models import Membership, Role
from tests.signing_in import a_client
from tests.vocabulary import a_person, a_workspace, an_agent, edited, live, promoted, published, rolled_back

pytestmark = pytest.mark.django_db


def shown(client: Client, **query: str) -> str:
    return client.get(reverse("agents"), query).text


def test_a_row_says_what_is_active_where_since_when_by_whom_and_how_far_behind() -> None:
    workspace = a_workspace()
    agent = an_agent(workspace)
    old = live(agent)
    promoted(published(agent), "pre-release", by=a_person(Role.RELEASER, workspace, name="Ben Birch"))
    newest = published(agent)
    edited(agent)

    text = shown(a_client(workspace, Role.EDITOR))

    row = text[text.index("<tbody>") :]
    for version in (old.version, newest.version):
        first, second, third = version.short[:3], version.short[3:6], version.short[6:]
        assert f"<span>{first}</span><span>{second}</span><span>{third}</span>" in row
    assert "Ben Birch" in row
    assert "2 behind" in row
    assert "1 behind" in row
    assert "1 change</a>" in row


def test_behind_counts_from_the_newest_version_even_after_a_rollback_of_sandbox() -> None:
    workspace = a_workspace()
    agent = an_agent(workspace)
    published(agent)
    published(agent)
    rolled_back(agent, "sandbox")

    assert "1 behind" in shown(a_client(workspace, Role.EDITOR))


def test_each_workspace_tells_the_time_of_its_own_zone() -> None:
    workspace = a_workspace()
    workspace.time_zone = "Pacific/Auckland"
    workspace.save()
    at = datetime(2026, 6, 2, 23, 30, tzinfo=UTC)
    published(an_agent(workspace, at=at), at=at)

    with time_machine.travel(datetime(2026, 6, 5, tzinfo=UTC)):
        text = shown(a_client(workspace, Role.EDITOR))

    assert "Wed 3 Jun, 11:30" in text


def test_what_is_not_there_is_said_in_words() -> None:
    workspace = a_workspace()
    an_agent(workspace, steps=2)
    an_agent(workspace)

    text = shown(a_client(workspace, Role.EDITOR))

    assert "Not on its ladder" in text
    assert "Nothing yet" in text


def test_only_agents_of_ones_own_workspaces_are_seen() -> None:
    mine, theirs, also_mine = a_workspace(name="Harbour"), a_workspace(name="Mountain"), a_workspace(name="Island")
    person = a_person(Role.VIEWER, mine)
    Membership.objects.create(workspace=also_mine, person=person, role=Role.EDITOR)
    for workspace, name in ((mine, "Ferry desk"), (theirs, "Hut desk"), (also_mine, "Bus desk")):
        an_agent(workspace, name=name)

    text = shown(a_client(person))

    assert "Ferry desk" in text
    assert "Bus desk" in text
    assert "Hut desk" not in text
    assert "Mountain" not in text
    assert text.count("Only editors, releasers and admins may make agents.") == 1
    assert reverse("new-agent", args=[also_mine.slug]) in text
    assert reverse("new-agent", args=[mine.slug]) not in text


def test_an_agent_is_found_by_name_or_id() -> None:
    workspace = a_workspace()
    an_agent(workspace, name="Ferry desk", slug="ferry-desk-7")
    an_agent(workspace, name="Hut desk", slug="hut-desk-7")
    client = a_client(workspace, Role.EDITOR)

    assert "Hut desk" not in shown(client, q="FERRY D")
    assert "Ferry desk" in shown(client, q="ferry-desk")
    assert "No agent you may see has “zzz”" in shown(client, q="zzz")


def test_an_empty_workspace_shows_how_to_begin() -> None:
    workspace = a_workspace()

    text = shown(a_client(workspace, Role.EDITOR))

    assert "Nothing on the slipway yet" in text
    assert reverse("new-agent", args=[workspace.slug]) in text
    assert f"--workspace {workspace.slug}" in text
    assert "Ask one of them." in shown(a_client(workspace, Role.VIEWER))


def test_somebody_without_a_workspace_is_told_what_to_do() -> None:
    assert "You belong to no workspace" in shown(a_client(a_person()))


def test_many_agents_go_on_and_cost_the_same_queries(
    django_assert_max_num_queries: Callable[[int], DjangoAssertNumQueries],
) -> None:
    workspace = a_workspace()
    for number in range(52):
        an_agent(workspace, name=f"Agent {number:02}", files={"project.yaml": b"project_id: a\n"})
    client = a_client(workspace, Role.EDITOR)
    shown(client)

    with django_assert_max_num_queries(10):  # type: ignore[attr-defined]
        text = shown(client)

    assert text.count('<th scope="row"') == 50
    assert shown(client, page="2").count('<th scope="row"') == 2


def test_only_reading_is_allowed_and_signed_out_it_asks_to_sign_in() -> None:
    assert a_client(a_workspace(), Role.EDITOR).post(reverse("agents")).status_code == 405
    assert Client().get(reverse("agents")).status_code == 302


@pytest.mark.parametrize("name", ["workspace-history", "webhooks"])
def test_the_navigation_leads_only_those_to_a_page_who_may_read_it(name: str) -> None:
    workspace = a_workspace()
    address = reverse(name, args=[workspace.slug])

    assert address not in shown(a_client(workspace, Role.RELEASER))
    assert address in shown(a_client(workspace, Role.ADMIN))


def test_agents_stand_in_the_order_of_their_names_whatever_their_case() -> None:
    workspace = a_workspace()
    for name in ("Pier", "bakery", "Airport"):
        an_agent(workspace, name=name)

    text = shown(a_client(workspace, Role.EDITOR))

    assert text.index("Airport") < text.index("bakery") < text.index("Pier")
