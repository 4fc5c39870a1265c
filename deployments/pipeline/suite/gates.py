"""Gates: an environment that takes in only versions that have passed a test set."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from deployments.models import Agent, CaseRun, CaseSet, Environment, Event, Run
from deployments.pipeline.actor import Actor
from deployments.pipeline.agents import refusal_to_change_agent
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import Refusal, Refused, unless

# Of cases that did not pass; and how much of each name goes into a sentence.
NAMED, LONGEST = 5, 60


@dataclass(frozen=True)
class Gate:
    """How a version stands before a gate. `run` is the newest of the set on it that was not called off."""

    case_set: CaseSet
    run: Run | None
    # Cases that did not pass, by name.
    failing: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.run is not None and not self.is_outdated and self.run.status == Run.Status.PASSED

    @property
    def is_outdated(self) -> bool:
        """The set asks something else since."""
        return self.run is not None and self.run.began_at < self.case_set.changed_at

    @property
    def words(self) -> str:
        """Why it is closed; how it was opened, where it is open."""
        held = f"Test set “{self.case_set.name}”"
        if self.run is None:
            return f"{held} has not run on this version"
        if self.is_outdated:
            return f"{held} was changed since it ran on this version"
        match self.run.status:
            case Run.Status.PASSED:
                return f"{held} passed on this version"
            case Run.Status.FAILED:
                return f"{held} failed on this version"
            case Run.Status.INCOMPLETE:
                return f"{held} is incomplete on this version: something could not be judged"
        return f"{held} is still running on this version"

    @property
    def sentence(self) -> str:
        """The same, with the first cases that did not pass."""
        names = [name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in self.named]
        more = f" and {self.unnamed} more" if self.unnamed else ""
        return f"{self.words}: {', '.join(names)}{more}." if names else f"{self.words}."

    @property
    def named(self) -> tuple[str, ...]:
        return () if self.is_outdated else self.failing[:NAMED]

    @property
    def unnamed(self) -> int:
        return len(self.failing) - len(self.named) if self.named else 0


# By the set's key and the version's.
Gates: TypeAlias = Mapping[tuple[int, int], Gate]


def gates_for(agent: Agent, versions: Collection[int]) -> Gates:
    """How these versions stand before every gate of the agent. Asks nothing where the agent has none."""
    wanted = {step.gate_id for step in agent.ladder if step.gate_id is not None}
    if not wanted or not versions:
        return {}
    sets = {held.pk: held for held in CaseSet.objects.filter(pk__in=wanted)}
    runs = Run.objects.filter(case_set__in=sets, version__in=versions).not_cancelled()
    found = {(run.case_set_id, run.version_id): run for run in runs.newest_of_each("case_set", "version")}
    shut = [run.pk for run in found.values() if run.status in {Run.Status.FAILED, Run.Status.INCOMPLETE}]
    failing = failing_cases(shut)
    return {
        (key, version): Gate(held, run := found.get((key, version)), failing.get(run.pk, ()) if run else ())
        for key, held in sets.items()
        for version in versions
    }


def failing_cases(runs: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The names of the cases that did not pass, by run, each once."""
    if not runs:
        return {}
    shut = (CaseRun.Status.FAILED, CaseRun.Status.ERROR, CaseRun.Status.TIMED_OUT, CaseRun.Status.INCOMPLETE)
    rows = CaseRun.objects.filter(run__in=runs, status__in=shut).order_by("run", "name").values_list("run_id", "name")
    found: dict[UUID, list[str]] = {}
    for run, name in rows.distinct():
        found.setdefault(run, []).append(name)
    return {run: tuple(names) for run, names in found.items()}


def refusal_of_gate(gate: Gate | None) -> Refusal | None:
    """Why this gate lets the version not through."""
    if gate is None or gate.is_open:
        return None
    return Refusal("gate_closed", gate.sentence)


def change_gate(
    environment: Environment, case_set: CaseSet | None, *, by: Actor, at: datetime | None = None
) -> Environment:
    """The set that must have passed before a version is promoted here; None: no gate.

    Raises `Refused`: `no_permission`, `gate_unusable` (for where versions are published, or with another agent's set).
    """
    agent = environment.agent
    unless(refusal_to_change_agent(agent, by=by))
    if case_set is not None and environment.is_first:
        unless(Refusal("gate_unusable", f"Versions come to {environment.label} by publishing, which no test precedes."))
    with transaction.atomic():
        # Whoever deletes it waits. A placement that starts it does not: that one holds the environment already.
        sets = CaseSet.objects.select_for_update(no_key=True)
        if case_set is not None and not sets.filter(pk=case_set.pk, agent=agent).exists():
            raise Refused(Refusal("gate_unusable", "This test set is no longer there. Choose another one."))
        held = Environment.objects.select_for_update(no_key=True).get(pk=environment.pk)
        if held.gate_id != (case_set.pk if case_set else None):
            was = held.gate.name if held.gate else None
            held.gate = case_set
            held.save(update_fields=["gate"])
            record(
                Event.Kind.AGENT_SETTINGS,
                agent,
                by=by,
                at=at or timezone.now(),
                environment=environment,
                details={"gate": [was or "none", case_set.name if case_set else "none"]},
            )
    environment.gate = case_set
    return environment
