from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from deployments.models import Agent, Event, Number, Role
from deployments.pipeline import (
    NUMBER_CHANNEL,
    Moved,
    Refused,
    add_number,
    change_ladder,
    delete_agent,
    delete_number,
    label_number,
    move_number,
    refusal_to_change_numbers,
    restore_agent,
)
from deployments.pipeline.clearing import clear_expired
from deployments.sides.sip_headers import sip_headers_of
from tests.vocabulary import (
    FILES,
    a_number,
    a_person,
    a_workspace,
    an_actor,
    an_agent,
    environment,
    live,
    promoted,
    published,
    rolled_back,
)

pytestmark = pytest.mark.django_db
LONDON = "+44 20 7946 0018"


def lines(agent: Agent) -> list[Event]:
    return list(agent.events.filter(kind__startswith="number_").order_by("pk"))


def test_a_number_added_reaches_its_environment_and_leaves_a_line() -> None:
    agent = an_agent()
    placed = live(agent)
    maya = a_person(Role.RELEASER, agent.workspace)

    number = add_number(
        environment(agent, "live"), text="020 7946 0018", country="GB", label="  Night  desk ", by=an_actor(agent, maya)
    )

    number.refresh_from_db()
    assert (number.e164, number.label, number.environment.slug) == ("+442079460018", "Night desk", "live")
    assert (number.agent, number.added_by) == (agent, maya)
    [line] = lines(agent)
    assert (line.kind, line.by, line.environment, line.before, line.after) == (
        "number_added",
        maya,
        number.environment,
        None,
        placed.version,
    )
    assert line.details == {"number": "+442079460018", "label": "Night desk"}


def test_promoting_and_rolling_back_move_no_number() -> None:
    agent = an_agent()
    live(agent)
    number = a_number(agent, "live")

    promoted(published(agent), "live")
    rolled_back(agent, "live")

    number.refresh_from_db()
    assert number.environment.slug == "live"
    assert len(lines(agent)) == 1


def test_moving_says_what_callers_reached_and_what_they_will() -> None:
    agent = an_agent()
    old = live(agent)
    new = published(agent)
    number = a_number(agent, "live", LONDON)

    move_number(number, to=environment(agent, "sandbox"), reaching=new.pk, by=an_actor(agent))

    number.refresh_from_db()
    assert number.environment.slug == "sandbox"
    line = lines(agent)[-1]
    assert (line.kind, line.source and line.source.slug, line.environment and line.environment.slug) == (
        "number_moved",
        "live",
        "sandbox",
    )
    assert (line.before, line.after) == (old.version, new.version)


def test_deleting_lets_another_agent_have_the_number() -> None:
    agent, other = an_agent(), an_agent()
    placed = live(agent)

    delete_number(a_number(agent, "live", LONDON), by=an_actor(agent))

    line = lines(agent)[-1]
    assert (line.kind, line.before, line.after, line.details["number"]) == (
        "number_deleted",
        placed.version,
        None,
        "+442079460018",
    )
    assert a_number(other, "sandbox", LONDON).agent == other


def test_doing_it_twice_is_quiet() -> None:
    agent = an_agent()
    first = a_number(agent, "live", LONDON, label="Desk")
    second = a_number(agent, "live", "+44 2079460018", label="Desk")
    move_number(first, to=environment(agent, "sandbox"), by=an_actor(agent))
    move_number(first, to=environment(agent, "sandbox"), leaving=environment(agent, "live"), by=an_actor(agent))
    delete_number(first, by=an_actor(agent))
    delete_number(second, leaving=environment(agent, "live"), by=an_actor(agent))

    assert second == first
    assert [line.kind for line in lines(agent)] == ["number_added", "number_moved", "number_deleted"]


def test_a_label_is_changed_in_one_line_of_history_and_callers_stay_where_they_are() -> None:
    agent = an_agent()
    live(agent)
    number = a_number(agent, "live", LONDON, label="Desk")

    label_number(number, "  Night   desk ", instead_of="Desk", by=an_actor(agent))
    label_number(number, "Night desk", instead_of="Desk", by=an_actor(agent))
    label_number(number, "", by=an_actor(agent))

    number.refresh_from_db()
    assert (number.label, number.environment.slug) == ("", "live")
    said = [(line.kind, line.environment, line.labels) for line in lines(agent)[1:]]
    assert said == [
        ("number_labelled", number.environment, ("Desk", "Night desk")),
        ("number_labelled", number.environment, ("Night desk", "no label")),
    ]


def test_a_label_that_somebody_else_changed_meanwhile_is_not_overwritten() -> None:
    agent = an_agent()
    number = a_number(agent, "live", LONDON, label="Desk")
    label_number(number, "Night desk", by=an_actor(agent))

    with pytest.raises(Refused, match="is known as Night desk now"):
        label_number(number, "Day desk", instead_of="Desk", by=an_actor(agent))

    number.refresh_from_db()
    assert number.label == "Night desk"


