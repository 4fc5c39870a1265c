"""Writers at the same time, on the real database: transactions that commit, connections of their own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connection, connections, transaction

from deployments.models import Agent, Deployment, Draft, Environment, Event, Number, Version, Webhook
from deployments.pipeline import (
    ANY,
    Actor,
    Chosen,
    Moved,
    Refused,
    Reviewed,
    add_person,
    change_gate,
    change_ladder,
    change_role,
    create_agent,
    delete_set,
    delete_webhook,
    import_files,
    promote,
    publish,
    roll_back,
    save_values,
    start_run,
)
from deployments.pipeline.placing import DEPLOYMENT_CHANNEL, lock_agent
from deployments.pipeline.verification import verify
from tests.suites import a_case, a_set
from tests.vocabulary import (
    RULES,
    Role,
    a_number,
    a_person,
    a_webhook,
    a_workspace,
    admin_of,
    an_actor,
    an_agent,
    edited,
    environment,
    live,
    promoted,
    published,
)

pytestmark = pytest.mark.django_db(transaction=True)
# Whether another connection waits for what this one holds.
BLOCKED = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act gave or raised, all of them begun at the same moment, each in a thread with its own connection."""
    barrier = Barrier(len(acts))

    def begin(act: Callable[[], object]) -> object:
        try:
            barrier.wait(timeout=30)
            return act()
        except (Refused, Deployment.DoesNotExist) as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(begin, acts))


def in_its_own_connection(act: Callable[[], object]) -> object:
    try:
        return act()
    finally:
        connections.close_all()


def test_forty_writers_into_one_environment_leave_one_active_deployment() -> None:
    agent = an_agent()
    versions = [published(agent).version for _ in range(8)]
    seen = promoted(versions[0], "live")
    by, to = an_actor(agent), environment(agent, "live")
    refused_before = agent.events.filter(refused=True).count()

    def writer(number: int) -> Callable[[], object]:
        # Every second one says what it reviewed; all of those saw the same.
        replacing = seen.pk if number % 2 else ANY
        version = Version.objects.get(pk=versions[1 + number % 7].pk)
        return lambda: promote(version, to=to, replacing=replacing, by=by)

    outcomes = at_once(*(writer(number) for number in range(40)))

    rows = list(Deployment.objects.filter(environment=to).order_by("started_at"))
    assert sum(row.is_active for row in rows) == 1
    for before, after in pairwise(rows):
        assert before.ended_at == after.started_at
        assert after.replaced_id == before.pk
        assert before.version_id != after.version_id
    placed = {outcome.pk for outcome in outcomes if isinstance(outcome, Deployment)}
    assert {row.pk for row in rows} == placed | {seen.pk}
    refused = sum(isinstance(outcome, Moved) for outcome in outcomes)
    assert all(isinstance(outcome, Deployment | Moved) for outcome in outcomes)
    assert agent.events.filter(refused=True).count() - refused_before == refused
    lines = Counter(agent.events.filter(kind=Event.Kind.PROMOTED, refused=False).values_list("deployment", flat=True))
    assert lines == Counter(row.pk for row in rows)
    assert verify().problems == []


def test_of_two_who_reviewed_the_same_one_wins() -> None:
    agent = an_agent()
    seen = live(agent)
    second, third = published(agent).version, published(agent).version
    by, to = an_actor(agent), environment(agent, "live")

    outcomes = at_once(
        lambda: promote(second, to=to, replacing=seen.pk, by=by),
        lambda: promote(third, to=to, replacing=seen.pk, by=by),
    )

    winners = [outcome for outcome in outcomes if isinstance(outcome, Deployment)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, Moved)]
    assert (len(winners), len(losers)) == (1, 1)
    assert environment(agent, "live").active == winners[0] == losers[0].current


