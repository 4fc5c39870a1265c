from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from deployments.models import Agent, Event, Role
from tests.signing_in import a_client
from tests.vocabulary import BROKEN, a_number, a_person, a_workspace, an_agent, edited, published, rolled_back

pytestmark = pytest.mark.django_db


def address(agent: Agent) -> str:
    return reverse("publication", args=[agent.slug])


def post(client: Client, agent: Agent, state: str, description: str = "Winter timetable") -> HttpResponse:
    return client.post(address(agent), {"state": state, "description": description})


def test_the_dialog_shows_exactly_the_draft_and_what_it_changes() -> None:
    agent = an_agent()
    base = published(agent)
    draft = edited(agent, by=a_person(Role.EDITOR, agent.workspace, name="Ben Birch"))

    text = a_client(agent, Role.EDITOR).get(address(agent)).text

    assert f'name="state" value="{draft.state}"' in text
    assert "of 1 change by Ben Birch" in text
    assert f"{reverse('comparison', args=[agent.slug, base.version.short, 'draft'])}#" in text
    assert "Pre-release and Live stay as they are." in text


def test_publishing_places_the_draft_in_sandbox_and_takes_the_banner_away() -> None:
    agent = an_agent()
    published(agent)
    draft = edited(agent)
    client = a_client(agent, Role.EDITOR)

    answer = post(client, agent, draft.state)
    shown = client.get(answer["Location"]).text

    version = agent.versions.latest("number")
    assert answer["Location"] == reverse("environment", args=[agent.slug, "sandbox"])
    assert version.description == "Winter timetable"
    assert "to Sandbox.</b>" in shown
    assert 'id="now">Winter timetable</h2>' in shown
    assert 'aria-label="Draft"' not in shown


def test_a_draft_that_changed_meanwhile_is_not_published_and_what_was_typed_stays() -> None:
    agent = an_agent()
    reviewed = edited(agent).state
    topic = {"topics/pets.yaml": b"name: Pets\nenabled: true\ncontent: Dogs.\nactions: ''\n"}
    now = edited(agent, topic, by=a_person(Role.EDITOR, agent.workspace, name="Ben Birch")).state

    answer = post(a_client(agent, Role.EDITOR), agent, reviewed)

    assert answer.status_code == 422
    assert "The draft changed since you opened this." in answer.text
    arrived = answer.text[answer.text.index("Saved since you opened this") :]
    arrived = arrived[: arrived.index("</ul>")]
    assert "Ben Birch" in arrived
    assert "Pets" in arrived
    assert arrived.count("<li>") == 1  # and not what was reviewed
    assert f'name="state" value="{now}"' in answer.text
    assert "Winter timetable</textarea>" in answer.text
    assert not agent.versions.exists()


def test_errors_are_listed_with_their_places_and_publishing_is_refused() -> None:
    agent = an_agent()
    draft = edited(agent, BROKEN)
    client = a_client(agent, Role.EDITOR)

    shown = client.get(address(agent)).text
    sent = post(client, agent, draft.state)

    place = reverse("edit", args=[agent.slug, "topics/tides.yaml"]) + "?file"
    assert place in shown
    assert '<button class="button primary"' in shown
    assert sent.status_code == 422
    assert place in sent.text
    assert "Winter timetable</textarea>" in sent.text
    assert not agent.versions.exists()
    assert agent.draft.state == draft.state


def test_a_stale_page_learns_that_somebody_was_quicker() -> None:
    agent = an_agent()
    state = edited(agent).state
    published(agent)

    answer = post(a_client(agent, Role.EDITOR), agent, state)

    assert answer.status_code == 422
    assert "Nothing to publish. Someone published or deleted this draft at" in answer.text
    assert "Nothing was published." not in answer.text
    assert agent.versions.count() == 1
    assert agent.events.filter(kind=Event.Kind.PUBLISHED, refused=False).count() == 1


def test_without_a_draft_there_is_nothing_to_press() -> None:
    agent = an_agent()
    published(agent)

    text = a_client(agent, Role.EDITOR).get(address(agent)).text

    assert "Nothing to publish." in text
    assert '<button class="button primary"' not in text


def test_a_draft_that_began_elsewhere_than_sandbox_is_warned_of() -> None:
    agent = an_agent()
    first = published(agent)
    second = published(agent)
    edited(agent)
    rolled_back(agent, "sandbox")

    text = a_client(agent, Role.EDITOR).get(address(agent)).text

    assert "This draft started from" in text
    assert reverse("comparison", args=[agent.slug, first.version.short, "draft"]) in text
    assert second.version.short[:3] in text


def test_a_description_that_is_too_long_is_refused_and_kept() -> None:
    agent = an_agent()
    state = edited(agent).state

    answer = post(a_client(agent, Role.EDITOR), agent, state, "é" * 5001)

    assert answer.status_code == 422
    assert "This is 5,001 characters and 5,000 fit." in answer.text
    assert "é" * 5001 in answer.text
    assert not agent.versions.exists()


def test_a_viewer_gets_403_with_the_reason() -> None:
    agent = an_agent()
    state = edited(agent).state
    client = a_client(agent, Role.VIEWER)

    answer = post(client, agent, state)

    assert client.get(address(agent)).status_code == 403
    assert answer.status_code == 403
    assert "Only editors, releasers and admins may publish." in answer.text
    assert not agent.versions.exists()


def test_as_htmx_only_the_dialog() -> None:
    agent = an_agent()
    edited(agent)

    answer = a_client(agent, Role.EDITOR).get(address(agent), headers={"HX-Request": "true"})

    assert answer.text.strip().startswith("<dialog")


def test_somebody_elses_draft_is_not_there_and_other_methods_are_not_allowed() -> None:
    agent = an_agent()
    edited(agent)
    stranger = a_client(an_agent(a_workspace()), Role.EDITOR)

    assert stranger.get(address(agent)).status_code == 404
    assert stranger.post(address(agent), {}).status_code == 404
    assert a_client(agent, Role.EDITOR).delete(address(agent)).status_code == 405
    assert Client().get(address(agent)).status_code == 302


def test_the_dialog_names_the_numbers_whose_callers_hear_it() -> None:
    agent = an_agent()
    edited(agent)
    assert "Their callers hear this" not in a_client(agent, Role.EDITOR).get(address(agent)).text
    a_number(agent, "sandbox", "+44 20 7946 0018")

    page = a_client(agent, Role.EDITOR).get(address(agent)).text

    assert "1 number reaches Sandbox" in page
    assert "7946 0018" in page


def test_each_problem_leads_to_its_field_on_the_page_that_edits_it() -> None:
    agent = an_agent()
    topic = "topics/luggage_limits.yaml"
    edited(agent, {topic: b"name: Luggage limits\nenabled: true\ncontent: x\nactions: 'Call {{fn:nobody}}'\n"})
    client = a_client(agent, Role.EDITOR)
    field = reverse("edit", args=[agent.slug, topic])

    dialog = client.get(address(agent)).text

    assert f'href="{field}?line=1#problem-actions"' in dialog
    assert 'id="f-actions"' in client.get(field).text
