from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from deployments.models import Agent, Deployment, Role
from deployments.pipeline import change_ladder
from tests.signing_in import a_client
from tests.vocabulary import (
    a_person,
    a_workspace,
    an_actor,
    an_agent,
    edited,
    environment,
    live,
    promoted,
    published,
    rolled_back,
)

pytestmark = pytest.mark.django_db


def address(to: Deployment) -> str:
    return reverse("rollback", args=[to.agent.slug, to.environment.slug, to.pk])


def active(agent: Agent, where: str = "live") -> Deployment:
    held = environment(agent, where).active
    assert held is not None
    return held


def post(client: Client, to: Deployment, **said: Any) -> HttpResponse:
    return client.post(address(to), {"replacing": active(to.agent, to.environment.slug).pk, "message": "", **said})


def test_the_dialog_shows_who_leaves_and_who_returns() -> None:
    agent = an_agent()
    first = live(agent)
    published(agent, by=a_person(Role.EDITOR, agent.workspace, name="Ben Birch"))
    second = live(agent)

    text = a_client(agent, Role.RELEASER).get(address(first)).text

    assert "Rollback live version" in text
    assert f"Rollback from {second.version.short}</textarea>" in text
    assert "Ben Birch" in text
    assert f'value="{second.pk}"' in text
    assert "I understand" not in text
    assert "stays in the list and can be promoted again" in text
    assert reverse("comparison", args=[agent.slug, second.version.short, first.version.short]) in text


def test_it_says_how_many_versions_are_undone_and_whose() -> None:
    agent = an_agent()
    first = live(agent)
    ben = a_person(Role.RELEASER, agent.workspace, name="Ben Birch")
    published(agent, by=ben)
    published(agent, by=ben)

    sandbox = agent.deployments.get(environment__slug="sandbox", version=first.version)
    text = a_client(agent, Role.RELEASER).get(address(sandbox)).text

    assert "2 versions are undone in Sandbox, by Ben Birch." in text


def test_rolling_back_places_the_older_version_again_and_says_so() -> None:
    agent = an_agent()
    first = live(agent)
    second = live(agent)
    client = a_client(agent, Role.RELEASER)

    answer = post(client, first, message="Lorries are quoted as cars")
    shown = client.get(answer["Location"]).text

    placed = active(agent)
    assert answer["Location"] == reverse("environment", args=[agent.slug, "live"])
    assert (placed.version, placed.restored, placed.message) == (first.version, first, "Lorries are quoted as cars")
    assert "Rollback complete. Live runs" in shown
    assert reverse("rollback", args=[agent.slug, "live", second.pk]) in shown
    assert f'id="deployment-{second.pk}"' in shown


def test_pressed_twice_on_the_active_row_it_walks_further_back() -> None:
    agent = an_agent()
    first, second, _ = live(agent), live(agent), live(agent)
    client = a_client(agent, Role.RELEASER)

    for expected in (second, first):
        page = client.get(reverse("environment", args=[agent.slug, "live"])).text
        back = active(agent).previous
        assert back is not None
        assert address(back) in page
        post(client, back)
        assert active(agent).version == expected.version


def test_an_undo_is_confirmed_as_one_and_may_be_redone() -> None:
    agent = an_agent()
    first, second = live(agent), live(agent)
    client = a_client(agent, Role.RELEASER)
    page = client.get(post(client, first)["Location"]).text
    message = f"Undo of the rollback to {first.version.short}"
    assert f'value="{message}"' in page

    undo = client.post(address(second), {"replacing": active(agent).pk, "message": message})
    shown = client.get(undo["Location"]).text

    assert "Undone. Live runs" in shown
    assert "Rollback complete" not in shown
    assert "Redo</button>" in shown

    again = f"Redo of the rollback to {first.version.short}"
    assert f'value="{again}"' in shown
    redo = client.post(address(first), {"replacing": active(agent).pk, "message": again})
    shown = client.get(redo["Location"]).text

    assert "Redone. Live runs" in shown
    assert "Undo</button>" in shown
    assert f'value="{message}"' in shown


@pytest.mark.parametrize("typed", [None, "Lorries are quoted as cars"])
def test_a_rollback_looked_at_again_speaks_of_what_is_there_now_and_keeps_what_was_typed(typed: str | None) -> None:
    agent = an_agent()
    first, second = live(agent), live(agent)
    client = a_client(agent, Role.RELEASER)
    moved = live(agent)
    proposed = f"Rollback from {second.version.short}"
    seen = {"replacing": str(second.pk), "message": typed or proposed, "look": "now"}

    text = client.post(address(first), seen).text

    assert active(agent) == moved
    assert f"Live moved to version {moved.version.short}" in text
    assert f"{typed or f'Rollback from {moved.version.short}'}</textarea>" in text
    assert f'name="replacing" value="{moved.pk}"' in text


def test_looked_at_again_a_rollback_that_somebody_else_did_says_that_nothing_is_left_to_do() -> None:
    agent = an_agent()
    first, second = live(agent), live(agent)
    rolled_back(agent, "live")

    text = a_client(agent, Role.RELEASER).post(address(first), {"replacing": second.pk, "look": "now"}).text

    assert "What you reviewed has moved." in text
    assert "Nothing to roll back.</b> Already active in Live." in text
    assert '<button class="button primary"' not in text


