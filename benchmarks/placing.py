"""P11, P12: placing a version beside the same SQL in pgbench. Run: python benchmarks/placing.py

Both write to one durable PostgreSQL in turns, with eight clients, ours as two processes of four threads as in
production. P12 is a whole HTTP promotion, from the post to its answer, on the real server.
"""

from __future__ import annotations

import multiprocessing
import random
import re
import statistics
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any

from installation import Home, a_workspace, installed, many_versions, set_up
from peers import missing, show
from server import serving, signed_in

SECONDS = 3
ROUNDS = 3
PROCESSES, THREADS = 2, 4
AGENTS, STEPS = 334, 3
CONTENDED_PROMISE, SPREAD_PROMISE = 0.5, 0.4
HTTP_PROMISE, HTTP_PROMOTIONS = 10.0, 150


@dataclass(frozen=True)
class Field:
    """Agents with ids in a row from `agent` on, each with three environments and `each` versions, in a row too."""

    agents: int
    agent: int
    environment: int
    version: int
    each: int

    @property
    def script(self) -> str:
        """A placement by pgbench: the very SQL of the product, with pgbench's variables for its parameters."""
        from deployments.models import Person, Workspace
        from deployments.pipeline import placing

        step = "random(0, 2)" if self.agents > 1 else "2"
        values = {
            "id": "lpad(':number', 32, '0')::uuid",
            "workspace": f"{Workspace.objects.get().pk}",
            "agent": f"{self.agent} + :agent",
            "environment": ":environment",
            "into": "'live'",
            "version": ":version",
            "before": ":held_version_id",
            "verb": "'promoted'",
            "source": "NULL::bigint",
            "by": f"{Person.objects.get().pk}",
            "channel": "'web'",
            "message": "'Measured'",
            "said": "'Measured'",
            "hotfix": "false",
            "at": "clock_timestamp()",
            "replaced": "':held_id'::uuid",
            "restored": "NULL::uuid",
            "details": "'{}'::jsonb",
            "notices": f"'{placing.DEPLOYMENT_CHANNEL}'",
            "notice": f"'{'x' * 150}'",
        }
        lines = [
            f"\\set agent random(0, {self.agents - 1})",
            f"\\set environment {self.environment} + {STEPS} * :agent + {step}",
            f"\\set version {self.version} + {self.each} * :agent + random(0, {self.each - 1})",
            "\\set number random(1, 1000000000000000)",
            "BEGIN;",
            f"{placing.LOCK % ':environment'};",
            f"{placing.HELD % (':environment', values['workspace'], values['by'])} \\gset held_",
            f"{placing.PLACE % values};",
            "COMMIT;",
        ]
        return "\n".join(line if line.startswith("\\set") else " ".join(line.split()) for line in lines)


def main() -> None:
    if missing("pgbench"):
        print("There is no pgbench beside which to measure: install postgresql-contrib. Nothing was measured.")
        return
    with installed() as home:
        contended, spread = prepare()
        rows = []
        for name, field, promise in (
            ("one contended environment", contended, CONTENDED_PROMISE),
            ("1,000 environments", spread, SPREAD_PROMISE),
        ):
            theirs, ours, verbs = rates(home, field)
            kept = f"(promise {promise:g} x{'' if ours >= promise * theirs else ', MISSED'})"
            rows.append([f"P11 {name}", f"{theirs:,.0f}/s", f"{ours:,.0f}/s", f"{ours / theirs:.2f} x {kept}"])
            rows.append(["    with all that the verb asks", "", f"{verbs:,.0f}/s", f"{verbs / theirs:.2f} x"])
        one = 1000 / pgbench(home, contended, clients=1)
        whole = whole_http(contended)
        kept = f"(promise {HTTP_PROMISE:g} x{'' if whole <= HTTP_PROMISE * one else ', MISSED'})"
        rows.append(["P12 whole HTTP promote, p50", f"{one:.2f} ms", f"{whole:.2f} ms", f"{whole / one:.2f} x {kept}"])
        show("Placements, 8 clients on one durable PostgreSQL", ["what", "pgbench", "Slipway", "ratio"], rows)


def prepare() -> tuple[Field, Field]:
    """One agent whose last environment all fight for, and 334 agents with three environments each."""
    workspace, person = a_workspace()
    return _field(workspace, person, 1, 1000), _field(workspace, person, AGENTS, 24)


