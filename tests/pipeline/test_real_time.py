"""Real-time config: who changes it, what is refused, what history tells, and that nothing of it is lost."""

from __future__ import annotations

import json
import threading
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import connection, connections

from deployments import pipeline
from deployments.models import Agent, Environment, Event, RealTimeConfig, Role
from deployments.pipeline import ConfigMoved, Misfit, Refused
from tests.vocabulary import an_actor, an_agent, environment, published

pytestmark = pytest.mark.django_db

SCHEMA = {"type": "object", "properties": {"open": {"type": "boolean"}, "wait": {"type": "integer", "minimum": 0}}}


def saved(agent: Agent, values: dict[str, Any], where: str = "live", **about: Any) -> RealTimeConfig:
    return pipeline.save_values(environment(agent, where), values, by=an_actor(agent), **about)


def schema_saved(agent: Agent, schema: dict[str, Any], where: str = "live") -> RealTimeConfig:
    return pipeline.save_schema(environment(agent, where), schema, by=an_actor(agent))


def present(step: Environment) -> RealTimeConfig:
    return pipeline.real_time_config(step)


def test_values_stand_in_their_environment_alone_and_survive_what_is_placed_there() -> None:
    agent = an_agent()

    saved(agent, {"open": True}, "sandbox")
    published(agent)

    assert present(environment(agent, "sandbox")).values == {"open": True}
    assert present(environment(agent, "live")).values == {}


def test_saving_records_who_and_what_changed_place_by_place() -> None:
    agent = an_agent()
    saved(agent, {"open": True, "menu": {"fish": [1, 2]}})

    saved(agent, {"open": False, "menu": {"fish": [1]}, "note": "x" * 500})

    line = agent.events.latest("pk")
    assert (line.kind, line.by, line.environment) == (
        Event.Kind.REAL_TIME_VALUES,
        an_actor(agent).person,
        environment(agent, "live"),
    )
    assert line.changed == [
        ("/open", "true", "false"),
        ("/note", None, '"' + "x" * 199 + "…"),
        ("/menu/fish/1", "2", None),
    ]


def test_a_change_of_many_places_tells_the_first_and_counts_the_others() -> None:
    agent = an_agent()

    saved(agent, {f"n{number}": number for number in range(25)})

    line = agent.events.latest("pk")
    assert (len(line.changed), line.details["more"]) == (20, 5)


def test_the_same_again_is_quiet_and_each_write_is_another_moment() -> None:
    agent = an_agent()
    first = saved(agent, {"open": True})
    lines = agent.events.count()

    again = saved(agent, {"open": True})
    with time_machine.travel(first.at, tick=False):
        second = saved(agent, {"open": False})
        back = saved(agent, {"open": True})

    assert again == first
    assert agent.events.count() == lines + 2
    assert len({first.last_updated, second.last_updated, back.last_updated}) == 3


def test_values_that_break_the_schema_are_refused_place_by_place_and_nothing_changes() -> None:
    agent = an_agent()
    schema_saved(agent, SCHEMA)
    before = present(environment(agent, "live")).last_updated

    with pytest.raises(Misfit) as refused:
        saved(agent, {"open": "yes", "wait": -1})

    assert [problem.path for problem in refused.value.problems] == ["/open", "/wait"]
    assert present(environment(agent, "live")).last_updated == before


def test_what_somebody_saved_meanwhile_is_not_written_over() -> None:
    agent = an_agent()
    seen = present(environment(agent, "live")).last_updated
    saved(agent, {"open": True}, started_from=seen)

    with pytest.raises(ConfigMoved, match="Ana Admin saved the real-time config of Live") as moved:
        saved(agent, {"open": False}, started_from=seen)

    assert moved.value.current.values == {"open": True}
    assert present(environment(agent, "live")).values == {"open": True}


def test_a_schema_the_values_do_not_fit_is_kept_and_holds_up_publishing_until_they_do() -> None:
    agent = an_agent()
    saved(agent, {"open": "yes"}, "sandbox")
    schema_saved(agent, SCHEMA, "sandbox")

    with pytest.raises(Refused, match="/open: 'yes' is not of type 'boolean'"):
        published(agent)
    saved(agent, {"open": True}, "sandbox")

    assert published(agent)


def test_a_misfit_elsewhere_holds_nothing_up() -> None:
    agent = an_agent()
    saved(agent, {"open": "yes"}, "live")
    schema_saved(agent, SCHEMA, "live")

    assert published(agent)


def test_a_schema_that_cannot_be_used_is_refused() -> None:
    agent = an_agent()

    with pytest.raises(Misfit, match="no schema that can be used") as refused:
        schema_saved(agent, {"$ref": "https://elsewhere.example/schema.json"})

    assert refused.value.code == "real_time_schema_invalid"
    assert not environment(agent, "live").real_time_configs.exists()


@pytest.mark.parametrize(
    ("role", "values", "schema"),
    [(Role.VIEWER, False, False), (Role.EDITOR, False, False), (Role.RELEASER, True, False), (Role.ADMIN, True, True)],
)
def test_releasers_change_values_and_admins_schemas(role: Role, values: bool, schema: bool) -> None:
    agent = an_agent()
    step, by = environment(agent, "live"), an_actor(agent, role)

    def refusal_of(act: Any) -> str:
        try:
            act()
        except Refused as refused:
            return refused.code
        return ""

    assert refusal_of(lambda: pipeline.save_values(step, {"open": True}, by=by)) == ("" if values else "no_permission")
    assert refusal_of(lambda: pipeline.save_schema(step, SCHEMA, by=by)) == ("" if schema else "no_permission")


def test_a_releaser_may_send_the_schema_that_stands_there_again() -> None:
    agent = an_agent()
    before = schema_saved(agent, SCHEMA)

    again = pipeline.save_schema(environment(agent, "live"), SCHEMA, by=an_actor(agent, Role.RELEASER))

    assert again == before


def test_an_environment_that_left_the_ladder_takes_nothing() -> None:
    agent = an_agent()
    gone = environment(agent, "pre-release")
    pipeline.change_ladder(agent, steps=2, by=an_actor(agent))

    with pytest.raises(Refused, match="no longer on this agent's ladder"):
        pipeline.save_values(gone, {"open": True}, by=an_actor(agent))


@pytest.mark.django_db(transaction=True)
def test_listeners_hear_of_a_change_at_its_commit() -> None:
    agent = an_agent()
    place = connection.get_connection_params()
    known = {key: place[key] for key in ("host", "port", "user", "password", "dbname") if place.get(key)}
    with psycopg.connect(**known, autocommit=True) as listening:
        listening.execute(f"LISTEN {pipeline.CONFIG_CHANNEL}")

        made = saved(agent, {"open": True})

        [heard] = listening.notifies(timeout=5, stop_after=1)
    told = {"agent": agent.slug, "environment": "live", "last_updated": made.last_updated}
    assert json.loads(heard.payload) == told


@pytest.mark.django_db(transaction=True)
def test_of_many_who_save_at_once_from_the_same_state_one_does() -> None:
    agent = an_agent()
    seen, step, by = present(environment(agent, "live")).last_updated, environment(agent, "live"), an_actor(agent)
    ready, outcomes = threading.Barrier(5), []

    def save(number: int) -> None:
        ready.wait()
        try:
            pipeline.save_values(step, {"by": number}, started_from=seen, by=by)
            outcomes.append("saved")
        except ConfigMoved:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=save, args=[number]) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused"] * 4 + ["saved"]
    assert step.real_time_configs.count() == 1
