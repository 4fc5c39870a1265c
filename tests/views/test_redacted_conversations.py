"""What of a caller is told to whom."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse

from deployments.models import Conversation, Role
from deployments.runtime import turns
from tests.signing_in import a_client
from tests.views.test_conversations import FAILED, NUMBER, listed, read, talk
from tests.vocabulary import (
    an_agent,
    live,
)

pytestmark = pytest.mark.django_db


def test_who_may_not_read_personal_data_reads_redacted_everywhere() -> None:
    agent = an_agent()
    live(agent)
    back = turns.Ended(by="agent", outcome="handoff", handoff=turns.Handoff(destination=NUMBER))
    called = talk(agent, "Where is my cabin?", caller_number=NUMBER, functions=[FAILED], ended=back)
    pages = [
        reverse("conversations", args=[agent.slug]) + "?column=handoff",
        reverse("conversation", args=[agent.slug, called.pk]) + "?turn=1",
        reverse("conversations-csv", args=[agent.slug]),
    ]
    releaser, admin = a_client(agent, Role.RELEASER), a_client(agent, Role.ADMIN)

    for address in pages:
        hidden, shown = read(releaser, address), read(admin, address)
        assert NUMBER not in hidden
        assert "REDACTED" in hidden
        assert NUMBER in shown
    assert "born 1971" not in read(releaser, pages[1])
    assert "born 1971" in read(admin, pages[1])
    assert listed(releaser, agent, contact="7946") == ["Where is my cabin?"]  # narrows nothing, so tells nothing
    assert listed(releaser, agent, without="7946") == ["Where is my cabin?"]
    assert listed(admin, agent, contact="0000") == listed(admin, agent, without="7946") == []
    assert listed(admin, agent, contact="7946") == listed(admin, agent, contact="46") == ["Where is my cabin?"]


def test_a_number_that_a_caller_begins_with_is_hidden_in_the_list_too() -> None:
    agent = an_agent()
    live(agent)
    talk(agent, "I call from 020 7946 0018.", caller_number=NUMBER)

    assert listed(a_client(agent, Role.RELEASER), agent) == ["I call from REDACTED."]
    assert listed(a_client(agent, Role.ADMIN), agent) == ["I call from 020 7946 0018."]


def test_a_number_that_a_long_beginning_is_cut_in_is_not_told_in_part() -> None:
    agent = an_agent()
    live(agent)
    talk(agent, f"Listen, {'please ' * 26}020 7946 0018", caller_number=NUMBER)

    assert listed(a_client(agent, Role.RELEASER), agent) == [f"Listen, {'please ' * 26}".strip()]


@pytest.mark.parametrize(
    "words",
    [
        "7946",
        "020 7946 0018",
        '"020 7946"',
        "call -7946",
        "call or 7946",
        '"79 46"',
        "-1234567 7946",
        "79 7946",
        "02079460018",
    ],
)
@pytest.mark.parametrize("number", [NUMBER, "+44 (20) 79-46 00 18"])
def test_words_do_not_tell_whose_number_a_caller_said(words: str, number: str) -> None:
    agent = an_agent()
    live(agent)
    said = "I call from 020 7946 0018, or 79 46, or 02079460018."
    talk(agent, said, caller_number=number)

    assert listed(a_client(agent, Role.ADMIN), agent, q=words) == ([] if words == "call -7946" else [said])
    assert listed(a_client(agent, Role.RELEASER), agent, q=words) == []


def test_numbers_that_are_not_the_callers_are_found_by_everybody() -> None:
    agent = an_agent()
    live(agent)
    said = "Booking 4711 for 20 euros, please call 030 555 7946."
    talk(agent, said, caller_number="+442081230000")

    for words in ("4711", "7946", '"030 555"', "20 euros", "booking -7946000"):
        assert listed(a_client(agent, Role.RELEASER), agent, q=words) == ([said] if "-" not in words else [])
    assert listed(a_client(agent, Role.ADMIN), agent, q="booking -7946000") == [said]


def test_a_part_of_a_number_is_found_by_an_index() -> None:
    rows = Conversation.objects.called_from("7946")

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        plan = rows.explain()

    assert "conversation_contact" in plan