def _field(workspace: Any, person: Any, agents: int, each: int) -> Field:
    from django.utils import timezone

    from deployments.models import LADDERS, Agent, Deployment, Environment

    made = Agent.objects.bulk_create(
        Agent(workspace=workspace, slug=f"agent-{agents}-{number}", name=f"Agent {number}", created_by=person)
        for number in range(agents)
    )
    steps = Environment.objects.bulk_create(
        Environment(agent=agent, slug=slug, label=label, position=position)
        for agent in made
        for position, slug, label in LADDERS[STEPS]
    )
    versions = [version for agent in made for version in many_versions(agent, person, each)]
    Deployment.objects.bulk_create(
        Deployment(
            agent_id=step.agent_id,
            environment=step,
            version=versions[each * (number // STEPS)],
            verb="published",
            by=person,
            started_at=timezone.now(),
        )
        for number, step in enumerate(steps)
    )
    return Field(agents, made[0].pk, steps[0].pk, versions[0].pk, each)


def rates(home: Home, field: Field) -> tuple[float, float, float]:
    """Placements a second of pgbench, of our transaction and of the whole verb: medians of rounds taken in turns."""
    theirs, ours, verbs = [], [], []
    for _ in range(ROUNDS):
        theirs.append(pgbench(home, field))
        ours.append(slipway(field, whole=False))
        verbs.append(slipway(field, whole=True))
    return statistics.median(theirs), statistics.median(ours), statistics.median(verbs)


def pgbench(home: Home, field: Field, clients: int = PROCESSES * THREADS) -> float:
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(field.script)
        script.flush()
        threads = str(min(PROCESSES, clients))
        asked = ["pgbench", "-n", "-f", script.name, "-c", str(clients), "-j", threads, "-T", str(SECONDS)]
        ran = subprocess.run([*asked, *home.psql()], capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", ran.stdout)
    if ran.returncode or not found:
        raise RuntimeError(ran.stdout + ran.stderr)
    return float(found[1])


def slipway(field: Field, *, whole: bool) -> float:
    """Placements a second by the product, in processes and threads as it serves them."""
    context = multiprocessing.get_context("spawn")
    ready, counts = context.Barrier(PROCESSES), context.SimpleQueue()
    workers = [context.Process(target=_work, args=(field, whole, ready, counts)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        if worker.exitcode:
            raise RuntimeError("A writer failed.")
    return float(sum(counts.get() for _ in workers)) / SECONDS


def _work(field: Field, whole: bool, ready: Any, counts: Any) -> None:
    set_up()
    from django.db import connection, transaction
    from django.utils import timezone

    from deployments.models import Agent, Deployment, Environment, Person, Version
    from deployments.pipeline import ANY, Actor, Moved, promote
    from deployments.pipeline.placing import place

    by = Actor(Person.objects.get())
    agents = list(Agent.objects.filter(pk__gte=field.agent).select_related("workspace").order_by("pk")[: field.agents])
    role = by.person.role_in(agents[0].workspace)
    steps = {agent.pk: [] for agent in agents}  # type: dict[int, list[Environment]]
    for step in Environment.objects.filter(agent__in=agents).order_by("position"):
        steps[step.agent_id].append(step)
    versions = {agent.pk: [] for agent in agents}  # type: dict[int, list[Version]]
    for version in Version.objects.filter(agent__in=agents).without_manifest():
        versions[version.agent_id].append(version)
    for agent in agents:
        assert agent.ladder  # known from here on, as in a process that has served a while
        for step in steps[agent.pk]:
            step.agent = agent
        for version in versions[agent.pk]:
            version.agent = agent
    done = [0] * THREADS

    def once(chance: random.Random) -> None:
        agent = chance.choice(agents)
        version = chance.choice(versions[agent.pk])
        # The verb promotes to what is not the first step; the transaction by itself takes any.
        into = steps[agent.pk][2 if field.agents == 1 else chance.randint(1 if whole else 0, 2)]
        if whole:
            promote(version, to=into, replacing=ANY, message="Measured", by=by)
            return
        with transaction.atomic():
            verb = Deployment.Verb.PROMOTED
            now = timezone.now()
            place(version, into=into, replacing=ANY, verb=verb, by=by, role=role, at=now, message="Measured")

    def loop(number: int) -> None:
        chance = random.Random(number)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            # It was there when it was asked, and another before its turn came: refused, as a person would be.
            with suppress(Moved):
                once(chance)
                done[number] += 1
        connection.close()

    threads = [Thread(target=loop, args=(number,)) for number in range(THREADS)]
    ready.wait()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts.put(sum(done))


def whole_http(field: Field) -> float:
    """The median of promotions to Live, each from the form's post to the answer, in milliseconds."""
    from deployments.models import Agent, Deployment

    agent = Agent.objects.get(pk=field.agent)
    live = agent.ladder[-1]
    hashes = [version.hash for version in agent.versions.without_manifest()[:50]]
    taken = []
    with serving() as address, signed_in(address) as browser:
        for number in range(HTTP_PROMOTIONS):
            page = f"/agents/{agent.slug}/versions/{hashes[number % len(hashes)]}/promote/live/"
            held = Deployment.objects.active().get(environment=live)
            fields = {"replacing": str(held.pk), "message": "Measured", "confirm": "on"}
            started = time.perf_counter()
            status = browser.post(page, fields)
            taken.append(time.perf_counter() - started)
            if status != 302:
                raise RuntimeError(f"The promotion was answered with {status}.")
    return statistics.median(taken[10:]) * 1000


if __name__ == "__main__":
    main()