def test_undo_brings_back_what_was_rolled_back() -> None:
    agent = an_agent()
    first, second = live(agent), live(agent)
    client = a_client(agent, Role.RELEASER)
    post(client, first)
    undo = {"replacing": active(agent).pk, "message": "Undo of the rollback"}

    answer = client.post(address(second), undo)

    assert answer.status_code == 302
    assert active(agent).version == second.version


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Undo of the rollback to {was}", "Rollback from {now}"),
        ("Rollback from {was}", "Rollback from {now}"),
        ("Crew at sea", "Crew at sea"),
    ],
)
def test_a_stale_undo_is_refused_in_words_and_says_nothing_of_what_it_was_for(sent: str, kept: str) -> None:
    agent = an_agent()
    first, second = live(agent), live(agent)
    rolled = rolled_back(agent, "live")
    third = live(agent)
    names = {"was": first.version.short, "now": third.version.short}

    answer = a_client(agent, Role.RELEASER).post(
        address(second), {"replacing": rolled.pk, "message": sent.format(**names)}
    )

    assert answer.status_code == 422
    assert "Nothing was changed." in answer.text
    assert f'value="{third.pk}"' in answer.text
    assert f">\n{kept.format(**names)}</textarea>" in answer.text
    assert active(agent) == third


def test_what_somebody_else_rolled_back_already_is_theirs_and_has_no_undo() -> None:
    agent = an_agent()
    first, second = live(agent), live(agent)
    ben = a_person(Role.RELEASER, agent.workspace, name="Ben Birch")
    rolled_back(agent, "live", by=ben)
    client = a_client(agent, Role.RELEASER)

    answer = client.post(address(first), {"replacing": second.pk, "message": ""})
    shown = client.get(answer["Location"]).text

    assert "Nothing was changed: Live runs" in shown
    assert "Rolled back by Ben Birch" in shown
    assert "Undo" not in shown
    assert agent.deployments.filter(version=first.version, environment__slug="live").count() == 2


def test_a_step_that_came_back_to_the_ladder_is_empty_and_has_had_versions() -> None:
    agent = an_agent()
    stood = promoted(published(agent), "pre-release")
    for steps in (2, 3):
        change_ladder(Agent.objects.get(pk=agent.pk), steps=steps, by=an_actor(agent, Role.ADMIN))
    client = a_client(agent, Role.RELEASER)

    page = client.get(reverse("environment", args=[agent.slug, "pre-release"])).text
    dialog = client.get(address(stood)).text
    change_ladder(Agent.objects.get(pk=agent.pk), steps=2, by=an_actor(agent, Role.ADMIN))
    history = client.get(reverse("history", args=[agent.slug])).text

    assert "Pre-release holds no version now." in page
    assert "Nothing: Pre-release holds no version now." in dialog
    assert "newer than" not in dialog
    assert reverse("environment", args=[agent.slug, "pre-release"]) not in history


def test_in_sandbox_an_existing_draft_stays_as_it_is() -> None:
    agent = an_agent()
    first = published(agent)
    published(agent)
    before = edited(agent)
    client = a_client(agent, Role.RELEASER)

    text = client.get(address(first)).text
    post(client, first)
    banner = client.get(reverse("environment", args=[agent.slug, "live"])).text

    assert "and so does the draft" in text
    assert agent.draft.state == before.state
    assert "Started from" in banner


def test_in_sandbox_nothing_is_promoted_so_what_was_replaced_can_be_had_back() -> None:
    agent = an_agent()
    first, second = published(agent), published(agent)
    client = a_client(agent, Role.RELEASER)

    post(client, first)

    text = client.get(reverse("environment", args=[agent.slug, "sandbox"])).text
    assert f"{second.version.short}" in text
    assert "which stays listed below and can be had back" in text
    assert "promoted again" not in text


def test_what_is_active_already_is_said_and_not_offered() -> None:
    agent = an_agent()
    placed = live(agent)

    text = a_client(agent, Role.RELEASER).get(address(placed)).text

    assert "Already active in Live." in text
    assert '<button class="button primary"' not in text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_a_role_that_does_not_reach_gets_403_with_the_reason(role: Role) -> None:
    agent = an_agent()
    first, second = live(agent), live(agent)

    answer = post(a_client(agent, role), first)

    assert answer.status_code == 403
    assert "Only releasers and admins may roll back." in answer.text
    assert active(agent) == second


def test_a_placement_of_another_environment_or_agent_is_not_there() -> None:
    agent, other = an_agent(), an_agent(a_workspace())
    first = live(agent)
    client = a_client(agent, Role.RELEASER)

    wrong_environment = reverse("rollback", args=[agent.slug, "sandbox", first.pk])

    assert client.get(wrong_environment).status_code == 404
    assert client.get(address(live(other))).status_code == 404
    assert a_client(other, Role.RELEASER).post(address(first), {}).status_code == 404


def test_other_methods_are_not_allowed() -> None:
    first = live(an_agent())

    assert a_client(first.agent, Role.RELEASER).put(address(first)).status_code == 405
