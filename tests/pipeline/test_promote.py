from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from deployments.models import Agent, Deployment, Event, Role
from deployments.pipeline import (
    Actor,
    Moved,
    Refused,
    Standing,
    change_agent,
    change_ladder,
    delete_agent,
    promote,
    refusal_to_promote,
)
from deployments.pipeline.verification import verify
from tests.vocabulary import a_person, a_workspace, an_actor, an_agent, environment, live, promoted, published

pytestmark = pytest.mark.django_db


def test_promoting_replaces_what_was_live() -> None:
    agent = an_agent()
    first = live(agent)

    second = promoted(published(agent), "live")

    assert environment(agent, "live").active == second
    first.refresh_from_db()
    assert first.ended_at == second.started_at
    assert second.replaced == first


def test_a_promotion_says_who_when_from_where_and_why() -> None:
    agent = an_agent()
    ben = a_person(Role.RELEASER, agent.workspace)
    version = published(agent).version
    at = datetime(2026, 6, 2, 9, 17, tzinfo=UTC)

    with time_machine.travel(at, tick=False):
        placed = promoted(version, "pre-release", "Shorter answers", by=ben)

    event = agent.events.get(kind=Event.Kind.PROMOTED)
    assert (placed.by, placed.started_at, placed.source, placed.message) == (
        ben,
        at,
        environment(agent, "sandbox"),
        "Shorter answers",
    )
    assert (event.by, event.at, event.channel, event.environment, event.source) == (
        ben,
        at,
        "web",
        placed.environment,
        placed.source,
    )
    assert (event.before, event.after, event.deployment, event.message) == (None, version, placed, "Shorter answers")
    assert not event.refused


def test_promoting_leaves_the_earlier_environment_as_it_is() -> None:
    agent = an_agent()
    placed = published(agent)

    promoted(placed, "pre-release")

    assert environment(agent, "sandbox").active == placed


def test_promoting_what_is_live_already_is_quiet_whatever_was_expected() -> None:
    agent = an_agent()
    there = live(agent)
    older = there.pk
    lines = agent.events.count()

    again = promoted(there, "live", replacing=None)

    assert again.pk == older
    assert agent.events.count() == lines
    assert Deployment.objects.filter(environment__slug="live").count() == 1


def test_promotion_is_refused_when_live_changed_meanwhile() -> None:
    """product-semantics.md, section 20, row 4: A opens the dialog, B promotes, A confirms."""
    agent = an_agent()
    seen = live(agent)
    second, third = published(agent), published(agent)
    ben = a_person(Role.RELEASER, agent.workspace, name="Ben Releaser")
    with time_machine.travel(datetime(2030, 1, 5, 14, 2, tzinfo=UTC)):
        theirs = promoted(second, "live", by=ben)

        with pytest.raises(Moved) as refused:
            promoted(third, "live", replacing=seen.pk)

    assert environment(agent, "live").active == theirs
    assert refused.value.current == theirs
    assert refused.value.expected == seen
    assert refused.value.code == "environment_moved"
    assert refused.value.message == (
        f"Live moved to version {theirs.version.short} at 14:02 (by Ben Releaser). "
        f"You reviewed a replacement of {seen.version.short}. Review again before going on."
    )


def test_a_first_promotion_is_refused_when_somebody_was_first() -> None:
    agent = an_agent()
    first, second = published(agent), published(agent)
    promoted(first, "live")

    with pytest.raises(Moved, match="You reviewed placing the first version there"):
        promoted(second, "live", replacing=None)


def test_a_refused_promotion_leaves_one_line_behind_the_filter() -> None:
    """product-semantics.md, section 20, row 9."""
    agent = an_agent()
    viewer = a_person(Role.VIEWER, agent.workspace)
    placed = published(agent)
    shown = agent.events.filter(refused=False).count()

    with pytest.raises(Refused):
        promoted(placed, "pre-release", by=viewer)

    line = agent.events.get(refused=True)
    assert agent.events.filter(refused=False).count() == shown
    assert (line.kind, line.code, line.by, line.environment, line.after) == (
        Event.Kind.PROMOTED,
        "no_permission",
        viewer,
        environment(agent, "pre-release"),
        placed.version,
    )
    assert line.message == "Only releasers and admins may promote."


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_only_releasers_and_admins_may_promote(role: Role) -> None:
    """product-semantics.md, section 20, row 11."""
    agent = an_agent()
    version = published(agent).version
    to = environment(agent, "pre-release")
    by = an_actor(agent, role)

    refusal = refusal_to_promote(version, to=to, by=by)

    assert refusal is not None
    assert refusal.sentence == "Only releasers and admins may promote."
    with pytest.raises(Refused, match=refusal.sentence):
        promote(version, to=to, replacing=None, by=by)
    assert to.active is None


def test_a_role_taken_away_acts_at_once() -> None:
    agent = an_agent()
    ben = a_person(Role.RELEASER, agent.workspace)
    placed = published(agent)
    ben.memberships.update(role=Role.VIEWER)

    with pytest.raises(Refused, match="Only releasers and admins"):
        promoted(placed, "pre-release", by=ben)


