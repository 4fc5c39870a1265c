from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from deployments.models import Agent, Deployment, Environment, Role, Version
from deployments.pipeline.actor import Actor
from deployments.pipeline.suite.gates import Gate, Gates, gates_for


@dataclass(frozen=True)
class Standing:
    """What the predicates ask about an agent, read once for a page of many versions: three queries, however many.

    Two or three more where the agent has gates.
    """

    role: Role | None
    active: dict[int, Deployment] = field(default_factory=dict)
    stood: dict[int, set[int]] = field(default_factory=dict)
    gates: Gates = field(default_factory=dict)

    @classmethod
    def of(cls, agent: Agent, versions: Collection[Version], *, by: Actor, role: Role | None = None) -> Standing:
        """`role` is for a page that has read it a moment ago."""
        rows = Deployment.objects.active().filter(agent=agent).with_details()
        # What a rollback on an active row goes back to may be two steps away: see Deployment.previous.
        rows = rows.select_related("source", "restored__replaced__version")
        active = {row.environment_id: row for row in rows.defer("restored__replaced__version__manifest")}
        asked = {version.pk for version in versions} | {row.version_id for row in active.values()}
        stood: dict[int, set[int]] = {}
        pairs = Deployment.objects.filter(version__in=asked).order_by()
        for version, environment in pairs.values_list("version_id", "environment_id").distinct():
            stood.setdefault(version, set()).add(environment)
        return cls(role or by.person.role_in(agent.workspace_id), active, stood, gates_for(agent, asked))

    def gate(self, version: Version, environment: Environment) -> Gate | None:
        """How a version stands before the gate of an environment; None where there is none, or it is through.

        What runs there may stand before it once more: its placement may have started the very set.
        """
        if environment.gate_id is None or self.runs(environment, version):
            return None
        return self.gates.get((environment.gate_id, version.pk))

    def has_stood(self, version: Version, environment: Environment) -> bool:
        return environment.pk in self.stood.get(version.pk, set())

    def runs(self, environment: Environment, version: Version) -> bool:
        return environment.pk in self.active and self.active[environment.pk].version_id == version.pk
