"""Where every placement ends: one environment, one deployment out, one in, one line of history, one notice.

What needs no lock was asked before. Here the environment's row is locked, what it holds is compared with what was
reviewed, and a single statement does all the rest: the fewer round trips while others wait, the more placements
a second (performance.md, section 4).
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, TypeAlias
from uuid import UUID

from django.db import connection

from deployments.models import Deployment, Environment, Role, Version, Webhook
from deployments.models.deployment import time_ordered_id
from deployments.pipeline.actor import Actor
from deployments.pipeline.refusal import Moved, Refusal, Refused
from deployments.pipeline.suite.runs import start_after
from deployments.pipeline.webhooks.announcing import announce_to
from deployments.pipeline.words import moved

DEPLOYMENT_CHANNEL: Final = "slipway_deployment"


class Unsaid(Enum):
    """For a caller that does not say what it expects to replace."""

    ANY = "any"


ANY: Final = Unsaid.ANY
Expected: TypeAlias = UUID | Unsaid | None

# A statement of its own: in one that also reads deployments, those would be as they were before the wait for the lock.
LOCK = """
    SELECT environment.on_ladder AND agent.deleted_at IS NULL
      FROM deployments_environment environment JOIN deployments_agent agent ON agent.id = environment.agent_id
     WHERE environment.id = %s
       FOR NO KEY UPDATE OF environment
"""
# What stands here, and the role of who acts: it may have been withdrawn while the lock was waited for.
HELD = """
    SELECT held.id, held.version_id, held.started_at, membership.role
      FROM (VALUES (1)) AS always
      LEFT JOIN deployments_deployment held ON held.environment_id = %s AND held.ended_at IS NULL
      LEFT JOIN deployments_membership membership ON membership.workspace_id = %s AND membership.person_id = %s
"""
# Only where nothing stands: first of all, and after a step left the ladder and came back.
LEFT = "SELECT max(ended_at) FROM deployments_deployment WHERE environment_id = %s"
# The new row selects from the ended one so that it comes after it: there is never a second active one.
# Webhooks and test sets are held: one that is being deleted is waited for and left out, and makes no placement fail.
PLACE = """
    WITH ended AS (
        UPDATE deployments_deployment SET ended_at = %(at)s WHERE id = %(replaced)s RETURNING id
    ), placed AS (
        INSERT INTO deployments_deployment
               (id, agent_id, environment_id, version_id, verb, source_id, by_id, message, hotfix, started_at,
                replaced_id, restored_id)
        SELECT %(id)s, %(agent)s, %(environment)s, %(version)s, %(verb)s, %(source)s, %(by)s, %(message)s, %(hotfix)s,
               %(at)s, %(replaced)s, %(restored)s
          FROM (SELECT count(*) FROM ended) AS after_ending
    ), recorded AS (
        INSERT INTO deployments_event
               (workspace_id, agent_id, at, kind, refused, code, by_id, channel, environment_id, source_id,
                before_id, after_id, deployment_id, message, details)
        VALUES (%(workspace)s, %(agent)s, %(at)s, %(verb)s, false, '', %(by)s, %(channel)s, %(environment)s, %(source)s,
                %(before)s, %(version)s, %(id)s, %(said)s, %(details)s)
        RETURNING id
    )
    SELECT pg_notify(%(notices)s, %(notice)s), recorded.id,
           ARRAY(SELECT id FROM deployments_webhook
                  WHERE workspace_id = %(workspace)s AND "on" AND tells @> ARRAY[%(verb)s]::varchar[]
                    FOR KEY SHARE),
           ARRAY(SELECT id FROM deployments_caseset
                  WHERE agent_id = %(agent)s AND after @> ARRAY[%(into)s]::varchar[]
                    FOR KEY SHARE)
      FROM recorded
