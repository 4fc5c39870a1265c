"""“Save as test case”: in a conversation, and for those ticked in the list."""

from __future__ import annotations

import pytest
from django.urls import reverse

from deployments import pipeline
from deployments.models import Agent, Conversation, Role
from tests.signing_in import a_client
from tests.vocabulary import an_agent, answered, begun, live

pytestmark = pytest.mark.django_db


def a_talk(agent: Agent, said: str = "How many bags?") -> Conversation:
    talk = begun(agent)
    answered(talk, said, "Two.")
    return talk


def test_a_conversation_is_a_case_with_one_press_and_its_form_is_open() -> None:
    agent = an_agent()
    live(agent)
    talk, client = a_talk(agent), a_client(agent, Role.EDITOR)
    address = reverse("conversation-case", args=[agent.slug, talk.pk])

    page = client.get(reverse("conversation", args=[agent.slug, talk.pk])).content.decode()
    opened = client.post(address, follow=True)

    assert f'action="{address}"' in page
    assert opened.redirect_chain == [(reverse("edit", args=[agent.slug, "test_suite/how_many_bags.yaml"]), 302)]
    assert "This conversation is a test case of the draft now." in opened.content.decode()
    activity = client.get(reverse("draft", args=[agent.slug])).content.decode()
    assert "How many bags" in activity


def test_several_are_ticked_in_the_list_and_those_of_other_agents_are_none_of_them() -> None:
    agent, other = an_agent(), an_agent()
    live(agent)
    live(other)
    talks = [a_talk(agent), a_talk(agent, "May I bring skis?")]
    client = a_client(agent, Role.EDITOR)
    address = reverse("conversation-cases", args=[agent.slug])

    page = client.get(reverse("conversations", args=[agent.slug])).content.decode()
    sent = client.post(address, {"conversation": [*(each.pk for each in talks), a_talk(other).pk, "nothing"]})

    assert all(f'value="{each.pk}"' in page for each in talks)
    assert sent["Location"] == reverse("draft", args=[agent.slug])
    draft = pipeline.draft_of(agent)
    assert draft is not None
    assert {path for path in draft.files if path.startswith("test_suite/")} == {
        "test_suite/how_many_bags.yaml",
        "test_suite/may_i_bring_skis.yaml",
    }


def test_where_none_is_ticked_or_nothing_was_said_the_page_says_so_and_no_draft_begins() -> None:
    agent = an_agent()
    live(agent)
    silent, client = begun(agent), a_client(agent, Role.EDITOR)

    none = client.post(reverse("conversation-cases", args=[agent.slug]) + "?state=open", follow=True)
    nothing = client.post(reverse("conversation-case", args=[agent.slug, silent.pk]), follow=True)

    assert none.redirect_chain == [(reverse("conversations", args=[agent.slug]) + "?state=open", 302)]
    assert "Choose at least one conversation." in none.content.decode()
    assert "there is nothing to test" in nothing.content.decode()
    assert pipeline.draft_of(agent) is None


def test_a_viewer_is_offered_nothing_and_keeps_nothing() -> None:
    agent = an_agent()
    live(agent)
    talk, client = a_talk(agent), a_client(agent, Role.VIEWER)

    pages = [
        client.get(reverse("conversations", args=[agent.slug])),
        client.get(reverse("conversation", args=[agent.slug, talk.pk])),
    ]
    sent = client.post(reverse("conversation-case", args=[agent.slug, talk.pk]))

    assert not any("Save as test case" in page.content.decode() for page in pages)
    assert sent.status_code == 403
    assert pipeline.draft_of(agent) is None
