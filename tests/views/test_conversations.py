"""The list of an agent's conversations: its tabs, what narrows it, and how far it counts."""

from __future__ import annotations

import csv
import io
import json
import uuid
from copy import copy
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from deployments import pipeline
from deployments.forms.conversations import ConversationFilter
from deployments.models import Agent, Conversation, Role
from deployments.runtime import turns
from deployments.views.conversations import paging
from tests.signing_in import a_client
from tests.vocabulary import (
    an_actor,
    an_agent,
    answered,
    begun,
    closed,
    edited,
    environment,
    live,
    promoted,
    published,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

NUMBER = "+442079460018"


def listed(client: Client, agent: Agent, **query: str) -> list[str]:
    """The summaries of the rows, in their order."""
    answer = client.get(reverse("conversations", args=[agent.slug]), query)
    assert answer.status_code == 200
    return [each.summary for each, _ in answer.context["rows"]]


def talk(agent: Agent, heard: str, where: str = "live", at: datetime = NOON, **about: object) -> Conversation:
    turn = {name: about.pop(name) for name in ("functions", "ended", "notes") if name in about}
    conversation = begun(agent, where, at=at, **about)  # type: ignore[arg-type]
    answered(conversation, heard, "Two bags.", at=at + timedelta(seconds=41), **turn)
    return conversation


FAILED = turns.FunctionRun(
    path="functions/find_cabin.py",
    name="find_cabin",
    by="model",
    arguments={"code": "QX7", "to": NUMBER},
    result=None,
    seconds=0.042,
    log=(turns.Note(level="info", text=f"looked up {NUMBER}"), turns.Note(level="info", text="born 1971", is_pii=True)),
    error=turns.Note(level="error", text="KeyError: 'QX7'", path="functions/find_cabin.py", line=19),
)

HANDED = turns.Ended(by="agent", outcome="handoff", handoff=turns.Handoff(destination="front_desk", reason="No cabin"))


def test_callers_stand_under_production_and_tests_under_test() -> None:
    agent = an_agent()
    live(agent)
    edited(agent)
    talk(agent, "A caller")
    talk(agent, "In sandbox", "sandbox", by=Role.VIEWER)
    talk(agent, "With the draft", "draft", by=Role.VIEWER, at=NOON + timedelta(minutes=1))
    talk(an_agent(agent.workspace), "Elsewhere", "draft", by=Role.VIEWER)
    client = a_client(agent, Role.VIEWER)

    assert listed(client, agent) == ["A caller"]
    assert listed(client, agent, view="test") == ["With the draft", "In sandbox"]
    assert listed(client, agent, view="test", environment="draft") == ["With the draft"]
    assert listed(client, agent, view="test", environment="sandbox") == ["In sandbox"]


def test_every_filter_narrows_and_stands_above_the_list() -> None:
    agent = an_agent()
    first = live(agent)
    talk(agent, "Old voice", channel="voice", variant="Skarra", at=NOON - timedelta(days=2), functions=[FAILED])
    promoted(published(agent), "live")
    talk(agent, "Handed on", ended=HANDED)
    long = begun(agent, at=NOON, by=Role.EDITOR)
    answered(long, "Long test", "So it is.", at=NOON + timedelta(minutes=5))
    closed(long, at=NOON + timedelta(minutes=6))
    client = a_client(agent, Role.VIEWER)

    def found(**query: str) -> set[str]:
        return set(listed(client, agent, **query))

    assert found(version=first.version.short) == {"Old voice"}
    assert found(scope="voice") == found(variant="Skarra") == found(function="find_cabin") == {"Old voice"}
    assert found(failed="on") == {"Old voice"}
    assert found(handoff="on") == found(state="handoff") == {"Handed on"}
    assert found(who="tested") == found(least="300") == found(state="closed") == {"Long test"}
    assert found(who="real", most="41") == {"Old voice", "Handed on"}
    assert found(state="open") == {"Old voice"}
    assert found(since="2026-11-24") == {"Handed on", "Long test"}
    assert found(until="2026-11-23") == {"Old voice"}
    assert found(q="so it is") == {"Long test"}
    assert found(q='"voice old"') == set()
    assert found(version="nothing", least="many") == set()
    text = client.get(reverse("conversations", args=[agent.slug]), {"variant": "Skarra", "failed": "on"}).text
    assert 'aria-label="Take away: Variant Skarra"' in text
    assert "2 in use" in text


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    return answer.getvalue().decode() if answer.streaming else answer.text


def test_a_long_list_goes_on_by_older_and_back_by_newer_and_costs_the_same_queries() -> None:
    agent = an_agent()
    live(agent)
    talk(agent, "First")
    client, address = a_client(agent, Role.VIEWER), reverse("conversations", args=[agent.slug])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    template = Conversation.objects.get()
    copies = [
        Conversation(**_columns(template) | {"began_at": NOON + timedelta(seconds=number), "summary": str(number)})
        for number in range(1010)
    ]
    Conversation.objects.bulk_create(copies)

    client.get(address)
    with CaptureQueriesContext(connection) as many:
        first = client.get(address)
    older = client.get(address + first.context["request"].path[:0], {"older": first.context["pages"].older})
    back = client.get(address, {"newer": older.context["pages"].newer})

    # Of those, the limit of time takes two, and the count one.
    assert len(many) == len(few) <= 16
    assert [each.summary for each, _ in first.context["rows"]] == [str(number) for number in range(1009, 959, -1)]
    assert [each.summary for each, _ in older.context["rows"]] == [str(number) for number in range(959, 909, -1)]
    assert [each.pk for each, _ in back.context["rows"]] == [each.pk for each, _ in first.context["rows"]]
    assert "more than 1,000 conversations" in first.text
    assert first.context["pages"].newer == ""
    # The other way round the same pages lead on by newer.
    begin = client.get(address, {"order": "oldest"})
    onward = client.get(address, {"order": "oldest", "newer": begin.context["pages"].newer})
    again = client.get(address, {"order": "oldest", "older": onward.context["pages"].older})
    assert [each.summary for each, _ in begin.context["rows"]] == ["First", *(str(number) for number in range(49))]
    assert [each.summary for each, _ in onward.context["rows"]] == [str(number) for number in range(49, 99)]
    assert [each.pk for each, _ in again.context["rows"]] == [each.pk for each, _ in begin.context["rows"]]
    assert begin.context["pages"].older == ""
    assert 'aria-sort="ascending"' in begin.text


def test_columns_are_chosen_in_the_address_and_kept_by_filters() -> None:
    agent = an_agent()
    live(agent)
    talk(agent, "Bags?", variant="Skarra")
    client, address = a_client(agent, Role.VIEWER), reverse("conversations", args=[agent.slug])

    plain = client.get(address).text
    chosen = client.get(address, {"column": ["variant", "nonsense"], "variant": "Skarra"}).text

    assert 'data-label="Variant"' not in plain
    assert '<td data-label="Variant" class="wordy">Skarra</td>' in chosen
    assert 'data-label="Language"' not in chosen
    assert 'value="variant" checked' in chosen
    assert "?column=variant" in chosen.split('aria-label="Take away')[0]


def _columns(template: Conversation) -> dict[str, object]:
    names = (field.attname for field in Conversation._meta.concrete_fields if field.attname != "id")
    return {name: getattr(template, name) for name in names}


def test_a_page_that_no_longer_exists_or_never_did_is_the_first() -> None:
    agent = an_agent()
    live(agent)
    talk(agent, "Here")
    client = a_client(agent, Role.VIEWER)

    for wrong in ("nonsense", "1-2", f"{'9' * 40}-{agent.workspace.pk}", "5-00000000-0000-0000-0000-000000000000"):
        assert listed(client, agent, older=wrong) == ["Here"]
        assert listed(client, agent, newer=wrong) == ["Here"]


def test_a_filter_that_would_read_too_much_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = an_agent()
    live(agent)
    talk(agent, "Here")
    monkeypatch.setattr(paging, "PATIENCE", timedelta(milliseconds=1))
    with connection.cursor() as cursor:  # as slow as a million rows
        cursor.execute(
            "CREATE FUNCTION slow(text) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT pg_sleep(1)::text $$"
        )
    monkeypatch.setattr(
        "deployments.forms.conversations.ConversationFilter.conversations",
        lambda form: Conversation.objects.extra(where=["slow(summary) <> ''"]),
    )

    text = a_client(agent, Role.VIEWER).get(reverse("conversations", args=[agent.slug])).text

    assert "This would read too many conversations" in text


def test_an_empty_list_says_what_will_stand_there() -> None:
    agent = an_agent()
    client, address = a_client(agent, Role.VIEWER), reverse("conversations", args=[agent.slug])

    assert "the version that answered" in client.get(address).text
    assert "Whoever talks to the draft" in client.get(address, {"view": "test"}).text
    assert "Take a filter away" in client.get(address, {"q": "nothing like it"}).text


def test_in_progress_are_counted_above_the_list() -> None:
    agent = an_agent()
    live(agent)
    for _ in range(2):
        talk(agent, "Hello")
    closed(talk(agent, "Done"))

    text = a_client(agent, Role.VIEWER).get(reverse("conversations", args=[agent.slug])).text

    assert "2 conversations in progress." in text


def test_what_is_taken_away_is_what_the_filters_let_through() -> None:
    agent = an_agent()
    live(agent)
    talk(agent, "=HYPERLINK(evil)", channel="voice")
    talk(agent, "A chat")
    client = a_client(agent, Role.VIEWER)

    as_csv = read(client, reverse("conversations-csv", args=[agent.slug]) + "?scope=voice")
    as_json = json.loads(read(client, reverse("conversations-json", args=[agent.slug])))

    [row] = csv.DictReader(io.StringIO(as_csv))
    assert row["summary"] == "'=HYPERLINK(evil)"
    assert row["environment"] == "live"
    assert {each["summary"] for each in as_json} == {"=HYPERLINK(evil)", "A chat"}
    assert as_json[0]["turns"] == 2


def test_the_dialog_of_a_rollback_says_how_many_talk_to_what_leaves() -> None:
    agent = an_agent()
    live(agent)
    talk(agent, "With the first")
    second = promoted(published(agent), "live")
    client = a_client(agent, Role.RELEASER)
    address = reverse("rollback", args=[agent.slug, "live", second.replaced_id])

    nobody = client.get(address).text
    for _ in range(2):
        talk(agent, "With the second")
    closed(talk(agent, "Done"))
    stay = client.get(address).text
    pipeline.change_moving(environment(agent, "live"), True, by=an_actor(agent))
    move = client.get(address).text

    assert "No conversation is in progress" in nobody
    assert "2 conversations are in progress" in stay
    assert "they finish on it" in stay
    assert "they go on with what returns" in move


def test_an_admin_sets_where_conversations_move() -> None:
    agent = an_agent()
    client = a_client(agent, Role.ADMIN)
    said = {"name": agent.name, "steps": "3", "moving": ["sandbox", "live"]}

    client.post(reverse("agent-settings", args=[agent.slug]), said)

    moving = agent.environments.filter(moves_conversations=True).values_list("slug", flat=True)
    assert set(moving) == {"sandbox", "live"}
    assert "Conversations go on with what is placed" in client.get(reverse("history", args=[agent.slug])).text


def test_the_few_that_were_long_are_found_by_an_index() -> None:
    agent = an_agent()
    live(agent)
    talk(agent, "Where does it sail?")
    row = Conversation.objects.get()
    row.ended_at, row.outcome = row.began_at + timedelta(seconds=90), "closed"
    rows = [copy(row) for _ in range(2_000)]
    for each in rows:
        each.pk = uuid.uuid4()
    Conversation.objects.bulk_create(rows)
    found = ConversationFilter(agent, QueryDict("least=3600"), reads_numbers=True).conversations()

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE deployments_conversation")
        plan = found.newest_first().explain()

    assert "conversation_length" in plan
    assert "conversation_list" not in plan
