"""Real-time configs by API: agents-api.md, section 7, and what `poly rtc` relies on (adk-cli.md, section 9, row 8)."""

from __future__ import annotations

from typing import Any

import pytest

from deployments import pipeline
from deployments.models import Agent, Role
from tests.api.asking import Program, a_program, refused
from tests.vocabulary import an_actor, an_agent, environment

pytestmark = pytest.mark.django_db

SCHEMA = {"type": "object", "properties": {"wait": {"type": "integer"}}}


def at(agent: Agent, rest: str = "/live") -> str:
    return f"/agents/{agent.slug}/real-time-configs{rest}"


def variables(program: Program, agent: Agent, values: dict[str, Any]) -> Any:
    return program.send("PATCH", at(agent, "/live/variables"), {"variables": values})


def test_a_config_nobody_wrote_is_empty_and_its_last_update_stays_the_same() -> None:
    agent = an_agent()
    program = a_program(agent)

    first, second = (program.get(at(agent)).json() for _ in range(2))

    assert first == second
    assert (first["clientEnv"], first["variables"], first["schema"]) == ("live", {}, {})
    assert first["lastUpdated"]


def test_all_of_them_come_in_the_order_of_the_ladder() -> None:
    agent = an_agent(steps=2)

    pages = a_program(agent).get(at(agent, "")).json()["configPages"]

    assert [page["clientEnv"] for page in pages] == ["sandbox", "live"]


def test_values_are_merged_name_by_name() -> None:
    agent = an_agent()
    program = a_program(agent)

    variables(program, agent, {"wait": 1, "menu": {"fish": True}})
    answer = variables(program, agent, {"menu": {"soup": True}})

    assert answer.status_code == 200
    assert answer.json()["variables"] == {"wait": 1, "menu": {"soup": True}}


def test_row_8_what_changed_on_the_page_is_noticed_by_its_last_update() -> None:
    agent = an_agent()
    program = a_program(agent)
    pulled = program.send("PUT", at(agent, "/live/schema"), {"schema": SCHEMA}).json()

    pipeline.save_values(environment(agent, "live"), {"wait": 3}, by=an_actor(agent))

    now = program.get(at(agent)).json()
    assert now["lastUpdated"] != pulled["lastUpdated"]
    assert now["schema"] == pulled["schema"] == SCHEMA


def test_values_that_do_not_fit_are_a_400_that_names_the_places() -> None:
    agent = an_agent()
    program = a_program(agent)
    program.send("PUT", at(agent, "/live/schema"), {"schema": SCHEMA})

    answer = variables(program, agent, {"wait": "long"})

    assert "/wait: 'long' is not of type 'integer'." in refused(answer, 400, "REAL_TIME_CONFIG_INVALID_FOR_SCHEMA")
    assert program.get(at(agent)).json()["variables"] == {}


def test_a_schema_that_cannot_be_used_is_a_400() -> None:
    agent = an_agent()

    answer = a_program(agent).send("PUT", at(agent, "/live/schema"), {"schema": {"$ref": "http://x.example/a"}})

    assert "/$ref" in refused(answer, 400, "REAL_TIME_CONFIG_INVALID_SCHEMA")


@pytest.mark.parametrize("where", ["/moon", "/pre-release"])
def test_an_environment_that_is_not_on_the_ladder_is_a_400(where: str) -> None:
    agent = an_agent(steps=2)

    refused(a_program(agent).get(at(agent, where)), 400, "REAL_TIME_CONFIG_UNKNOWN_CLIENT_ENVIRONMENT")


def test_a_program_may_say_what_it_expects_to_change() -> None:
    agent = an_agent()
    program = a_program(agent)
    seen = program.get(at(agent)).json()["lastUpdated"]
    variables(program, agent, {"wait": 1})

    late = {"variables": {"wait": 2}, "expectedLastUpdated": seen}
    answer = program.send("PATCH", at(agent, "/live/variables"), late)

    refused(answer, 409, "REAL_TIME_CONFIG_MOVED")
    assert program.get(at(agent)).json()["variables"] == {"wait": 1}


def test_the_owner_of_the_key_needs_the_role() -> None:
    agent = an_agent()

    refused(variables(a_program(agent, Role.EDITOR), agent, {"wait": 1}), 403, "USER_ACCESS_FORBIDDEN")


@pytest.mark.parametrize("value", ["a\u0000b", {"\u0000": 1}])
def test_what_no_database_keeps_is_a_400(value: Any) -> None:
    agent = an_agent()

    answer = variables(a_program(agent), agent, {"a": value})

    assert "NUL" in refused(answer, 400, "REAL_TIME_CONFIG_INVALID_FOR_SCHEMA")