@pytest.mark.parametrize("verb", ["promote", "roll back"])
def test_a_right_side_that_moves_while_the_left_is_waited_for_is_noticed(verb: str) -> None:
    agent = an_agent()
    first = live(agent)
    held = live(agent)
    seen = promoted(published(agent) if verb == "promote" else first, "pre-release")
    newer, by, target = published(agent), an_actor(agent), environment(agent, "live")
    reviewed = Reviewed(held.pk, seen)

    def act() -> object:
        if verb == "promote":
            return promote(seen.version, to=target, replacing=held.pk, reviewed=reviewed, by=by)
        return roll_back(to=first, replacing=held.pk, reviewed=reviewed, by=by)

    with ThreadPoolExecutor(1) as beside:
        with transaction.atomic():
            Environment.objects.select_for_update().get(pk=target.pk)
            waiting = beside.submit(at_once, act)
            while not _somebody_waits_for_a_lock():
                assert not waiting.done()
            other = _on_another_connection(lambda: promoted(newer, "pre-release"))
        (outcome,) = waiting.result()

    assert isinstance(outcome, Moved)
    assert outcome.expected == seen
    assert outcome.current == other
    assert environment(agent, "live").active == held


@pytest.mark.parametrize("verb", ["publish", "promote", "roll back"])
def test_a_role_that_is_withdrawn_while_the_lock_is_waited_for_places_nothing(verb: str) -> None:
    agent = an_agent()
    first, held = live(agent), live(agent)
    newer = promoted(published(agent), "pre-release").version
    draft = edited(agent)
    target = environment(agent, "sandbox" if verb == "publish" else "live")
    stood, by, admin = target.active, an_actor(agent, Role.RELEASER), an_actor(agent)
    acts: dict[str, Callable[[], object]] = {
        "publish": lambda: publish(agent, state=draft.state, by=by),
        "promote": lambda: promote(newer, to=target, replacing=held.pk, by=by),
        "roll back": lambda: roll_back(to=first, replacing=held.pk, by=by),
    }

    with ThreadPoolExecutor(1) as beside:
        with transaction.atomic():
            Environment.objects.select_for_update().get(pk=target.pk)
            waiting = beside.submit(at_once, acts[verb])
            while not _somebody_waits_for_a_lock():
                assert not waiting.done()
            _on_another_connection(lambda: change_role(by.person.memberships.get(), Role.VIEWER, by=admin))
        (outcome,) = waiting.result()

    assert isinstance(outcome, Refused)
    assert outcome.code == "no_permission"
    assert environment(agent, target.slug).active == stood


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def _on_another_connection(act: Callable[[], object]) -> object:
    """What another connection does and commits, in a thread of its own."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(at_once, act).result()[0]


def test_a_double_click_makes_one_placement() -> None:
    agent = an_agent()
    seen = live(agent)
    version = published(agent).version
    by, to = an_actor(agent), environment(agent, "live")

    first, second = at_once(*[lambda: promote(version, to=to, replacing=seen.pk, by=by)] * 2)

    assert isinstance(first, Deployment)
    assert first == second
    assert Deployment.objects.filter(environment=to, version=version).count() == 1
    assert agent.events.filter(deployment=first).count() == 1


def test_of_two_who_publish_the_same_draft_one_wins() -> None:
    agent = an_agent()
    draft, by = edited(agent), an_actor(agent)

    outcomes = at_once(*[lambda: publish(Agent.objects.get(pk=agent.pk), state=draft.state, by=by)] * 4)

    assert sum(isinstance(outcome, Deployment) for outcome in outcomes) == 1
    losers = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert {loser.code for loser in losers} == {"nothing_to_publish"}
    assert Version.objects.filter(agent=agent).count() == 1
    assert verify().problems == []


def test_imports_at_once_each_leave_their_line_and_one_draft() -> None:
    agent = an_agent()
    published(agent)
    by = an_actor(agent)

    def writer(number: int) -> Callable[[], object]:
        files = {RULES: b"Shared by all.\n", f"notes/{number}.md": b"Note %d.\n" % number, "same.md": b"Same.\n"}
        return lambda: import_files(Agent.objects.get(pk=agent.pk), files, mode="add", by=by)

    at_once(*(writer(number) for number in range(8)))

    draft = Draft.objects.get(agent=agent)
    assert {f"notes/{number}.md" for number in range(8)} <= set(draft.files)
    assert draft.revision == 8
    assert draft.changes.count() == 8
    assert verify().problems == []


def test_publishing_while_somebody_imports_loses_neither() -> None:
    agent = an_agent()
    published(agent)
    draft, by = edited(agent), an_actor(agent)

    outcomes = at_once(
        lambda: publish(Agent.objects.get(pk=agent.pk), state=draft.state, by=by),
        lambda: import_files(Agent.objects.get(pk=agent.pk), {"late.md": b"Late.\n"}, mode="add", by=by),
    )

    holder = Draft.objects.get(agent=agent)
    assert "late.md" in holder.files
    assert isinstance(outcomes[0], Deployment) or holder.files[RULES] == draft.files[RULES]
    assert verify().problems == []


def test_one_id_goes_to_one_agent() -> None:
    workspace = a_workspace()
    by = Actor(admin_of(workspace))

    outcomes = at_once(*[lambda: create_agent(workspace, slug="desk", name="Desk", by=by)] * 4)

    assert sum(isinstance(outcome, Agent) for outcome in outcomes) == 1
    assert {outcome.code for outcome in outcomes if isinstance(outcome, Refused)} == {"id_taken"}


def test_a_promotion_and_a_shorter_ladder_at_once_leave_nothing_active_off_the_ladder() -> None:
    agent = an_agent()
    version = published(agent).version
    by, to = an_actor(agent), environment(agent, "pre-release")

    at_once(
        lambda: promote(version, to=to, replacing=None, by=by),
        lambda: change_ladder(Agent.objects.get(pk=agent.pk), steps=2, by=by),
    )

    assert environment(agent, "pre-release").active is None
    assert verify().problems == []


def test_two_admins_who_step_down_at_once_leave_one() -> None:
    workspace = a_workspace()
    ana, ben = admin_of(workspace), a_person(Role.ADMIN, workspace)

    at_once(
        *(
            lambda person=person: change_role(person.memberships.get(), Role.VIEWER, by=Actor(person))
            for person in (ana, ben)
        )
    )

    assert workspace.memberships.filter(role=Role.ADMIN).count() == 1


def test_a_person_made_twice_at_once_is_made_once() -> None:
    workspace = a_workspace()

    def make() -> object:
        return add_person(workspace, email="ben@example.com", role=Role.EDITOR, password="six tall ships")[1]

    assert sorted(map(str, at_once(*[make] * 4))) == ["False", "False", "False", "True"]


def test_two_agents_that_add_a_number_at_once_leave_it_to_one() -> None:
    agents = [an_agent(), an_agent()]

    results = at_once(*(lambda agent=agent: a_number(agent, "live", "+44 20 7946 0018") for agent in agents))

    [number] = Number.objects.all()
    assert Counter(type(result) for result in results) == {Number: 1, Refused: 1}
    assert [str(result) for result in results if isinstance(result, Refused)] == [
        "['+44 20 7946 0018 belongs to another agent of this installation. Ask whoever runs it whose it is.']"
    ]
    assert [event.agent for event in Event.objects.filter(kind=Event.Kind.NUMBER_ADDED)] == [number.agent]


def test_a_number_added_while_the_ladder_is_shortened_never_leads_beside_it() -> None:
    for _ in range(5):
        agent = an_agent()

        at_once(
            lambda agent=agent: a_number(agent, "pre-release"),
            lambda agent=agent: change_ladder(Agent.objects.get(pk=agent.pk), steps=2, by=an_actor(agent)),
        )

        numbers = agent.numbers.filter(environment__on_ladder=False)
        assert not numbers.exists()
        assert agent.numbers.exists() == (len(Agent.objects.get(pk=agent.pk).ladder) == 3)


def test_real_time_values_are_saved_while_somebody_publishes() -> None:
    """Publishing holds the agent, then the environment: who holds the environment must not ask for the agent."""
    agent = an_agent()
    place, by = environment(agent, "sandbox"), an_actor(agent)

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        lock_agent(agent.pk)
        saved = pool.submit(in_its_own_connection, lambda: save_values(place, {"tide": "low"}, by=by))
        assert saved.result(timeout=10)


def test_a_gate_is_chosen_while_a_placement_starts_its_set() -> None:
    """A placement holds the environment and lets nobody delete the set: who waits for the first must not block that."""
    agent = an_agent()
    place, held, by = environment(agent, "live"), a_set(agent), an_actor(agent, Role.ADMIN)

    with ThreadPoolExecutor(1) as pool, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM deployments_caseset WHERE id = %s FOR KEY SHARE", [held.pk])
        assert pool.submit(in_its_own_connection, lambda: change_gate(place, held, by=by)).result(timeout=10)


@pytest.mark.parametrize("what", ["webhook", "set"])
def test_what_is_deleted_while_somebody_promotes_fails_no_promotion(what: str) -> None:
    agent = an_agent()
    version, by = published(agent).version, an_actor(agent)
    (hook, _), held = a_webhook(agent.workspace), a_set(agent, after=("live",))

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            delete_webhook(hook, by=by) if what == "webhook" else delete_set(held, by=by)
            placing = pool.submit(in_its_own_connection, lambda: promoted(version, "live"))
            while not placing.done() and not cursor.execute(BLOCKED).fetchone()[0]:
                pass
        assert placing.result(timeout=30)


def test_a_webhook_that_is_deleted_while_it_is_told_of_a_promotion_goes_with_that_message() -> None:
    agent = an_agent()
    version, by = published(agent).version, an_actor(agent)
    hook, _ = a_webhook(agent.workspace)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            promoted(version, "live")
            deleting = pool.submit(in_its_own_connection, lambda: delete_webhook(hook, by=by))
            while not deleting.done() and not cursor.execute(BLOCKED).fetchone()[0]:
                pass
        deleting.result(timeout=30)
    assert not Webhook.objects.exists()
    assert environment(agent, "live").active


def test_what_is_refused_while_a_webhook_is_deleted_is_refused_and_has_its_line() -> None:
    agent = an_agent()
    version, by = published(agent).version, an_actor(agent)
    hook, _ = a_webhook(agent.workspace)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            delete_webhook(hook, by=by)
            placing = pool.submit(in_its_own_connection, lambda: promoted(version, "sandbox"))
            while not placing.done() and not cursor.execute(BLOCKED).fetchone()[0]:
                pass
        with pytest.raises(Refused):
            placing.result(timeout=30)
    assert agent.events.filter(refused=True).count() == 1


def test_a_set_that_is_deleted_while_a_run_of_it_begins_leaves_that_run_without_one() -> None:
    agent = an_agent(files=a_case("Bags", "How many bags?"))
    place, by = published(agent).environment, an_actor(agent)
    held = a_set(agent)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            run = start_run(agent, place, Chosen(case_set=held), by=by)
            deleting = pool.submit(in_its_own_connection, lambda: delete_set(held, by=by))
            while not deleting.done() and not cursor.execute(BLOCKED).fetchone()[0]:
                pass
        deleting.result(timeout=30)

    run.refresh_from_db()
    assert (run.case_set, run.set_name, run.case_count) == (None, "Smoke", 1)


def test_listeners_hear_of_a_placement_at_the_commit() -> None:
    agent = an_agent()
    version = published(agent).version
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {DEPLOYMENT_CHANNEL}")

    placed = promoted(version, "live")

    heard = list(connection.connection.notifies(timeout=5, stop_after=1))
    connection.close()
    assert [json.loads(notice.payload) for notice in heard] == [
        {"agent": agent.slug, "environment": "live", "deployment": str(placed.pk), "version": version.hash}
    ]
