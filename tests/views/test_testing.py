"""The Test panel as a page of forms, and as what docks beside other pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from deployments.models import Agent, Conversation, Person, Role
from deployments.runtime.turns import TopicFound
from tests.vocabulary import FILES, a_person, an_agent, answered, begun, edited, live, published

pytestmark = pytest.mark.django_db

BAGS = "How many bags may I bring?"
DOCKED = {"HX-Request": "true", "HX-Target": "test"}
LUGGAGE = TopicFound(path="topics/luggage_limits.yaml", name="Luggage limits", score=1.0, exact=True)
NEW = {"topics/luggage_limits.yaml": FILES["topics/luggage_limits.yaml"].replace(b"Two bags", b"Three bags")}
PORTS = b"variants:\n- name: Harrow\n  is_default: true\n- name: Skarra\n"
# Where nobody chose, it chooses.
TO_SKARRA = b"""from _gen import *  # <AUTO GENERATED>


def start_function(conv: Conversation):
    conv.set_variant("Skarra")
"""


def a_tester(agent: Agent, role: Role = Role.EDITOR) -> tuple[Client, Person]:
    person, client = a_person(role, agent.workspace), Client()
    client.force_login(person)
    return client, person


def begins(client: Client, agent: Agent, ref: str, **more: str) -> Conversation:
    sent = {"test-ref": ref} | {f"test-{name}": value for name, value in more.items()}
    answer = client.post(reverse("test", args=[agent.slug]), sent)
    assert answer.status_code == 302, answer.text
    return Conversation.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])


def says(client: Client, agent: Agent, conversation: Conversation, words: str, number: int) -> Any:
    address = reverse("test-say", args=[agent.slug, conversation.pk])
    return client.post(address, {"said": words, "number": number}, follow=True)


def test_it_opens_on_the_draft_and_begins_nothing_by_itself() -> None:
    agent = an_agent()
    live(agent)
    edited(agent)
    client, _ = a_tester(agent, Role.VIEWER)

    page = client.get(reverse("test", args=[agent.slug]))

    assert '<option value="draft" selected>' in page.text
    assert not Conversation.objects.exists()


def test_the_draft_and_what_is_live_answer_each_with_their_own_words() -> None:
    agent = an_agent()
    placed = live(agent)
    edited(agent, NEW)
    client, person = a_tester(agent)

    draft, in_live = begins(client, agent, "draft"), begins(client, agent, "live")

    assert "Three bags" in says(client, agent, draft, BAGS, 1).text
    assert "Two bags" in says(client, agent, in_live, BAGS, 1).text
    assert (draft.version, in_live.version, in_live.tested, in_live.person) == (None, placed.version, True, person)


def test_any_version_is_talked_to_by_its_hash() -> None:
    agent = an_agent()
    old = published(agent).version
    published(agent)
    client, _ = a_tester(agent)

    assert begins(client, agent, old.short).version == old


def test_an_environment_that_holds_nothing_is_refused_in_words() -> None:
    agent = an_agent()
    client, _ = a_tester(agent)

    answer = client.post(reverse("test", args=[agent.slug]), {"test-ref": "live"})

    assert answer.status_code == 422
    assert "Nothing answers there" in answer.text
    assert not Conversation.objects.exists()


def test_the_panel_is_sent_alone_where_it_docks() -> None:
    agent = an_agent()
    live(agent)
    client, _ = a_tester(agent)

    answer = client.post(reverse("test", args=[agent.slug]), {"test-ref": "live"}, headers=DOCKED)

    assert answer.text.strip().startswith("<aside")
    assert "Welcome aboard." in answer.text
    assert 'data-test="/agents/' in answer.text


def test_a_call_carries_the_number_and_the_sip_headers_that_were_typed_and_the_next_one_again() -> None:
    agent = an_agent()
    edited(agent)
    client, _ = a_tester(agent)
    address = reverse("test", args=[agent.slug])
    assert "SIP headers" not in client.get(address).text

    typed = {"channel": "voice", "caller_number": "+442079460018", "sip_headers": "X-Tier: gold\n\nX-Route : a:b"}
    called = begins(client, agent, "draft", **typed)

    assert called.thread.setting["sip_headers"] == {"X-Tier": "gold", "X-Route": "a:b"}
    page = client.get(reverse("test-conversation", args=[agent.slug, called.pk])).text
    assert page.count('form="test-begin"') == 2
    assert 'value="+442079460018"' in page
    assert "X-Tier: gold\nX-Route: a:b</textarea>" in page
    again = client.post(reverse("test-again", args=[agent.slug, called.pk, 0]))
    led = Conversation.objects.get(pk=again["Location"].rstrip("/").rpartition("/")[2])
    assert led != called
    assert led.thread.setting["sip_headers"] == called.thread.setting["sip_headers"]


def test_the_next_conversation_begins_as_this_one_did_and_not_with_what_its_functions_chose() -> None:
    agent = an_agent()
    edited(agent, {"config/variant_attributes.yaml": PORTS, "functions/start_function.py": TO_SKARRA})
    live(agent)
    client, _ = a_tester(agent)

    chosen, own = begins(client, agent, "live", variant="Harrow"), begins(client, agent, "live")

    assert [each.variant for each in (chosen, own)] == ["Skarra", "Skarra"]
    assert [each.thread.setting["variant"] for each in (chosen, own)] == ["Harrow", None]
    for conversation, variant in ((chosen, "Harrow"), (own, "")):
        page = client.get(reverse("test-conversation", args=[agent.slug, conversation.pk])).text
        assert ('<option value="Harrow" selected>' in page) == (variant == "Harrow")
        assert '<option value="Skarra" selected>' not in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("gold", "“gold” is no SIP header."),
        ("X Tier: gold", "“X Tier: gold” is no SIP header."),
        ("X-Tier: gold\nx-tier: silver", "x-tier stands there twice."),
        ("X-Tier: go\ald", "is no SIP header."),
        (f"X-Tier: {'a' * 20_000}", "These are 20,008 characters and 20,000 fit."),
        ("\n".join(f"X-{number}: a" for number in range(51)), "at most 50 headers"),
    ],
)
def test_what_is_no_sip_header_is_said_and_stays_typed(typed: str, sentence: str) -> None:
    agent = an_agent()
    edited(agent)
    client, _ = a_tester(agent)
    sent = {"test-ref": "draft", "test-channel": "voice", "test-sip_headers": typed}

    answer = client.post(reverse("test", args=[agent.slug]), sent)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f"{typed}</textarea>" in answer.text
    assert not Conversation.objects.exists()


def test_each_turn_names_what_it_was_made_of_with_a_way_to_it_and_the_variant() -> None:
    agent = an_agent()
    placed = live(agent)
    client, person = a_tester(agent)
    called = begun(agent, by=person)
    answered(called, BAGS, "Two bags.", topics=[LUGGAGE], variant="Skarra")

    page = client.get(reverse("test-conversation", args=[agent.slug, called.pk])).text

    assert placed.version is not None
    topic = reverse("version-resource", args=[agent.slug, placed.version.short, LUGGAGE.path])
    assert f'<li class="note" data-layer="topic"><a href="{topic}"' in page
    assert '<li class="note" data-layer="variant">Skarra, variant</li>' in page
    assert page.count("Two bags.") == 1
    assert "<dt>Variant</dt><dd>Skarra</dd>" in page


def test_words_sent_twice_are_said_once() -> None:
    agent = an_agent()
    live(agent)
    client, _ = a_tester(agent)
    conversation = begins(client, agent, "live")

    says(client, agent, conversation, BAGS, 1)
    says(client, agent, conversation, BAGS, 1)

    assert conversation.turns.count() == 2


def test_what_cannot_be_said_stays_in_its_field() -> None:
    agent = an_agent()
    live(agent)
    client, _ = a_tester(agent)
    conversation = begins(client, agent, "live")
    says(client, agent, conversation, BAGS, 1)

    answer = says(client, agent, conversation, "Other words", 1)

    assert answer.status_code == 422
    assert 'value="Other words"' in answer.text
    assert conversation.turns.count() == 2


def test_a_conversation_keeps_its_version_and_says_that_its_environment_moved() -> None:
    agent = an_agent()
    first = published(agent)
    client, _ = a_tester(agent)
    conversation = begins(client, agent, "sandbox")
    second = published(agent)

    page = says(client, agent, conversation, BAGS, 1)

    conversation.refresh_from_db()
    assert conversation.version == first.version
    assert "Sandbox has moved to" in page.text
    assert second.version.short[:3] in page.text


def test_nobody_goes_on_with_a_test_of_somebody_elses() -> None:
    agent = an_agent()
    live(agent)
    theirs = begun(agent, by=Role.EDITOR)
    client, _ = a_tester(agent, Role.ADMIN)

    assert client.get(reverse("test-conversation", args=[agent.slug, theirs.pk])).status_code == 404
    assert says(client, agent, theirs, BAGS, 1).status_code == 404
    assert client.post(reverse("test-end", args=[agent.slug, theirs.pk])).status_code == 404


def test_ended_by_hand_it_takes_no_more_words() -> None:
    agent = an_agent()
    live(agent)
    client, _ = a_tester(agent)
    conversation = begins(client, agent, "live")

    page = client.post(reverse("test-end", args=[agent.slug, conversation.pk]), follow=True)

    assert "Ended conversation" in page.text
    assert 'id="test-said"' not in page.text


def test_after_a_correction_the_draft_is_asked_the_same() -> None:
    agent = an_agent()
    live(agent)
    client, _ = a_tester(agent)
    conversation = begins(client, agent, "live")
    says(client, agent, conversation, BAGS, 1)
    edited(agent, NEW)

    page = client.post(reverse("test-again", args=[agent.slug, conversation.pk, 1]), follow=True)

    assert "Three bags" in page.text
    newest = Conversation.objects.latest("began_at")
    assert (newest.version, newest.turn_count) == (None, 2)


def test_a_caller_is_read_beside_the_draft_and_asked_again_and_nobody_speaks_for_them() -> None:
    agent = an_agent()
    live(agent)
    called = begun(agent)
    answered(called, BAGS, "Two bags.", topics=[LUGGAGE])
    edited(agent, NEW)
    client, _ = a_tester(agent)

    beside = reverse("test-again", args=[agent.slug, called.pk, 1])
    looked_at = client.get(reverse("conversation", args=[agent.slug, called.pk]), {"turn": 1}).text
    page = client.get(beside).text
    led = client.post(beside, follow=True).text

    assert f'data-beside="{beside}"' in looked_at
    assert reverse("edit", args=[agent.slug, LUGGAGE.path]) in looked_at
    assert "Two bags." in page
    assert "it is read here" in page
    assert 'id="test-said"' not in page
    assert "Three bags" in led
    assert 'id="test-said"' in led
    reader, _ = a_tester(agent, Role.VIEWER)
    assert "data-beside" not in reader.get(reverse("conversation", args=[agent.slug, called.pk]), {"turn": 1}).text


def test_asked_again_a_callers_number_goes_to_nobody_who_may_not_read_it() -> None:
    agent = an_agent()
    live(agent)
    number = "+442079460018"
    called = begun(agent, caller_number=number)
    answered(called, f"My number is {number}.", "Thank you.")
    edited(agent, NEW)
    address = reverse("test-again", args=[agent.slug, called.pk, 1])

    led = {}
    for role in (Role.EDITOR, Role.ADMIN):
        client, person = a_tester(agent, role)
        client.post(address)
        led[role] = Conversation.objects.get(person=person)

    heard = [led[role].turns.get(number=1).heard for role in led]
    assert [held.caller_number for held in led.values()] == ["", number]
    assert heard == ["My number is REDACTED.", f"My number is {number}."]


def test_without_a_draft_there_is_nothing_to_ask_again() -> None:
    agent = an_agent()
    live(agent)
    client, _ = a_tester(agent)
    conversation = begins(client, agent, "live")

    page = client.post(reverse("test-again", args=[agent.slug, conversation.pk, 0]), follow=True)

    assert "There is no draft" in page.text
    assert Conversation.objects.count() == 1


def test_two_versions_are_told_the_same_and_answers_that_differ_are_marked() -> None:
    agent = an_agent()
    live(agent)
    edited(agent, NEW)
    client, _ = a_tester(agent)
    left = begins(client, agent, "live")

    page = client.post(reverse("test-beside", args=[agent.slug, left.pk]), {"ref": "draft"}, follow=True)
    assert page.text.count(">differs<") == 0
    address = page.request["PATH_INFO"]
    page = client.post(address, {"said": BAGS, "number": 1}, follow=True)

    assert page.text.count(">differs<") == 1
    assert "Two bags" in page.text
    assert "Three bags" in page.text
