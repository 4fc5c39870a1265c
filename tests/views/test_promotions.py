from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from deployments.models import Agent, Deployment, Event, Role, Version
from deployments.pipeline import change_agent
from tests.signing_in import a_client
from tests.vocabulary import (
    a_number,
    a_person,
    a_workspace,
    an_actor,
    an_agent,
    environment,
    live,
    promoted,
    published,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def address(version: Version, to: str = "live") -> str:
    return reverse("promotion", args=[version.agent.slug, version.short, to])


def active(agent: Agent, where: str = "live") -> Deployment | None:
    return environment(agent, where).active


def post(client: Client, version: Version, to: str = "live", **said: Any) -> HttpResponse:
    held = active(version.agent, to)
    data = {"replacing": str(held.pk) if held else "", "message": "Before the season", "confirm": "on", **said}
    return client.post(address(version, to), {key: value for key, value in data.items() if value is not None})


def test_the_dialog_shows_who_leaves_and_who_enters() -> None:
    agent = an_agent()
    first = live(agent)
    second = promoted(published(agent, "Night boat"), "pre-release")

    text = a_client(agent, Role.RELEASER).get(address(second.version)).text

    assert "Promote version live" in text
    assert "I understand and wish to continue" in text
    assert f'value="{first.pk}"' in text
    assert text.index("Leaves Live") < text.index("Enters Live")
    assert "1 resource differs" in text
    assert reverse("comparison", args=[agent.slug, first.version.short, second.version.short]) in text
    assert "Sandbox and Pre-release stay as they are" in text
    assert 'rows="2"' in text
    assert "Night boat</textarea>" in text


def test_promoting_places_it_and_says_what_it_replaced_with_the_way_back() -> None:
    agent = an_agent()
    first = live(agent)
    second = promoted(published(agent), "pre-release")
    client = a_client(agent, Role.RELEASER)

    answer = post(client, second.version)
    shown = client.get(answer["Location"]).text

    placed = active(agent)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("environment", args=[agent.slug, "live"])
    assert placed is not None
    assert (placed.version, placed.message) == (second.version, "Before the season")
    assert "is now in Live.</b>" in shown
    assert reverse("rollback", args=[agent.slug, "live", first.pk]) in shown
    assert f'name="replacing" value="{placed.pk}"' in shown
    line = agent.events.get(kind=Event.Kind.PROMOTED, deployment=placed)
    assert reverse("event", args=[agent.slug, line.pk]) in shown
    assert ">Undo<" in shown.replace("</svg>Undo", "</svg>>Undo")


def test_undo_is_absent_where_nothing_was_replaced() -> None:
    agent = an_agent()
    version = published(agent).version
    client = a_client(agent, Role.RELEASER)

    shown = client.get(post(client, version)["Location"]).text

    assert "Nothing stood there." in shown
    assert "Undo" not in shown


@pytest.mark.parametrize(("moves", "served"), [(False, "next conversation on"), (True, "next turn on")])
def test_it_says_from_when_callers_are_served_by_it(moves: bool, served: str) -> None:
    agent = an_agent()
    version = published(agent).version
    number = a_number(agent)
    agent.environments.filter(slug="live").update(moves_conversations=moves)

    text = a_client(agent, Role.RELEASER).get(address(version)).text

    assert served in text
    assert f"hear the new version from their next {'turn' if moves else 'call'} on" in text
    assert number.international in text


def test_live_needs_the_tick_and_pre_release_does_not() -> None:
    agent = an_agent()
    version = published(agent).version
    client = a_client(agent, Role.RELEASER)

    refused = post(client, version, confirm=None)
    allowed = post(client, version, to="pre-release", confirm=None)

    assert refused.status_code == 422
    assert active(agent) is None
    assert "Before the season</textarea>" in refused.text
    assert agent.events.filter(refused=True).count() == 0
    assert allowed.status_code == 302


def test_a_stale_promotion_changes_nothing_and_says_what_moved() -> None:
    agent = an_agent()
    first = live(agent)
    mine, theirs = published(agent), published(agent)
    moved = promoted(theirs, "live", by=a_person(Role.RELEASER, agent.workspace, name="Ben Birch"))
    client = a_client(agent, Role.RELEASER)

    answer = post(client, mine.version, replacing=str(first.pk))

    assert answer.status_code == 422
    assert active(agent) == moved
    assert "Nothing was changed." in answer.text
    assert "by Ben Birch" in answer.text
    assert f'name="replacing" value="{moved.pk}"' in answer.text
    assert "Before the season</textarea>" in answer.text
    assert "checked" not in answer.text
    assert reverse("comparison", args=[agent.slug, first.version.short, moved.version.short]) in answer.text


def test_a_stale_promotion_as_htmx_lands_in_the_dialog() -> None:
    agent = an_agent()
    first = live(agent)
    mine = published(agent)
    live(agent)
    client = a_client(agent, Role.RELEASER)

    answer = client.post(address(mine.version), {"replacing": first.pk, "confirm": "on"}, headers=HTMX)

    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#dialog"
    assert answer.text.strip().startswith("<dialog")


def test_a_dialog_looked_at_again_shows_what_is_there_now_keeps_what_was_typed_and_does_nothing() -> None:
    agent = an_agent()
    first = live(agent)
    mine, theirs = published(agent), published(agent)
    client = a_client(agent, Role.RELEASER)
    assert f'data-seen="live={first.pk}"' in client.get(address(mine.version)).text
    moved = promoted(theirs, "live", by=a_person(Role.RELEASER, agent.workspace, name="Ben Birch"))

    answer = client.post(
        address(mine.version),
        {"replacing": first.pk, "message": "Before the season", "confirm": "on", "look": "now"},
        headers=HTMX,
    )

    assert answer.status_code == 200
    assert answer["HX-Retarget"] == "#dialog"
    assert active(agent) == moved
    assert not agent.events.filter(refused=True).exists()
    assert "What you reviewed has moved." in answer.text
    assert "by Ben Birch" in answer.text
    assert f'name="replacing" value="{moved.pk}"' in answer.text
    assert f'data-seen="live={moved.pk}"' in answer.text
    assert "Before the season</textarea>" in answer.text
    assert 'name="confirm"' in answer.text
    assert "checked" not in answer.text, "agreed to while another was to leave"


def test_looked_at_again_what_was_reviewed_in_a_comparison_is_over_once_it_moved() -> None:
    agent = an_agent()
    first = live(agent)
    source = promoted(published(agent), "pre-release")
    client = a_client(agent, Role.RELEASER)
    reviewed = {"replacing": str(first.pk), "right": str(source.pk)}
    shown = client.get(address(source.version), reviewed).text
    assert f'data-seen="live={first.pk}&amp;pre-release={source.pk}"' in shown
    promoted(published(agent), "pre-release")

    answer = client.post(address(source.version), {**reviewed, "confirm": "on", "look": "now"})

    assert "Pre-release moved to version" in answer.text
    assert '<button class="button primary"' not in answer.text
    assert active(agent) == first


def test_what_nobody_can_have_seen_is_not_looked_at_again() -> None:
    agent = an_agent()
    version = published(agent).version

    answer = a_client(agent, Role.RELEASER).post(address(version), {"replacing": "x", "look": "now"})

    assert answer.status_code == 404


def test_a_dialog_that_is_a_page_is_answered_where_it_stands() -> None:
    agent = an_agent()
    version = published(agent).version
    here = {**HTMX, "HX-Current-URL": f"http://testserver{address(version)}"}

    answer = a_client(agent, Role.RELEASER).post(address(version), {"replacing": ""}, headers=here)

    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#main"


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_environments_name_leads_to_the_dialog_of_exactly_what_stands_there(method: str) -> None:
    agent = an_agent()
    version = published(agent).version
    named = reverse("promotion", args=[agent.slug, "sandbox", "live"])

    answer = getattr(a_client(agent, Role.RELEASER), method)(named, {"confirm": "on"})

    assert answer["Location"] == address(version)
    assert active(agent) is None


def test_sent_twice_it_is_placed_once() -> None:
    agent = an_agent()
    live(agent)
    version = published(agent).version
    client = a_client(agent, Role.RELEASER)
    held = active(agent)
    assert held is not None

    answers = [post(client, version, replacing=str(held.pk)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert agent.deployments.filter(environment__slug="live", version=version).count() == 1


def test_it_says_how_many_versions_it_passes_over_and_whose() -> None:
    agent = an_agent()
    live(agent)
    published(agent, by=a_person(Role.EDITOR, agent.workspace, name="Ben Birch"))
    published(agent, by=a_person(Role.EDITOR, agent.workspace, name="Cleo Crane"))
    newest = published(agent)

    text = a_client(agent, Role.RELEASER).get(address(newest.version)).text

    assert "It passes over 2 versions between the two, by Cleo Crane and Ben Birch." in text


def test_an_older_version_says_so_and_what_it_undoes() -> None:
    agent = an_agent()
    old = published(agent)
    live(agent)

    text = a_client(agent, Role.RELEASER).get(address(old.version)).text

    assert "This is older than what Live runs now." in text
    assert "It undoes 1 version by" in text


def test_a_hotfix_says_which_step_it_skips() -> None:
    agent = an_agent()
    version = published(agent).version
    client = a_client(agent, Role.RELEASER)

    assert "Pre-release is skipped." in client.get(address(version)).text
    promoted(version, "pre-release")
    assert "Pre-release is skipped." not in client.get(address(version)).text


def test_a_rule_of_the_agent_is_said_in_the_dialog_and_kept_by_the_write() -> None:
    agent = an_agent()
    version = published(agent).version
    change_agent(agent, require_pre_release=True, by=an_actor(agent))
    client = a_client(agent, Role.RELEASER)

    shown = client.get(address(version))
    sent = post(client, version)

    assert "This agent requires Pre-release before Live." in shown.text
    assert '<button class="button primary"' not in shown.text
    assert sent.status_code == 422
    assert active(agent) is None


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_a_role_that_does_not_reach_gets_403_with_the_reason(role: Role) -> None:
    agent = an_agent()
    version = published(agent).version
    client = a_client(agent, role)

    asked, sent = client.get(address(version)), post(client, version)

    assert (asked.status_code, sent.status_code) == (403, 403)
    assert "Only releasers and admins may promote." in sent.text
    assert active(agent) is None
    assert agent.events.filter(refused=True, code="no_permission").count() == 1


def test_a_message_that_is_too_long_is_refused_and_kept() -> None:
    agent = an_agent()
    version = published(agent).version

    answer = post(a_client(agent, Role.RELEASER), version, message="a" * 5001)

    assert answer.status_code == 422
    assert "This is 5,001 characters and 5,000 fit." in answer.text
    assert "a" * 5001 in answer.text
    assert active(agent) is None


def test_a_line_end_counts_once_however_the_browser_sends_it() -> None:
    agent = an_agent()
    version = published(agent).version

    answer = post(a_client(agent, Role.RELEASER), version, message="ab\r\n" * 1666)

    assert answer.status_code == 302


@pytest.mark.parametrize("ref", ["draft", "live", "abcdef012"])
def test_only_a_published_version_can_be_promoted(ref: str) -> None:
    agent = an_agent()

    assert a_client(agent, Role.RELEASER).get(reverse("promotion", args=[agent.slug, ref, "live"])).status_code == 404


def test_somebody_elses_agent_is_not_there() -> None:
    version = published(an_agent()).version
    client = a_client(an_agent(a_workspace()), Role.RELEASER)

    assert client.get(address(version)).status_code == 404
    assert client.post(address(version), {"confirm": "on"}).status_code == 404
    assert active(version.agent) is None


def test_other_methods_are_not_allowed_and_signed_out_nothing_moves() -> None:
    agent = an_agent()
    version = published(agent).version

    assert a_client(agent, Role.RELEASER).delete(address(version)).status_code == 405
    assert Client().post(address(version), {"confirm": "on"}).status_code == 302
    assert active(agent) is None


def test_a_forged_form_is_refused() -> None:
    agent = an_agent()
    version = published(agent).version
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_person(Role.ADMIN, agent.workspace), backend="django.contrib.auth.backends.ModelBackend")

    assert client.post(address(version), {"confirm": "on"}).status_code == 403
    assert active(agent) is None


def test_a_dialog_that_is_a_page_of_its_own_says_why_a_form_from_before_signing_in_again_did_nothing() -> None:
    agent = an_agent()
    version = published(agent).version
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_person(Role.ADMIN, agent.workspace), backend="django.contrib.auth.backends.ModelBackend")
    here = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{address(version)}"}

    answer = client.post(address(version), {"confirm": "on"}, headers=here)
    page = client.get(answer["HX-Redirect"])

    assert "so nothing was changed. Try once more." in page.text
    assert active(agent) is None
