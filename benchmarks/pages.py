"""P9, P10: pages with much in them beside the same pages with little, and any page beside an empty view.

Run: python benchmarks/pages.py. P9 asks in the process, where queries can be counted; P10 asks the real server.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from installation import a_workspace, installed
from peers import median_seconds, show
from server import Browser, serving, signed_in

from hosting.readiness import collect_static_files

if TYPE_CHECKING:
    from deployments.models import Agent

DEPLOYMENTS, EVENTS, FEW, FULL = 10_000, 100_000, 10, 120
TIME_PROMISE, QUERIES_PROMISE, PAGE_PROMISE = 1.3, 10, 3.0
REQUESTS = 150


def main() -> None:
    with installed():
        collect_static_files()
        workspace, person = a_workspace()
        few = an_agent(workspace, person, "few", FEW, FEW)
        full = an_agent(workspace, person, "full", FULL, FULL)
        many = an_agent(workspace, person, "many", DEPLOYMENTS, EVENTS)
        analyze()
        rows = [
            large_page(f"P9 Deployments, {DEPLOYMENTS:,} rows", person, [few, full, many], "deployments/sandbox/"),
            large_page(f"P9 Project History, {EVENTS:,} lines", person, [few, full, many], "history/"),
            large_page("P9 Project History, refused ones too", person, [few, full, many], "history/?refused=on"),
        ]
        columns = ["what", f"with {FEW}", f"with {FULL}", "with all", f"beside {FEW}", f"beside {FULL}", "queries"]
        show(f"Pages with much in them; of {FULL} rows a page shows as many as of all", columns, rows)
        with serving("benchmarks.bare_settings") as address, signed_in(address) as browser:
            pages = ["/account/", "/workspaces/measured/agents/new/", "/workspaces/measured/settings/"]
            bare, *taken = asked(browser, ["/empty/", *pages])
        columns = ["what", "empty view", "page", "ratio"]
        show(
            "Any page on the real server, p50", columns, [_row(*each, bare) for each in zip(pages, taken, strict=True)]
        )


def an_agent(workspace: object, person: object, slug: str, deployments: int, events: int) -> Agent:
    """An agent through the verbs, and then as many rows as it is to have, each as the verbs would have left it."""
    from django.db import connection

    from deployments import pipeline
    from deployments.models import Person, Workspace

    assert isinstance(workspace, Workspace)
    assert isinstance(person, Person)
    by = pipeline.Actor(person)
    agent = pipeline.create_agent(workspace, slug=slug, name=slug.title(), by=by)
    draft = pipeline.draft_of(agent)
    assert draft is not None
    placed = pipeline.publish(agent, state=draft.state, description="First", by=by)
    common = {"agent": agent.pk, "environment": placed.environment_id, "version": placed.version_id, "by": person.pk}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO deployments_deployment (id, agent_id, environment_id, version_id, verb, by_id, message, hotfix,
                                                started_at, ended_at)
            SELECT gen_random_uuid(), %(agent)s, %(environment)s, %(version)s, 'rolled_back', %(by)s,
                   'Message ' || n, false, now() - n * interval '1 hour', now() - (n - 1) * interval '1 hour'
              FROM generate_series(1, %(count)s) n
            """,
            common | {"count": deployments - 1},
        )
        cursor.execute(
            """
            INSERT INTO deployments_event (workspace_id, agent_id, at, kind, refused, code, by_id, channel,
                                           environment_id, after_id, deployment_id, message, details)
            SELECT %(workspace)s, %(agent)s, now() - n * interval '1 minute', 'rolled_back', n %% 10 = 0, '', %(by)s,
                   'web', %(environment)s, %(version)s, %(deployment)s, 'Message ' || n, '{}'
              FROM generate_series(1, %(count)s) n
            """,
            common | {"count": events - 2, "workspace": workspace.pk, "deployment": placed.pk},
        )
    return agent


def analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def large_page(name: str, person: object, agents: list[Agent], page: str) -> list[str]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from deployments.models import Person

    assert isinstance(person, Person)
    client = Client(SERVER_NAME="localhost")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def ask(agent: Agent) -> Callable[[], int]:
        def once() -> int:
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(f"/agents/{agent.slug}/{page}")
            assert answer.status_code == 200, answer.status_code
            return len(queries)

        return once

    for agent in agents:
        ask(agent)()  # the first time reads templates and remembers what the navigation shows
    counts = [ask(agent)() for agent in agents]
    few, full, much = median_seconds(*map(ask, agents), rounds=25)
    kept = "" if much <= TIME_PROMISE * few else ", MISSED"
    same = len(set(counts)) == 1 and counts[0] <= QUERIES_PROMISE
    return [
        name,
        *(f"{each * 1000:.1f} ms" for each in (few, full, much)),
        f"{much / few:.2f} x (promise {TIME_PROMISE:g} x{kept})",
        f"{much / full:.2f} x",
        f"{', '.join(map(str, counts))} (promise the same, at most {QUERIES_PROMISE}{'' if same else ', MISSED'})",
    ]


def asked(browser: Browser, paths: list[str]) -> list[float]:
    """The median seconds of each, in turns."""
    taken: dict[str, list[float]] = {path: [] for path in paths}
    for number in range(REQUESTS):
        for path in paths:
            started = time.perf_counter()
            status, _ = browser.get(path)
            if number >= 10:
                taken[path].append(time.perf_counter() - started)
            if status != 200:
                raise RuntimeError(f"{path} was answered with {status}.")
    return [statistics.median(each) for each in taken.values()]


def _row(path: str, taken: float, bare: float) -> list[str]:
    kept = "" if taken <= PAGE_PROMISE * bare else ", MISSED"
    ratio = f"{taken / bare:.2f} x (promise {PAGE_PROMISE:g} x{kept})"
    return [f"P10 {path}", f"{bare * 1000:.2f} ms", f"{taken * 1000:.2f} ms", ratio]


if __name__ == "__main__":
    main()
