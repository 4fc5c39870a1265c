from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deployments.models import Event, Role
from deployments.pipeline import (
    Moved,
    Refused,
    change_agent,
    refusal_to_roll_back,
    roll_back,
)
from tests.vocabulary import a_person, an_actor, an_agent, edited, environment, live, promoted, published, rolled_back

pytestmark = pytest.mark.django_db


def test_rolling_back_adds_to_history_instead_of_erasing_it() -> None:
    agent = an_agent()
    first, second = live(agent), live(agent)

    back = rolled_back(agent, "live", "Callers heard the wrong greeting")

    rows = list(environment(agent, "live").deployments.newest_first())
    assert rows == [back, second, first]
    assert [row.is_active for row in rows] == [True, False, False]
    assert back.version == first.version
    assert (back.verb, back.restored, back.replaced) == ("rolled_back", first, second)


def test_rolling_back_live_twice_from_the_active_row_walks_to_the_second_and_the_first() -> None:
    """product-semantics.md, section 20, row 5."""
    agent = an_agent()
    first, second, _ = live(agent), live(agent), live(agent)

    once = rolled_back(agent, "live")
    twice = rolled_back(agent, "live")

    assert (once.version, twice.version) == (second.version, first.version)
    assert twice.previous is None


def test_after_a_rollback_the_newer_version_is_listed_and_may_be_promoted_again() -> None:
    """product-semantics.md, section 20, row 6."""
    agent = an_agent()
    live(agent)
    newer = live(agent)
    rolled_back(agent, "live")

    again = promoted(newer, "live")

    assert environment(agent, "live").active == again
    assert newer in environment(agent, "live").deployments.all()
    assert again.version == newer.version


def test_a_rollback_says_who_when_from_what_to_what_and_why() -> None:
    agent = an_agent()
    first, second = live(agent), live(agent)
    ben = a_person(Role.RELEASER, agent.workspace)

    back = rolled_back(agent, "live", "Wrong timetable", by=ben)

    line = agent.events.get(kind=Event.Kind.ROLLED_BACK)
    assert (line.before, line.after, line.deployment, line.environment) == (
        second.version,
        first.version,
        back,
        environment(agent, "live"),
    )
    assert (line.by, line.at, line.message, line.refused) == (ben, back.started_at, "Wrong timetable", False)


def test_undo_is_a_rollback_to_what_was_replaced() -> None:
    agent = an_agent()
    first, second = live(agent), live(agent)
    assert second.replaced == first

    undone = roll_back(to=first, replacing=second.pk, by=an_actor(agent))

    assert environment(agent, "live").active == undone
    assert undone.version == first.version


def test_undo_of_a_rollback_brings_back_what_it_replaced() -> None:
    agent = an_agent()
    live(agent)
    second = live(agent)
    back = rolled_back(agent, "live")

    undone = roll_back(to=second, replacing=back.pk, by=an_actor(agent))

    assert undone.version == second.version


def test_rolling_back_to_what_is_active_is_quiet_whatever_was_expected() -> None:
    agent = an_agent()
    first = live(agent)
    live(agent)
    back = rolled_back(agent, "live")
    lines = agent.events.count()

    again = roll_back(to=first, replacing=None, by=an_actor(agent))

    assert again == back
    assert agent.events.count() == lines


def test_a_rollback_is_refused_when_live_changed_meanwhile() -> None:
    agent = an_agent()
    first, seen = live(agent), live(agent)
    theirs = live(agent)

    with pytest.raises(Moved) as refused:
        roll_back(to=first, replacing=seen.pk, by=an_actor(agent))

    assert refused.value.current == theirs
    assert environment(agent, "live").active == theirs
    line = agent.events.get(refused=True)
    assert (line.kind, line.code, line.after) == (Event.Kind.ROLLED_BACK, "environment_moved", first.version)


def test_there_is_nothing_earlier_than_the_first() -> None:
    agent = an_agent()
    first = live(agent)

    refusal = refusal_to_roll_back(first.environment, to=first.previous, by=an_actor(agent))

    assert refusal is not None
    assert refusal.sentence == "There is no earlier version to roll back to."


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_only_releasers_and_admins_may_roll_back(role: Role) -> None:
    agent = an_agent()
    first, second = live(agent), live(agent)
    by = an_actor(agent, role)

    refusal = refusal_to_roll_back(first.environment, to=first, by=by)

    assert refusal is not None
    assert refusal.sentence == "Only releasers and admins may roll back."
    with pytest.raises(Refused, match=refusal.sentence):
        roll_back(to=first, replacing=second.pk, by=by)
    assert environment(agent, "live").active == second


def test_sandbox_may_be_rolled_back_and_the_draft_keeps_its_base() -> None:
    agent = an_agent()
    first, second = published(agent), published(agent)
    draft = edited(agent)

    back = rolled_back(agent, "sandbox")

    draft.refresh_from_db()
    assert back.version == first.version
    assert draft.base == second.version


def test_a_new_draft_starts_from_what_sandbox_runs() -> None:
    agent = an_agent()
    first = published(agent)
    published(agent)
    rolled_back(agent, "sandbox")

    draft = edited(agent)

    assert draft.base == first.version


def test_requiring_pre_release_never_stands_in_the_way_of_a_rollback() -> None:
    agent = an_agent()
    promoted(published(agent), "live")
    promoted(published(agent), "live")
    change_agent(agent, require_pre_release=True, by=an_actor(agent))

    back = rolled_back(agent, "live")

    assert back.is_active


def test_a_rollback_told_with_an_older_clock_still_comes_last() -> None:
    agent = an_agent()
    live(agent)
    second = live(agent)

    back = rolled_back(agent, "live", at=datetime(2001, 1, 1, tzinfo=UTC))

    assert back.started_at > second.started_at


def test_what_was_left_by_a_rollback_is_never_offered_again_even_after_it_was_promoted_once_more() -> None:
    agent = an_agent()
    first, second = live(agent), live(agent)
    third = promoted(published(agent), "live")

    rolled_back(agent, "live")
    promoted(third, "live")
    back = rolled_back(agent, "live")

    assert back.version == second.version
    assert back.previous == first


def test_undoing_and_rolling_back_in_turn_walks_back_past_what_was_undone() -> None:
    agent = an_agent()
    first, second = live(agent), live(agent)
    third = promoted(published(agent), "live")

    for _ in range(3):
        undone = rolled_back(agent, "live")
        promoted(third, "live")
    undone = rolled_back(agent, "live")

    assert undone.version == second.version
    assert undone.restored == second
    assert undone.previous == first