@pytest.mark.parametrize(
    "change",
    [
        lambda number, by: label_number(number, "Desk", by=by),
        lambda number, by: add_number(number.environment, text="+44 20 7946 0999", by=by),
        lambda number, by: move_number(number, to=environment(number.agent, "sandbox"), by=by),
        lambda number, by: delete_number(number, by=by),
    ],
)
@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_only_releasers_and_admins_change_numbers(role: Role, change: Callable[..., Any]) -> None:
    agent = an_agent()
    number = a_number(agent, "live")
    by = an_actor(agent, role)

    with pytest.raises(Refused, match="Only releasers and admins may change numbers"):
        change(number, by)

    refusal = refusal_to_change_numbers(agent, by=by)
    assert refusal
    assert refusal.code == "no_permission"
    assert [(each.e164, each.environment.slug) for each in Number.objects.all()] == [(number.e164, "live")]


def test_a_number_in_another_environment_of_the_agent_is_not_added_twice() -> None:
    agent = an_agent()
    a_number(agent, "sandbox", LONDON)

    with pytest.raises(Refused, match=r"reaches Sandbox of this agent already\. Move it from there"):
        a_number(agent, "live", LONDON)


def test_another_label_does_not_go_lost_quietly() -> None:
    agent = an_agent()
    a_number(agent, "live", LONDON, label="Desk")

    with pytest.raises(Refused, match="reaches Live of this agent already"):
        a_number(agent, "live", LONDON, label="Night desk")


def test_a_taken_number_names_its_agent_to_those_who_see_it() -> None:
    workspace = a_workspace()
    a_number(an_agent(workspace, name="Ferry desk"), "live", LONDON)

    with pytest.raises(Refused, match=r"belongs to Ferry desk\. Delete it there") as refused:
        a_number(an_agent(workspace), "live", LONDON)

    assert refused.value.code == "number_taken"


def test_a_taken_number_does_not_name_an_agent_of_others() -> None:
    a_number(an_agent(name="Ferry desk"), "live", LONDON)

    with pytest.raises(Refused, match="belongs to another agent of this installation") as refused:
        a_number(an_agent(), "live", LONDON)

    assert "Ferry" not in refused.value.message


def test_a_deleted_agent_keeps_its_numbers_until_it_has_gone() -> None:
    workspace = a_workspace()
    agent, other = an_agent(workspace, name="Ferry desk"), an_agent(workspace)
    number = a_number(agent, "live", LONDON)
    now = timezone.now()
    delete_agent(agent, typed=agent.slug, by=an_actor(agent), at=now)

    with pytest.raises(Refused, match=r"belongs to Ferry desk, which was deleted\. Restore it"):
        a_number(other, "live", LONDON)
    with pytest.raises(Refused, match="belongs to another agent of this installation"):
        a_number(other, "live", LONDON, by=a_person(Role.RELEASER, workspace))
    restore_agent(agent, by=an_actor(agent))
    delete_number(Number.objects.get(pk=number.pk), by=an_actor(agent))
    a_number(agent, "live", LONDON)
    delete_agent(agent, typed=agent.slug, by=an_actor(agent), at=now)
    clear_expired(now + timedelta(days=31))

    assert a_number(other, "live", LONDON).agent == other


def test_a_deleted_agent_changes_no_number() -> None:
    agent = an_agent()
    number = a_number(agent, "live")
    delete_agent(Agent.objects.get(pk=agent.pk), typed=agent.slug, by=an_actor(agent))

    with pytest.raises(Refused, match="was deleted"):
        move_number(number, to=environment(agent, "sandbox"), by=an_actor(agent))


@pytest.mark.parametrize("text", ["020 7946 0018", "+44 11 1111 1111", "call us", ""])
def test_what_is_no_number_is_refused(text: str) -> None:
    agent = an_agent()

    with pytest.raises(Refused) as refused:
        add_number(environment(agent, "live"), text=text, by=an_actor(agent))

    assert refused.value.code == "number_unusable"
    assert not Number.objects.exists()


@pytest.mark.parametrize("label", ["x" * 201, "a\0b", "a\u202eb", "a\u200bb", "\u200c"])
def test_a_label_that_cannot_be_shown_is_refused(label: str) -> None:
    agent = an_agent()

    with pytest.raises(Refused, match="up to 200 printable characters"):
        a_number(agent, "live", LONDON, label=label)


@pytest.mark.parametrize("label", ["می\u200cخواهم", "क्\u200dष", "👩\u200d✈️ desk", ""])
def test_a_label_is_written_in_any_script(label: str) -> None:
    assert a_number(an_agent(), "live", LONDON, label=label).label == label


