"""The list of conversations with a million of them beside the same page with a hundred: first page, far back, filters.

Run: python benchmarks/conversations.py [how many]. Asked in the process, as the pages of `pages.py` are.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from installation import a_workspace, installed
from peers import median_seconds, show

from hosting.readiness import collect_static_files

if TYPE_CHECKING:
    from deployments.models import Agent, Person

MANY, FEW = 1_000_000, 100
# A page that reads through an index costs the same; one whose filter is rare and has none may read for longer.
PROMISES = {"": 1.3, "any": 10.0}
PAGES = {
    "first page": "",
    "Test": "?view=test",
    "Voice": "?scope=voice",
    "a version": "?version={version}",
    "with errors": "?failed=on",
    "handed off": "?handoff=on",
    "a function called": "?function=find_cabin",
    "a word of every conversation": "?q=sailing",
    "a word of one in a thousand": "?q=lorry7",
    "a word of none": "?q=submarine",
    "longer than an hour": "?least=3600",
    "a contact": "?contact=99999",
    "a part of every contact": "?contact=4420",
}


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    with installed():
        collect_static_files()
        workspace, person = a_workspace()
        agents = [an_agent(workspace, person, name, count) for name, count in (("few", FEW), ("many", many))]
        analyze()
        pages = PAGES | {"half way back": f"?older={half_way(agents[1])}"}
        rows = [row(name, page, person, agents) for name, page in pages.items()]
        columns = ["list of conversations", f"of {FEW}", f"of {many:,}", "beside", "queries"]
        show("Conversations, a page of fifty", columns, rows)


def an_agent(workspace: object, person: object, slug: str, count: int) -> Agent:
    """An agent through the verbs, and as many rows as it is to have, each as the verbs would have left it."""
    from django.db import connection

    from deployments import pipeline
    from deployments.models import Person, Workspace

    assert isinstance(workspace, Workspace)
    assert isinstance(person, Person)
    by = pipeline.Actor(person)
    agent = pipeline.create_agent(workspace, slug=slug, name=slug.title(), steps=2, by=by)
    draft = pipeline.draft_of(agent)
    assert draft is not None
    placed = pipeline.publish(agent, state=draft.state, description="First", by=by)
    live = agent.ladder[-1]
    placed = pipeline.promote(placed.version, to=live, replacing=None, by=by)
    about: dict[str, Any] = {
        "agent": agent.pk,
        "environment": live.pk,
        "version": placed.version_id,
        "deployment": placed.pk,
        "count": count,
        "digest": placed.version.manifest_digest,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CONVERSATIONS, about)
        cursor.execute(_THREADS, about)
    return agent


_CONVERSATIONS = """
    INSERT INTO deployments_conversation
        (id, agent_id, environment_id, version_id, deployment_id, in_production, channel, variant, language, tested,
         api_key, visitor, caller_number, callee_number, began_at, last_turn_at, ended_at, ended_by, outcome,
         handed_off, handoff_destination, handoff_reason, errors, turn_count, summary, functions, note, tags)
    SELECT gen_random_uuid(), %(agent)s, CASE WHEN n %% 10 > 0 THEN %(environment)s::bigint END, %(version)s,
           %(deployment)s, n %% 10 > 0, CASE WHEN n %% 3 = 0 THEN 'voice' ELSE 'webchat' END, '', 'en-GB',
           n %% 10 = 0, '', '', '+4420' || lpad(n::text, 8, '0'), '',
           now() - n * interval '20 seconds', now() - n * interval '20 seconds' + interval '90 seconds',
           now() - n * interval '20 seconds' + interval '90 seconds', 'person', 'closed',
           n %% 500 = 3, '', '', n %% 1000 = 7, 6, 'Where does the sailing ' || n || ' go',
           CASE WHEN n %% 50 = 1 THEN ARRAY['find_cabin'] ELSE ARRAY[]::varchar[] END, '', ARRAY[]::varchar[]
      FROM generate_series(1, %(count)s) n
"""
_THREADS = """
    INSERT INTO deployments_thread (conversation_id, setting, manifest, manifest_digest, to_close, words)
    SELECT id, '{}', ''::bytea, %(digest)s, false,
           to_tsvector('simple', summary || CASE WHEN errors THEN ' with my lorry7' ELSE '' END)
      FROM deployments_conversation WHERE agent_id = %(agent)s
"""


def analyze() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def half_way(agent: Agent) -> str:
    from deployments.views.conversations.paging import place_of

    rows = agent.conversations.order_by("began_at")
    first, last = rows[0], rows.last()
    assert last is not None
    found = agent.conversations.filter(began_at__gte=first.began_at + (last.began_at - first.began_at) / 2)
    row = found.order_by("began_at").first()
    assert row is not None
    assert row.duration < timedelta(minutes=5)
    return place_of(row)


def row(name: str, page: str, person: Person, agents: list[Agent]) -> list[str]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    def ask(agent: Agent) -> Callable[[], int]:
        version = agent.versions.get().short

        def once() -> int:
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(f"/agents/{agent.slug}/conversations/{page.format(version=version)}")
            assert answer.status_code == 200, answer.status_code
            return len(queries)

        return once

    for agent in agents:
        ask(agent)()
    counts = [ask(agent)() for agent in agents]
    few, many = median_seconds(*map(ask, agents), rounds=7)
    promise = PROMISES["" if name in {"first page", "half way back", "Test", "a version"} else "any"]
    kept = "" if many <= promise * few else ", MISSED"
    return [
        name,
        f"{few * 1000:.0f} ms",
        f"{many * 1000:.0f} ms",
        f"{many / few:.2f} x (promise {promise:g} x{kept})",
        ", ".join(map(str, counts)),
    ]


if __name__ == "__main__":
    main()
