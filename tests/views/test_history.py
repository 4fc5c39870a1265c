from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from deployments.models import Event, Role, Version
from deployments.pipeline import Refused
from tests.signing_in import a_client
from tests.vocabulary import a_person, admin_of, an_agent, live, promoted, published, rolled_back

pytestmark = pytest.mark.django_db


def body(answer: object) -> str:
    return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def test_every_act_is_one_line_and_refused_ones_stand_behind_a_filter() -> None:
    agent = an_agent()
    first = live(agent)
    live(agent)
    rolled_back(agent, "live", "Lorries are quoted as cars")
    with pytest.raises(Refused):
        promoted(first, "live", by=a_person(Role.EDITOR, agent.workspace))
    client = a_client(agent, Role.VIEWER)

    shown = client.get(reverse("history", args=[agent.slug])).text
    with_refused = client.get(reverse("history", args=[agent.slug]), {"refused": "on"}).text

    assert shown.count('<li id="event-') == agent.events.filter(refused=False).count()
    assert "Lorries are quoted as cars" in shown
    assert "was refused" not in shown
    assert "Only releasers and admins may promote." in with_refused


def test_filters_narrow_by_kind_environment_person_words_and_date() -> None:
    agent = an_agent(at=datetime(2026, 11, 1, tzinfo=UTC))
    early = published(agent, "Winter timetable", at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    promoted(early, "live", "Carefully", at=datetime(2026, 11, 3, 9, tzinfo=UTC))
    client, address = a_client(agent, Role.VIEWER), reverse("history", args=[agent.slug])

    def lines(**query: str) -> int:
        return client.get(address, query).text.count('<li id="event-')

    assert lines(kind="promoted") == 1
    assert lines(environment="live") == 1
    assert lines(environment="pre-release") == 0
    assert lines(by=admin_of(agent.workspace).email) == agent.events.count()
    assert lines(q="carefully") == 1
    assert lines(q=early.version.short, kind="published") == 1
    assert lines(since="2026-11-03") == 1
    assert lines(until="2026-11-02", kind="published") == 1
    assert lines(kind="published", since="2026-11-03") == 0


def test_a_date_means_the_day_in_the_workspaces_time_zone() -> None:
    agent = an_agent(at=datetime(2026, 11, 1, tzinfo=UTC))
    agent.workspace.time_zone = "Pacific/Auckland"
    agent.workspace.save()
    published(agent, at=datetime(2026, 11, 2, 23, tzinfo=UTC))  # the 3rd in Auckland

    text = (
        a_client(agent, Role.VIEWER)
        .get(reverse("history", args=[agent.slug]), {"since": "2026-11-03", "kind": "published"})
        .text
    )

    assert text.count('<li id="event-') == 1
    assert "Tuesday 3 November 2026" in text


def test_a_line_has_its_own_address() -> None:
    agent = an_agent()
    event = agent.events.filter(refused=False).latest("pk")
    other = an_agent().events.latest("pk")
    client = a_client(agent, Role.VIEWER)

    assert client.get(reverse("event", args=[agent.slug, event.pk])).status_code == 200
    assert client.get(reverse("event", args=[agent.slug, other.pk])).status_code == 404


@pytest.mark.parametrize("sign", ["=", "+", "@", "＝", "＠"])
def test_csv_holds_the_filtered_lines_and_quotes_what_begins_like_a_formula(sign: str) -> None:
    agent = an_agent()
    promoted(published(agent), "live", f'{sign}HYPERLINK("https://evil.example")')

    answer = a_client(agent, Role.VIEWER).get(reverse("history-csv", args=[agent.slug]), {"kind": "promoted"})

    told = body(answer)
    rows = list(csv.DictReader(io.StringIO(told)))
    assert told.startswith("\ufeffid,")  # without the mark a spreadsheet garbles every letter beyond English
    assert "attachment" in answer["Content-Disposition"]
    assert [row["kind"] for row in rows] == ["promoted"]
    assert rows[0]["message"].startswith(f"'{sign}HYPERLINK")
    assert rows[0]["environment"] == "live"


def test_json_holds_the_filtered_lines_and_an_empty_history_is_an_empty_list() -> None:
    agent = an_agent()
    placed = published(agent, "Winter timetable")
    client = a_client(agent, Role.VIEWER)

    rows = json.loads(body(client.get(reverse("history-json", args=[agent.slug]), {"kind": "published"})))
    none = json.loads(body(client.get(reverse("history-json", args=[agent.slug]), {"q": "nothing like it"})))

    assert rows[0]["after"] == placed.version.hash
    assert none == []


def test_a_long_history_goes_on_by_older_and_costs_the_same_queries() -> None:
    agent = an_agent()
    placed = published(agent)
    client = a_client(agent, Role.VIEWER)
    client.get(reverse("history", args=[agent.slug]))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("history", args=[agent.slug]))
    now = timezone.now()
    Event.objects.bulk_create(
        Event(
            workspace=agent.workspace,
            agent=agent,
            at=now + timedelta(seconds=number),
            kind=Event.Kind.PROMOTED,
            by=placed.by,
            channel="web",
            environment=placed.environment,
            before=placed.version,
            after=placed.version,
            deployment=placed,
        )
        for number in range(1200)
    )

    client.get(reverse("history", args=[agent.slug]))
    with CaptureQueriesContext(connection) as many:
        first = client.get(reverse("history", args=[agent.slug])).text

    assert len(many) == len(few) <= 10
    assert first.count('<li id="event-') == 50
    assert "more than 1,000" in first
    last = client.get(reverse("history", args=[agent.slug]), {"page": "25"}).text
    assert "Older</span>" in last


def test_an_empty_narrowing_says_so() -> None:
    agent = an_agent()

    with time_machine.travel(timezone.now(), tick=False):
        text = a_client(agent, Role.VIEWER).get(reverse("history", args=[agent.slug]), {"q": "nothing like it"}).text

    assert "Nothing fits these filters" in text


def test_lines_show_the_name_a_person_has_now_and_times_of_the_zone_the_workspace_has_now() -> None:
    agent = an_agent(at=datetime(2026, 11, 1, tzinfo=UTC))
    published(agent, "Winter timetable", at=datetime(2026, 11, 2, 9, tzinfo=UTC))
    client, address = a_client(agent, Role.VIEWER), reverse("history", args=[agent.slug])
    person = agent.versions.get().author
    before = client.get(address).text

    person.name = "Somebody Renamed"
    person.save()
    agent.workspace.time_zone = "Asia/Tokyo"
    agent.workspace.save()
    after = client.get(address).text

    assert "Somebody Renamed" not in before
    assert ">09:00</time>" in before
    assert "Somebody Renamed" in after
    assert ">18:00</time>" in after


def test_a_version_is_compared_with_what_runs_elsewhere_and_not_with_itself() -> None:
    agent = an_agent()
    first = live(agent)
    published(agent)
    client, address = a_client(agent, Role.VIEWER), reverse("history", args=[agent.slug])

    def offered(version: Version) -> set[str]:
        """The environments that a line, or its own page, offers to compare this version with."""
        line = agent.events.filter(after=version).order_by("pk").last()
        assert line is not None
        whole, alone = client.get(address).text, client.get(reverse("event", args=[agent.slug, line.pk])).text
        found = {
            step.label
            for step in agent.ladder
            if reverse("comparison", args=[agent.slug, step.slug, version.short]) in whole
        }
        assert found == {step.label for step in agent.ladder if f">Compare with {step.label}<" in alone}
        return found

    assert offered(first.version) == {"Sandbox"}
    rolled_back(agent, "sandbox")
    assert offered(first.version) == set()
