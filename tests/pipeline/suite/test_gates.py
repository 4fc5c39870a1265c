"""Gates: what stands before an environment, who passes it all the same, and what is kept for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from deployments import pipeline
from deployments.models import Agent, CaseRun, CaseSet, Event, Role, Run
from deployments.pipeline import Refused, SetOptions
from deployments.pipeline.suite.clearing import clear_old_runs
from deployments.pipeline.suite.gates import Gate
from tests.pipeline.suite.vocabulary import refused
from tests.suites import CASES, a_case, a_set, ran, started, with_cases
from tests.vocabulary import an_actor, environment, live, promoted, published, rolled_back

pytestmark = pytest.mark.django_db


def gated(agent: Agent, *cases: str, **options: Any) -> CaseSet:
    held = a_set(agent, "Smoke", *cases, **options)
    pipeline.change_gate(environment(agent, "live"), held, by=an_actor(agent))
    for read_before in ("ladder", "every_environment"):
        agent.__dict__.pop(read_before, None)
    return held


def test_a_version_passes_a_gate_only_when_the_set_passed_on_exactly_it(agent: Agent) -> None:
    held = gated(agent)
    version = published(agent).version
    other = published(agent).version
    ran(started(agent, other, case_set=held))

    with pytest.raises(Refused, match=r"Test set “Smoke” has not run on this version\."):
        promoted(version, "live", by=an_actor(agent, Role.RELEASER).person)
    ran(started(agent, version, case_set=held), Pier="failed", Skis="error")
    with pytest.raises(Refused, match=r"Test set “Smoke” failed on this version: Pier, Skis\."):
        promoted(version, "live", by=an_actor(agent, Role.RELEASER).person)
    started(agent, version, case_set=held)
    with pytest.raises(Refused, match=r"Test set “Smoke” is still running on this version\."):
        promoted(version, "live", by=an_actor(agent, Role.RELEASER).person)
    ran(Run.objects.newest_first()[0])

    assert promoted(version, "live", by=an_actor(agent, Role.RELEASER).person).is_active


def test_a_closed_gate_names_five_cases_at_readable_length_and_counts_the_others() -> None:
    now = timezone.now()
    failed = Run(status=Run.Status.FAILED, began_at=now)
    names = ("A" * 200, *(f"Case {number}" for number in range(1, 8)))
    gate = Gate(CaseSet(name="Smoke", changed_at=now), failed, names)

    assert gate.sentence == (
        f"Test set “Smoke” failed on this version: {'A' * 59}…, Case 1, Case 2, Case 3, Case 4 and 3 more."
    )
    assert (gate.named, gate.unnamed) == (names[:5], 3)


def test_a_set_that_asks_more_since_opens_no_gate(agent: Agent) -> None:
    held = gated(agent, "Bags")
    version = published(agent).version
    ran(started(agent, version, case_set=held))

    pipeline.change_set(held, SetOptions(name="Smoke!", cases=list(a_case("Bags"))), by=an_actor(agent))
    assert pipeline.gates_for(agent, [version.pk])[held.pk, version.pk].is_open
    pipeline.change_set(held, SetOptions(name="Smoke", everything=True), by=an_actor(agent))

    with pytest.raises(Refused, match=r"Test set “Smoke” was changed since it ran on this version\."):
        promoted(version, "live", by=an_actor(agent, Role.RELEASER).person)


def test_only_an_admin_passes_a_closed_gate_and_only_with_a_reason_that_history_keeps(agent: Agent) -> None:
    gated(agent)
    version, live_step = published(agent).version, environment(agent, "live")
    act: dict[str, Any] = {"to": live_step, "replacing": pipeline.ANY}

    releaser = an_actor(agent, Role.RELEASER)
    assert refused(pipeline.promote, version, past_gate="It burns", by=releaser, **act) == "gate_closed"
    assert refused(pipeline.promote, version, past_gate="  ", by=an_actor(agent), **act) == "gate_closed"
    pipeline.promote(version, past_gate="The pier burns", message="New pier", by=an_actor(agent), **act)

    line = agent.events.get(kind=Event.Kind.PROMOTED, after=version, refused=False)
    assert line.message == "New pier"
    assert line.details == {
        "past_gate": "Test set “Smoke” has not run on this version. Overridden: The pier burns",
        "hotfix": True,
    }


def test_menus_say_why_a_gate_is_closed_but_let_an_admin_come_and_give_a_reason(agent: Agent) -> None:
    gated(agent)
    version, live_step = published(agent).version, environment(agent, "live")

    refusal = pipeline.refusal_to_promote(version, to=live_step, by=an_actor(agent, Role.RELEASER))

    assert refusal is not None
    assert refusal.code == "gate_closed"
    assert pipeline.refusal_to_promote(version, to=live_step, by=an_actor(agent)) is None


def test_a_gate_says_nothing_of_what_is_there_already(agent: Agent) -> None:
    """A set that runs after a placement closes the gate behind it, until it has passed once more."""
    held = gated(agent)
    version, live_step = published(agent).version, environment(agent, "live")
    ran(started(agent, version, case_set=held))
    placed = promoted(version, "live")
    started(agent, version, case_set=held)
    releaser = an_actor(agent, Role.RELEASER)

    refusal = pipeline.refusal_to_promote(version, to=live_step, by=releaser)
    again = promoted(version, "live", by=releaser.person)

    assert refusal is not None
    assert refusal.sentence == "Already active in Live."
    assert again == placed
    assert not agent.events.filter(refused=True).exists()


def test_what_leaves_while_it_is_promoted_once_more_does_not_slip_back_past_a_gate(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    gated(agent)
    version, other = published(agent).version, published(agent).version
    live_step, releaser = environment(agent, "live"), an_actor(agent, Role.RELEASER)
    pipeline.promote(version, to=live_step, replacing=pipeline.ANY, past_gate="The pier burns", by=an_actor(agent))
    before = pipeline.Standing.of(agent, [version], by=releaser)
    pipeline.promote(other, to=live_step, replacing=pipeline.ANY, past_gate="It burns no more", by=an_actor(agent))
    monkeypatch.setattr(pipeline.Standing, "of", lambda *args, **named: before)

    code = refused(pipeline.promote, version, to=live_step, replacing=pipeline.ANY, by=releaser)

    assert code == "environment_moved"
    assert environment(agent, "live").active.version == other  # type: ignore[union-attr]


def test_a_rollback_passes_every_gate(agent: Agent) -> None:
    version = live(agent)
    gated(agent)

    assert rolled_back(agent, "live", by=an_actor(agent, Role.RELEASER).person).is_active
    assert version.replaced_by.verb == "rolled_back"


def test_a_set_that_is_a_gate_stays(agent: Agent) -> None:
    held = gated(agent)

    assert refused(pipeline.delete_set, held, by=an_actor(agent)) == "set_is_gate"
    pipeline.change_gate(environment(agent, "live"), None, by=an_actor(agent))
    pipeline.delete_set(held, by=an_actor(agent))

    lines = agent.events.filter(kind=Event.Kind.AGENT_SETTINGS).order_by("pk")
    assert [line.details["gate"] for line in lines] == [["none", "Smoke"], ["Smoke", "none"]]


def test_a_gate_stands_before_no_publishing_and_takes_no_other_agents_set(agent: Agent) -> None:
    other = with_cases()

    change = pipeline.change_gate
    assert refused(change, environment(agent, "sandbox"), a_set(agent), by=an_actor(agent)) == "gate_unusable"
    assert refused(change, environment(agent, "live"), a_set(other), by=an_actor(agent)) == "gate_unusable"
    assert refused(change, environment(agent, "live"), None, by=an_actor(agent, Role.RELEASER)) == "no_permission"


def test_gates_cost_three_queries_however_many_versions(
    agent: Agent, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    held = gated(agent)
    versions = [published(agent).version for _ in range(3)]
    for version in versions:
        ran(started(agent, version, case_set=held), Pier="failed")

    with django_assert_num_queries(5):  # the agent and its ladder are two, which a page has read already
        gates = pipeline.gates_for(Agent.objects.get(pk=agent.pk), [version.pk for version in versions])

    assert {gate.failing for gate in gates.values()} == {("Pier",)}


def test_old_runs_go_but_what_a_gate_may_ask_for_stays(agent: Agent) -> None:
    held = a_set(agent)
    standing = environment(agent, "live").active
    assert standing is not None
    older = ran(started(agent, standing.version, case_set=held))
    newest = ran(started(agent, standing.version, case_set=held))
    ran(started(agent, paths=list(CASES)[:1]))

    assert clear_old_runs(timezone.now() + timedelta(days=400)) == 2

    assert list(Run.objects.all()) == [newest]
    assert older != newest
    assert CaseRun.objects.count() == 3
