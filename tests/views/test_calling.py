"""What callers see and send by a shareable link, signed in nowhere."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from deployments.models import Agent, Conversation, Role, TalkLink
from deployments.pipeline.talk_links import change_talk_link, renew_talk_link
from deployments.views.calling import visiting
from tests.vocabulary import FILES, a_person, an_actor, an_agent, begun, edited, environment, live, promoted, published

pytestmark = pytest.mark.django_db

BAGS = "How many bags may I bring?"
NEW = {"topics/luggage_limits.yaml": FILES["topics/luggage_limits.yaml"].replace(b"Two bags", b"Three bags")}


def a_link(
    agent: Agent, where: str = "live", *, is_on: bool = True, sites: tuple[str, ...] = (), turns: int = 50
) -> TalkLink:
    by = an_actor(agent, Role.ADMIN)
    return change_talk_link(environment(agent, where), is_on=is_on, sites=sites, turns_a_day=turns, by=by)


def begins(link: TalkLink, client: Client) -> Conversation:
    answer = client.post(reverse("talk", args=[link.token]))
    assert answer.status_code == 302
    return Conversation.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])


def says(link: TalkLink, conversation: Conversation, words: str, client: Client, number: int | None = None) -> str:
    conversation.refresh_from_db()
    number = conversation.turn_count if number is None else number
    address = reverse("talk-said", args=[link.token, conversation.pk])
    return client.post(address, {"said": words, "number": number}, follow=True).text


def test_opening_the_page_begins_nothing(client: Client) -> None:
    agent = an_agent()
    live(agent)

    answer = client.get(reverse("talk", args=[a_link(agent).token]))

    assert answer.status_code == 200
    assert not Conversation.objects.exists()
    assert not answer.cookies


def test_words_that_only_ears_hear_do_not_turn_a_line_round(client: Client) -> None:
    """`dir="auto"` goes by the first letter it finds, unless that stands in something with a direction of its own."""
    agent = an_agent(name="مكتب الحجوزات")
    live(agent)
    link = a_link(agent)

    page = says(link, begins(link, client), "Where is my bag?", client)

    lines = re.findall(r'<li[^>]* dir="auto"><span class="visually-hidden"([^>]*)>', page)
    assert len(lines) == 3
    assert all("dir=" in attributes for attributes in lines)


def test_a_caller_is_answered_by_what_is_live_and_the_conversation_is_kept_as_a_real_one(client: Client) -> None:
    agent = an_agent()
    placed = live(agent)
    link = a_link(agent)

    conversation = begins(link, client)
    page = says(link, conversation, BAGS, client)

    assert "Two bags of 20 kg each" in page
    conversation.refresh_from_db()
    assert (conversation.tested, conversation.version, conversation.deployment) == (False, placed.version, placed)


def test_who_talks_already_keeps_the_version_and_who_comes_gets_the_promoted_one(client: Client) -> None:
    agent = an_agent()
    live(agent)
    link = a_link(agent)
    before = begins(link, client)
    edited(agent, NEW)
    promoted(promoted(published(agent), "pre-release"), "live")

    after = begins(link, Client())

    assert "Two bags" in says(link, before, BAGS, client)
    assert "Three bags" in says(link, after, BAGS, client)


def test_a_caller_sees_words_alone(client: Client) -> None:
    agent = an_agent()
    live(agent)
    link = a_link(agent)

    page = says(link, begins(link, client), BAGS, client)

    assert "Be brief" not in page
    assert "luggage_limits" not in page


def test_the_same_turn_sent_twice_is_said_once(client: Client) -> None:
    agent = an_agent()
    live(agent)
    link = a_link(agent)
    conversation = begins(link, client)

    says(link, conversation, BAGS, client, number=1)
    page = says(link, conversation, BAGS, client, number=1)

    assert page.count("Two bags of 20 kg each") == 1


@pytest.mark.parametrize("how", ["off", "renewed", "made up"])
def test_a_link_that_is_off_or_another_leads_nowhere(client: Client, how: str) -> None:
    agent = an_agent()
    live(agent)
    link = a_link(agent, is_on=how != "off")
    token = "made-up" if how == "made up" else link.token
    if how == "renewed":
        renew_talk_link(link.environment, by=an_actor(agent, Role.ADMIN))

    answer = client.get(reverse("talk", args=[token]))
    assert answer.status_code == 404
    assert "Nobody answers at this address." in answer.text
    assert 'href="/' not in answer.text.partition("<body")[2]  # no way into Slipway
    assert client.post(reverse("talk", args=[token])).status_code == 404
    assert not Conversation.objects.exists()


def test_nobody_reaches_a_conversation_that_was_not_begun_by_this_link(client: Client) -> None:
    agent = an_agent()
    live(agent)
    link, other = a_link(agent), a_link(agent, "sandbox")
    elsewhere = begins(other, client)

    for pk in (begun(agent, by=Role.VIEWER).pk, begun(agent).pk, elsewhere.pk, uuid4()):
        assert client.get(reverse("talked", args=[link.token, pk])).status_code == 404
        said = client.post(reverse("talk-said", args=[link.token, pk]), {"said": BAGS, "number": 1})
        assert said.status_code == 404


def test_only_the_sites_that_are_allowed_may_frame_it(client: Client) -> None:
    agent = an_agent()
    live(agent)
    link = a_link(agent, sites=("https://shop.example",))

    answer = client.get(reverse("talk", args=[link.token]))

    assert "frame-ancestors 'self' https://shop.example;" in answer["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in answer
    assert "unsafe-inline" not in answer["Content-Security-Policy"]


def test_other_sites_put_it_behind_a_button_by_one_script(client: Client) -> None:
    agent = an_agent()
    live(agent)

    answer = client.get(reverse("talk-embed", args=[a_link(agent).token]))

    assert answer["Content-Type"].startswith("text/javascript")
    assert "iframe" in answer.text


def test_a_visitor_in_a_hurry_waits_and_keeps_what_was_written(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = an_agent()
    live(agent)
    link = a_link(agent)
    conversation = begins(link, client)
    monkeypatch.setattr(visiting, "TURNS", 1)
    says(link, conversation, BAGS, client)

    page = says(link, conversation, "And skis?", client)

    assert "That was quick" in page
    assert 'value="And skis?"' in page
    assert conversation.turns.count() == 2


def test_a_ceiling_of_turns_a_day_holds_for_all_callers_together(client: Client) -> None:
    agent = an_agent()
    live(agent)
    link = a_link(agent, turns=3)
    says(link, begins(link, client), BAGS, client)
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")

    page = says(link, begins(link, elsewhere), BAGS, elsewhere)
    begun_in_vain = elsewhere.post(reverse("talk", args=[link.token]))

    assert "no more can be answered" in page
    assert (begun_in_vain.status_code, Conversation.objects.count()) == (422, 2)


def test_where_nothing_is_deployed_nobody_answers_and_says_so(client: Client) -> None:
    link = a_link(an_agent())

    answer = client.post(reverse("talk", args=[link.token]))

    assert answer.status_code == 422
    assert "Nobody answers at this moment" in answer.text


def test_a_link_is_told_under_the_public_address(settings: Settings) -> None:
    settings.ADDRESS = "https://slipway.example"
    agent = an_agent()
    live(agent)
    link = a_link(agent)
    client = Client()
    client.force_login(a_person(Role.ADMIN, agent.workspace))

    page = client.get(reverse("talk-link", args=[agent.slug, "live"])).text

    assert f'data-copy="https://slipway.example{reverse("talk", args=[link.token])}"' in page
    assert f"https://slipway.example{reverse('talk-embed', args=[link.token])}" in page