"""


def place(
    version: Version,
    *,
    into: Environment,
    replacing: Expected,
    entering: Deployment | None = None,
    verb: Deployment.Verb,
    by: Actor,
    role: Role | None,
    at: datetime,
    message: str = "",
    said: str = "",
    source: Environment | None = None,
    hotfix: bool = False,
    restored: Deployment | None = None,
    past_gate: str = "",
) -> Deployment:
    """Make this version the active one here. What is active here already stays, quietly. Needs a transaction.

    `role`: the one by which it was allowed.
    `entering`: the placement as which it was reviewed, where that was one; `Moved` when it no longer stands.
    """
    agent = version.agent
    with connection.cursor() as cursor:
        if not lock_environment(into.pk):
            raise Refused(
                Refusal("environment_gone", f"{into.label} is no longer on this agent's ladder. Nothing was changed.")
            )
        # Only now: whoever moved the other environment while this one was waited for came first.
        if entering:
            require_standing(entering, at)
        cursor.execute(HELD, [into.pk, agent.workspace_id, by.person.pk])
        *standing, role_now = cursor.fetchone()
        if role_now != role:
            raise Refused(Refusal("no_permission", "Your role here is another since. Nothing was changed."))
        held = standing if standing[0] else None
        if held and held[1] == version.pk:
            return Deployment.objects.with_details().get(pk=held[0])
        if replacing is not ANY and replacing != (held and held[0]):
            raise moved_meanwhile(into, replacing, at)
        last = held[2] if held else cursor.execute(LEFT, [into.pk]).fetchone()[0]
        if last and last >= at:
            # Clocks of two machines differ; the order of placements is the order of the lock.
            at = last + timedelta(microseconds=1)
        deployment = Deployment(
            id=time_ordered_id(),
            agent=agent,
            environment=into,
            version=version,
            verb=verb,
            source=source,
            by=by.person,
            message=message,
            hotfix=hotfix,
            started_at=at,
            replaced_id=held[0] if held else None,
            restored=restored,
        )
        cursor.execute(
            PLACE,
            {
                "id": deployment.id,
                "workspace": agent.workspace_id,
                "agent": agent.pk,
                "environment": into.pk,
                "into": into.slug,
                "version": version.pk,
                "before": held[1] if held else None,
                "verb": verb.value,
                "source": source.pk if source else None,
                "by": by.person.pk,
                "channel": by.channel,
                "message": message,
                "said": said or message,
                "hotfix": hotfix,
                "at": at,
                "replaced": held[0] if held else None,
                "restored": restored.pk if restored else None,
                "details": json.dumps(_details(by, hotfix=hotfix, past_gate=past_gate)),
                "notices": DEPLOYMENT_CHANNEL,
                "notice": json.dumps(notice(into, deployment)),
            },
        )
        _, event, webhooks, sets = cursor.fetchone()
    if webhooks:
        announce_to(webhooks, event, Webhook.Tells(verb.value))
    deployment._state.adding = False
    deployment._state.db = connection.alias
    # What is gone back to was tested before it was left, and nobody waits for it at night.
    if sets and verb != Deployment.Verb.ROLLED_BACK:
        start_after(deployment, sets, by=by, at=at)
    return deployment


def _details(by: Actor, *, hotfix: bool, past_gate: str) -> dict[str, object]:
    """What history tells beside the placement."""
    told = {"hotfix": hotfix, "api_key": by.key, "past_gate": past_gate}
    return {name: value for name, value in told.items() if value}


def notice(environment: Environment, deployment: Deployment | None) -> dict[str, str | None]:
    """What stands in this environment now, as listeners of the database hear it."""
    return {
        "agent": environment.agent.slug,
        "environment": environment.slug,
        "deployment": str(deployment.pk) if deployment else None,
        "version": deployment.version.hash if deployment else None,
    }


def moved_meanwhile(environment: Environment, replacing: UUID | None, now: datetime) -> Moved:
    rows = Deployment.objects.with_details().filter(environment=environment)
    current = rows.active().first()
    expected = rows.filter(pk=replacing).first() if replacing else None
    if current:
        current.environment = environment
    sentence = moved(current, expected, environment.label, environment.agent.workspace, now)
    return Moved(sentence, current=current, expected=expected)


def require_standing(placed: Deployment, now: datetime) -> None:
    """Raise `Moved` when this placement has ended: its environment holds something else by now."""
    if not Deployment.objects.active().filter(pk=placed.pk).exists():
        raise moved_meanwhile(placed.environment, placed.pk, now)


def lock_environment(environment_id: int) -> bool:
    """Who writes here waits for the other. Whether it is on the ladder of an agent that is there.

    Its agent's row stays free: others lock that one first and then this.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [environment_id])
        found = cursor.fetchone()
    return bool(found and found[0])


def lock_agent(agent_id: int) -> None:
    """Writers of one agent's draft, versions and ladder wait for each other here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM deployments_agent WHERE id = %s FOR NO KEY UPDATE", [agent_id])
