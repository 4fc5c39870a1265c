"""Real-time config: values an environment's agents read at once, beside whatever version stands there.

Outside draft, publish, promote and rollback. Every write adds a row, so that any earlier one can be restored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from deployments.comparison.structures import Difference, differences
from deployments.models import Agent, Environment, Event, RealTimeConfig, Role
from deployments.pipeline.actor import Actor
from deployments.pipeline.notices import notify
from deployments.pipeline.placing import ANY, Unsaid, lock_environment
from deployments.pipeline.recording import record
from deployments.pipeline.refusal import Refusal, Refused, refusal_in_agent, unless
from deployments.resources.json_schema import Problem, problems_of_schema, problems_of_values

CONFIG_CHANNEL: Final = "slipway_config"
# How much of a change its line of history tells; all of it stands in the rows themselves.
MOST_TOLD, LONGEST_TOLD = 20, 200


class ConfigMoved(Refused):
    """Somebody saved meanwhile; `current` is what stands there now."""

    def __init__(self, current: RealTimeConfig) -> None:
        who = f"{current.by.name} saved" if current.by else "Somebody saved"
        sentence = (
            f"{who} the real-time config of {current.environment.label} while this was open. Nothing was changed."
        )
        super().__init__(Refusal("real_time_moved", f"{sentence} Look at what stands there now, then save again."))
        self.current = current


class Misfit(Refused):
    """What was to be saved is no schema, or does not follow the schema; `problems` holds each with its place."""

    def __init__(self, code: str, sentence: str, problems: Sequence[Problem]) -> None:
        super().__init__(Refusal(code, sentence))
        self.problems = tuple(problems)


def refusal_to_change_values(agent: Agent, *, by: Actor) -> Refusal | None:
    return refusal_in_agent(agent, Role.RELEASER, "change real-time values", by=by)


def refusal_to_change_schema(agent: Agent, *, by: Actor) -> Refusal | None:
    return refusal_in_agent(agent, Role.ADMIN, "change real-time schemas", by=by)


def real_time_config(environment: Environment) -> RealTimeConfig:
    """What stands there now; an unsaved one with nothing in it where nothing was ever written."""
    found = environment.real_time_configs.newest_first().first()
    if found is None:
        found = RealTimeConfig(at=environment.agent.created_at)
    found.environment = environment
    return found


_VALUES = "SELECT values_text FROM deployments_realtimeconfig WHERE environment_id = %s ORDER BY id DESC LIMIT 1"


def real_time_values(environment: Environment) -> dict[str, Any]:
    """The values that stand there now: read at every turn of a conversation."""
    with connection.cursor() as cursor:
        cursor.execute(_VALUES, [environment.pk])
        found = cursor.fetchone()
    return dict(json.loads(found[0])) if found else {}


def problems_in(config: RealTimeConfig) -> list[Problem]:
    """Where the values that stand there do not follow the schema that stands there."""
    return problems_of_values(config.values, config.schema)


def refusal_of_misfit(environment: Environment) -> Refusal | None:
    """Why nothing is published there: its values do not fit its schema."""
    config = real_time_config(environment)
    if config.pk is None or not (problems := problems_in(config)):
        return None
    sentence = f"The real-time values of {environment.label} do not follow their schema. {problems[0]}"
    return Refusal("real_time_misfit", f"{sentence} Correct them under Real-time config, then publish.")


def save_values(
    environment: Environment,
    values: dict[str, Any],
    *,
    started_from: str | Unsaid = ANY,
    by: Actor,
) -> RealTimeConfig:
    """These are its values from now on. `started_from`: the `last_updated` that was edited. The same again is quiet."""
    with transaction.atomic():
        current = _locked(environment, started_from, by)
        return _write_values(current, values, by=by)


def merge_values(
    environment: Environment,
    values: Mapping[str, Any],
    *,
    started_from: str | Unsaid = ANY,
    by: Actor,
) -> RealTimeConfig:
    """Each of these names has this value from now on; the others keep theirs."""
    with transaction.atomic():
        current = _locked(environment, started_from, by)
        return _write_values(current, current.values | dict(values), by=by)


def save_schema(
    environment: Environment,
    schema: dict[str, Any],
    *,
    started_from: str | Unsaid = ANY,
    by: Actor,
) -> RealTimeConfig:
    """Values follow this from the next time they are saved; those that stand there stay, and `problems_in` says where
    they do not fit. The same again is quiet, for whoever may change values too: the command line always sends both.
    """
    with transaction.atomic():
        current = _locked(environment, started_from, by)
        if _text(schema) == current.schema_text:
            return current
        unless(refusal_to_change_schema(environment.agent, by=by))
        if problems := problems_of_schema(schema):
            raise Misfit(
                "real_time_schema_invalid", "This is no schema that can be used. Correct what is listed.", problems
            )
        return _write(Event.Kind.REAL_TIME_SCHEMA, current, schema=schema, values=current.values, by=by)


def _write_values(current: RealTimeConfig, values: dict[str, Any], *, by: Actor) -> RealTimeConfig:
    if _text(values) == current.values_text:
        return current
    if problems := problems_of_values(values, current.schema):
        label = current.environment.label
        sentence = f"These values do not follow the schema of {label}. Nothing was changed: correct what is listed."
        raise Misfit("real_time_values_invalid", sentence, problems)
    return _write(Event.Kind.REAL_TIME_VALUES, current, schema=current.schema, values=values, by=by)


def _locked(environment: Environment, started_from: str | Unsaid, by: Actor) -> RealTimeConfig:
    """What stands there, for who may change its values, once nobody else may write it."""
    unless(refusal_to_change_values(environment.agent, by=by))
    if not lock_environment(environment.pk):
        raise Refused(Refusal("environment_gone", f"{environment.label} is no longer on this agent's ladder."))
    current = real_time_config(environment)
    if started_from is not ANY and started_from != current.last_updated:
        raise ConfigMoved(current)
    return current


def _write(
    kind: Event.Kind,
    current: RealTimeConfig,
    *,
    schema: dict[str, Any],
    values: dict[str, Any],
    by: Actor,
) -> RealTimeConfig:
    """One row, one line of history, one notice at the commit."""
    environment = current.environment
    # Clocks of two machines differ; `last_updated` is another one at each write all the same.
    at = max(timezone.now(), current.at + timedelta(microseconds=1))
    made = RealTimeConfig.objects.create(
        environment=environment, schema_text=_text(schema), values_text=_text(values), at=at, by=by.person
    )
    changed = differences(current.values, values) or differences(current.schema, schema)
    record(kind, environment.agent, by=by, at=at, environment=environment, details=_told(changed))
    notice = {
        "agent": environment.agent.slug,
        "environment": environment.slug,
        "last_updated": made.last_updated,
    }
    notify(CONFIG_CHANNEL, notice)
    return made


def _told(changed: Sequence[Difference]) -> dict[str, Any]:
    """Place, old and new; null where nothing stands."""
    told = [[each.path, _brief(each.left), _brief(each.right)] for each in changed[:MOST_TOLD]]
    return {"changed": told, "more": max(0, len(changed) - MOST_TOLD)}


def _brief(text: str | None) -> str | None:
    return text if text is None or len(text) <= LONGEST_TOLD else f"{text[:LONGEST_TOLD]}…"


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value)