def test_moving_is_refused_when_callers_would_reach_something_else_than_was_reviewed() -> None:
    agent = an_agent()
    reviewed = live(agent)
    number = a_number(agent, "sandbox")
    newer = promoted(published(agent), "live")

    with pytest.raises(Moved, match=f"Live moved to version {newer.version.short}") as moved:
        move_number(number, to=environment(agent, "live"), reaching=reviewed.pk, by=an_actor(agent))

    assert f"You reviewed that callers reach version {reviewed.version.short} there" in moved.value.message
    assert (moved.value.current, moved.value.expected) == (newer, reviewed)
    number.refresh_from_db()
    assert number.environment.slug == "sandbox"


def test_moving_is_refused_when_an_empty_environment_was_filled_meanwhile() -> None:
    agent = an_agent()
    number = a_number(agent, "sandbox")
    placed = live(agent)

    with pytest.raises(Moved, match="You reviewed that callers reach no version there"):
        move_number(number, to=environment(agent, "live"), reaching=None, by=an_actor(agent))

    move_number(number, to=environment(agent, "live"), reaching=placed.pk, by=an_actor(agent))
    number.refresh_from_db()
    assert number.environment.slug == "live"


def test_what_was_moved_meanwhile_is_looked_at_again_before_it_moves_or_goes() -> None:
    agent = an_agent()
    number = a_number(agent, "sandbox", LONDON)
    seen = number.environment
    move_number(Number.objects.get(pk=number.pk), to=environment(agent, "live"), by=an_actor(agent))

    with pytest.raises(Refused, match="reaches Live now, no longer Sandbox"):
        delete_number(number, leaving=seen, by=an_actor(agent))
    with pytest.raises(Refused, match="reaches Live now, no longer Sandbox"):
        move_number(number, to=environment(agent, "pre-release"), leaving=seen, by=an_actor(agent))

    number.refresh_from_db()
    assert number.environment.slug == "live"


def test_a_number_deleted_meanwhile_cannot_be_moved() -> None:
    agent = an_agent()
    number = a_number(agent, "sandbox")
    delete_number(Number.objects.get(pk=number.pk), by=an_actor(agent))

    with pytest.raises(Refused, match="was deleted meanwhile"):
        move_number(number, to=environment(agent, "live"), by=an_actor(agent))


def test_a_number_moves_within_its_agent_only() -> None:
    agent, other = an_agent(), an_agent()
    number = a_number(agent, "live")

    with pytest.raises(Refused, match="is not on the ladder of"):
        move_number(number, to=environment(other, "sandbox"), by=an_actor(agent))


def test_pre_release_stays_on_the_ladder_while_a_number_reaches_it() -> None:
    agent = an_agent()
    number = a_number(agent, "pre-release")

    with pytest.raises(Refused, match=r"1 number reaches Pre-release\. Move or delete it"):
        change_ladder(agent, steps=2, by=an_actor(agent))
    kept = [step.slug for step in Agent.objects.get(pk=agent.pk).ladder]
    move_number(number, to=environment(agent, "live"), by=an_actor(agent))
    change_ladder(agent, steps=2, by=an_actor(agent))

    assert kept == ["sandbox", "pre-release", "live"]
    assert [step.slug for step in agent.ladder] == ["sandbox", "live"]
    with pytest.raises(Refused, match="Pre-release is not on the ladder"):
        a_number(agent, "pre-release")


def test_the_database_keeps_a_number_once_and_as_e164() -> None:
    agent = an_agent()
    number = a_number(agent, "live", LONDON)

    kept = {"agent": agent, "environment": number.environment, "added_by": number.added_by, "added_at": number.added_at}
    for e164 in ("442079460019", "+0123456", "+44 20 7946 0019", number.e164):
        with pytest.raises(DatabaseError), transaction.atomic():
            Number.objects.create(e164=e164, **kept)

    assert Number.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_listeners_hear_of_each_change_at_the_commit() -> None:
    agent = an_agent()
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {NUMBER_CHANNEL}")

    number = a_number(agent, "live", LONDON)
    move_number(number, to=environment(agent, "sandbox"), by=an_actor(agent))
    delete_number(number, by=an_actor(agent))

    heard = list(connection.connection.notifies(timeout=5, stop_after=3))
    connection.close()
    told = {"number": "+442079460018", "agent": agent.slug}
    assert [json.loads(notice.payload) for notice in heard] == [
        told | {"environment": where} for where in ("live", "sandbox", None)
    ]


def test_sip_headers_are_those_of_the_version() -> None:
    with_headers = {
        **FILES,
        "config/sip_headers.yaml": b"sip_headers:\n- name: X-Desk\n  value: night\n- name: X-Line\n  value: '2'\n",
    }
    plain = published(an_agent())
    placed = published(an_agent(files=with_headers))

    found = sip_headers_of([plain.version_id, placed.version_id])

    assert found.keys() == {placed.version_id}
    assert [(each.name, each.value) for each in found[placed.version_id].headers] == [
        ("X-Desk", "night"),
        ("X-Line", "2"),
    ]