def test_somebody_of_another_workspace_may_nothing() -> None:
    agent = an_agent()
    stranger = a_person(Role.ADMIN, a_workspace())

    refusal = refusal_to_promote(published(agent).version, to=environment(agent, "live"), by=Actor(stranger))

    assert refusal is not None
    assert refusal.code == "not_a_member"


def test_what_is_there_already_is_not_offered() -> None:
    agent = an_agent()
    placed = live(agent)

    refusal = refusal_to_promote(placed.version, to=placed.environment, by=an_actor(agent))

    assert refusal is not None
    assert refusal.sentence == "Already active in Live."


def test_sandbox_to_live_is_a_hotfix_and_marked_as_one() -> None:
    agent = an_agent()

    placed = promoted(published(agent), "live")

    assert placed.hotfix
    assert placed.source == environment(agent, "sandbox")
    assert agent.events.get(kind=Event.Kind.PROMOTED).details == {"hotfix": True}


def test_what_went_through_pre_release_is_no_hotfix() -> None:
    agent = an_agent()

    placed = live(agent)

    assert not placed.hotfix
    assert placed.source == environment(agent, "pre-release")


def test_on_a_ladder_of_two_the_ordinary_step_is_no_hotfix() -> None:
    """product-semantics.md, section 20, row 13."""
    agent = an_agent(steps=2)

    placed = promoted(published(agent), "live")

    assert not placed.hotfix
    assert [step.label for step in agent.ladder] == ["Sandbox", "Live"]


def test_an_agent_may_require_pre_release_before_live() -> None:
    agent = an_agent()
    change_agent(agent, require_pre_release=True, by=an_actor(agent))
    placed = published(agent)

    with pytest.raises(Refused, match="This agent requires Pre-release before Live") as refused:
        promoted(placed, "live")
    promoted(placed, "pre-release")
    allowed = promoted(placed, "live")

    assert refused.value.code == "pre_release_required"
    assert allowed.is_active


def test_what_is_live_already_needs_no_pre_release() -> None:
    agent = an_agent()
    placed = promoted(published(agent), "live")
    change_agent(agent, require_pre_release=True, by=an_actor(agent))

    refusal = refusal_to_promote(placed.version, to=placed.environment, by=an_actor(agent))

    assert refusal is not None
    assert refusal.sentence == "Already active in Live."
    assert promoted(placed, "live") == placed


def test_versions_are_not_promoted_backwards() -> None:
    agent = an_agent()
    first = published(agent)
    published(agent)

    with pytest.raises(Refused, match="Versions come to Sandbox by publishing"):
        promoted(first, "sandbox")


def test_another_agents_environment_is_refused() -> None:
    agent, other = an_agent(), an_agent()

    with pytest.raises(Refused, match="is not on the ladder of"):
        promote(published(agent).version, to=environment(other, "live"), replacing=None, by=an_actor(agent))


def test_an_older_version_may_be_promoted_over_a_newer_one() -> None:
    agent = an_agent()
    older, newer = published(agent), published(agent)
    promoted(newer, "live")

    placed = promoted(older, "live")

    assert environment(agent, "live").active == placed


def test_nothing_is_promoted_in_a_deleted_agent() -> None:
    agent = an_agent()
    version = published(agent).version
    delete_agent(agent, typed=agent.slug, by=an_actor(agent))

    with pytest.raises(Refused, match="was deleted"):
        promoted(version, "live")


def test_a_message_of_more_than_5000_characters_is_refused() -> None:
    agent = an_agent()

    with pytest.raises(Refused, match="5,000 are allowed"):
        promoted(published(agent), "live", "x" * 5001)


def test_a_clock_that_runs_behind_never_turns_the_order_around() -> None:
    agent = an_agent()
    first, second = published(agent), published(agent)
    there = promoted(first, "live")

    placed = promoted(second, "live", at=datetime(2001, 1, 1, tzinfo=UTC))

    there.refresh_from_db()
    assert there.started_at < placed.started_at == there.ended_at
    assert list(Deployment.objects.filter(environment__slug="live").newest_first()) == [placed, there]


def test_nor_where_a_step_left_the_ladder_and_came_back() -> None:
    agent = an_agent()
    by = an_actor(agent)
    version = published(agent)
    there = promoted(version, "pre-release")
    for steps in 2, 3:
        change_ladder(Agent.objects.get(pk=agent.pk), steps=steps, by=by)

    placed = promoted(version, "pre-release", at=datetime(2001, 1, 1, tzinfo=UTC))

    there.refresh_from_db()
    assert there.started_at < there.ended_at < placed.started_at
    assert verify().problems == []


def test_a_promotion_costs_few_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    agent = an_agent()
    there = promoted(published(agent), "live")
    version, by = published(agent).version, an_actor(agent)

    with django_assert_max_num_queries(9):  # two of them the savepoint of the test
        promote(version, to=there.environment, replacing=there.pk, by=by)


def test_a_page_of_versions_asks_the_database_three_times(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    agent = an_agent()
    versions = [published(agent).version for _ in range(4)]
    by, to = an_actor(agent), environment(agent, "live")
    assert to.agent.ladder
    for version in versions:
        version.agent = agent

    with django_assert_num_queries(3):
        standing = Standing.of(agent, versions, by=by)
        refusals = [refusal_to_promote(version, to=to, by=by, standing=standing) for version in versions]

    assert refusals == [None] * 4
