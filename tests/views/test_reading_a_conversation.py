"""One conversation: what was said, what happened in each turn, and what is written beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deployments.models import Role, Thread
from deployments.runtime import turns
from tests.signing_in import a_client
from tests.views.test_conversations import FAILED, HANDED, NOON, talk
from tests.vocabulary import (
    an_agent,
    answered,
    begun,
    live,
    promoted,
    published,
)

pytestmark = pytest.mark.django_db


def test_one_conversation_tells_what_was_said_and_what_happened_and_leads_to_the_version_that_answered() -> None:
    agent = an_agent()
    first = live(agent)
    called = talk(agent, "Where is my <b>cabin</b>?", channel="voice", functions=[FAILED], ended=HANDED)
    promoted(published(agent), "live")
    client = a_client(agent, Role.VIEWER)

    text = client.get(reverse("conversation", args=[agent.slug, called.pk])).text

    short = first.version.short
    assert "Where is my &lt;b&gt;cabin&lt;/b&gt;?" in text
    assert "Two bags." in text
    assert reverse("version-resource", args=[agent.slug, short, "functions/find_cabin.py"]) in text
    assert "KeyError: &#x27;QX7&#x27;" in text
    assert "Handed off to front_desk" in text
    assert reverse("comparison", args=[agent.slug, short, "live"]) in text
    placement = agent.events.get(deployment=first.pk)
    assert reverse("event", args=[agent.slug, placement.pk]) in text
    assert 'id="drawer-title"' not in text


def test_the_drawer_of_a_turn_tells_all_that_happened_in_it() -> None:
    agent = an_agent()
    live(agent)
    called = begun(agent, at=NOON)
    answered(
        called,
        "How many bags?",
        "Two bags.",
        topics=[turns.TopicFound(path="topics/luggage_limits.yaml", name="Luggage limits", score=0.91, exact=True)],
        functions=[FAILED],
        requests=[turns.Request(prompt="You are a ferry.", offered=["find_cabin"], answer="Two bags.", seconds=0.3)],
        state={"bags": (None, 2)},
        intentions=[turns.Intention(kind="sms", told={"text": "Two bags."})],
        notes=[turns.Note(level="warning", text="No such step.", path="flows/a/flow_config.yaml")],
        flow="Booking",
        step="Ask",
    )
    client = a_client(agent, Role.VIEWER)

    answer = client.get(reverse("conversation", args=[agent.slug, called.pk]), {"turn": "1"})

    drawer = answer.text[answer.text.index('id="drawer"') :]
    for told in ("Luggage limits", "exact, 0.91", "find_cabin failed.", "line 19", "You are a ferry.", "No such step."):
        assert told in drawer
    for told in ("Booking", "recorded, not sent", ">unset</span> → 2", "looked up"):
        assert told in drawer
    assert "Turn 1" in drawer


def test_the_drawer_comes_and_goes_with_the_page_that_htmx_fetches() -> None:
    agent = an_agent()
    live(agent)
    called = talk(agent, "Hello")
    client, address = a_client(agent, Role.VIEWER), reverse("conversation", args=[agent.slug, called.pk])

    opened = client.get(address, {"turn": "1"}, headers={"HX-Request": "true"}).text
    left = client.get(reverse("history", args=[agent.slug]), headers={"HX-Request": "true"}).text

    assert '<div class="dock" id="drawer" hx-swap-oob="true"' in opened
    assert 'id="drawer-title"' in opened
    assert '<div class="dock" id="drawer" hx-swap-oob="true"' in left
    assert 'id="drawer-title"' not in left


def test_resources_of_a_draft_conversation_lead_to_their_editor_for_who_may_edit() -> None:
    agent = an_agent()
    called = talk(agent, "Hello", "draft", by=Role.EDITOR, functions=[FAILED])
    address = reverse("conversation", args=[agent.slug, called.pk])

    assert (
        reverse("edit", args=[agent.slug, "functions/find_cabin.py"]) in a_client(agent, Role.EDITOR).get(address).text
    )
    assert (
        reverse("resource", args=[agent.slug, "functions/find_cabin.py"])
        in a_client(agent, Role.VIEWER).get(address).text
    )


def test_newer_and_older_go_along_the_list_it_was_opened_from() -> None:
    agent = an_agent()
    live(agent)
    first, other, last = (
        talk(agent, said, at=NOON + timedelta(minutes=number), channel=channel)
        for number, (said, channel) in enumerate([("One", "voice"), ("Two", "webchat"), ("Three", "voice")])
    )
    client = a_client(agent, Role.VIEWER)

    alone = client.get(reverse("conversation", args=[agent.slug, other.pk]))
    narrowed = client.get(reverse("conversation", args=[agent.slug, last.pk]), {"scope": "voice", "turn": "1"})

    assert alone.context["newer"] == reverse("conversation", args=[agent.slug, last.pk])
    assert alone.context["older"] == reverse("conversation", args=[agent.slug, first.pk])
    assert narrowed.context["newer"] == ""
    assert narrowed.context["older"] == reverse("conversation", args=[agent.slug, first.pk]) + "?scope=voice"


def test_a_conversation_costs_the_same_queries_however_long_it_is() -> None:
    agent = an_agent()
    live(agent)
    called = talk(agent, "Hello")
    client, address = a_client(agent, Role.VIEWER), reverse("conversation", args=[agent.slug, called.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(20):
        answered(called, f"And {number}?", "Yes.")

    with CaptureQueriesContext(connection) as many:
        client.get(address)

    assert len(many) == len(few)


def test_a_note_is_counted_as_its_reader_sees_it() -> None:
    agent = an_agent()
    live(agent)
    called = talk(agent, "Hello")
    client, note = a_client(agent, Role.EDITOR), reverse("conversation-note", args=[agent.slug, called.pk])
    lines = "\n".join(["bags"] * 1000)

    saved = client.post(note, {"note": lines.replace("\n", "\r\n"), "tags": ""})
    refused = client.post(note, {"note": f"{lines} and more", "tags": ""})

    called.refresh_from_db()
    assert saved.status_code == 302
    assert called.note == lines
    assert "This is 5,008 characters and 5,000 fit." in refused.text


def test_note_tags_and_marks_are_written_by_an_editor_and_refused_to_a_viewer() -> None:
    agent = an_agent()
    live(agent)
    called = talk(agent, "Hello")
    editor, viewer = a_client(agent, Role.EDITOR), a_client(agent, Role.VIEWER)
    note = reverse("conversation-note", args=[agent.slug, called.pk])
    marks = reverse("turn-marks", args=[agent.slug, called.pk, 1])

    saved = editor.post(note + "?scope=voice", {"note": "Two, not three.", "tags": "Bags, summer"})
    editor.post(marks, {"mark": ["agent wrong_info", "user wrong_transcript"]})
    editor.post(marks, {"mark": ["agent wrong_info"]})
    refused = editor.post(note, {"note": "Kept as typed", "tags": "a" * 60})

    called.refresh_from_db()
    assert saved["Location"] == reverse("conversation", args=[agent.slug, called.pk]) + "?scope=voice"
    assert (called.note, called.tags) == ("Two, not three.", ["Bags", "summer"])
    assert called.turns.get(number=1).annotations == {"agent": ["wrong_info"]}
    assert refused.status_code == 422
    assert "Kept as typed" in refused.text
    assert "cannot be a tag" in refused.text
    assert viewer.post(note, {"note": "Mine"}).status_code == 403
    assert viewer.post(marks, {"mark": ["agent wrong_info"]}).status_code == 403
    assert "Two, not three." in viewer.get(reverse("conversation", args=[agent.slug, called.pk])).text


def test_a_turn_whose_agent_said_nothing_and_whose_caller_was_silent_says_so() -> None:
    agent = an_agent()
    live(agent)
    called = begun(agent, greeting="")
    answered(called, "")

    text = a_client(agent, Role.VIEWER).get(reverse("conversation", args=[agent.slug, called.pk])).text

    assert text.count("said nothing") == 3
    assert Thread.objects.get(pk=called.pk).standing["turns"] == 2
