"""Real-time config: what an environment's agents read at once, its schema and its values."""

from __future__ import annotations

from deployments import pipeline
from deployments.api.errors import ApiError
from deployments.api.finding import agent_for
from deployments.api.keys import Request
from deployments.api.routing import answers, router
from deployments.api.shapes import ConfigPage, ConfigPages, NewSchema, NewVariables
from deployments.models import Agent, Environment, RealTimeConfig

routes = router("Real-time config")
PERMISSION = "real-time-config"
FORBIDDEN = "REAL_TIME_CONFIG_FORBIDDEN_ACCESS"
ONE = "/agents/{agent_id}/real-time-configs/{client_env}"


@routes.get("/agents/{agent_id}/real-time-configs", response=answers(200, ConfigPages), summary="List configs")
def configs(request: Request, agent_id: str) -> ConfigPages:
    """Of every environment, in the order of its ladder."""
    agent = agent_for(request.auth, agent_id, f"{PERMISSION}:read", code=FORBIDDEN)
    return ConfigPages(config_pages=[_shape(pipeline.real_time_config(step)) for step in agent.ladder])


@routes.get(ONE, response=answers(200, ConfigPage), summary="Read a config")
def config(request: Request, agent_id: str, client_env: str) -> ConfigPage:
    agent = agent_for(request.auth, agent_id, f"{PERMISSION}:read", code=FORBIDDEN)
    return _shape(pipeline.real_time_config(_step(agent, client_env)))


@routes.put(f"{ONE}/schema", response=answers(200, ConfigPage, 409), summary="Replace the schema")
def schema(request: Request, agent_id: str, client_env: str, body: NewSchema) -> ConfigPage:
    """Values that stand there stay, even where they do not fit: correct them, or publishing is refused."""
    agent = agent_for(request.auth, agent_id, f"{PERMISSION}:write", code=FORBIDDEN)
    started_from = body.expected_last_updated or pipeline.ANY
    step, by = _step(agent, client_env), request.auth.actor
    return _shape(pipeline.save_schema(step, body.schema_, started_from=started_from, by=by))


@routes.patch(f"{ONE}/variables", response=answers(200, ConfigPage, 409), summary="Set values")
def variables(request: Request, agent_id: str, client_env: str, body: NewVariables) -> ConfigPage:
    """A shallow merge: a name that is not sent keeps its value, and none can be taken out."""
    agent = agent_for(request.auth, agent_id, f"{PERMISSION}:write", code=FORBIDDEN)
    started_from = body.expected_last_updated or pipeline.ANY
    step, by = _step(agent, client_env), request.auth.actor
    return _shape(pipeline.merge_values(step, body.variables, started_from=started_from, by=by))


def _step(agent: Agent, client_env: str) -> Environment:
    for step in agent.ladder:
        if step.slug == client_env:
            return step
    there_are = ", ".join(step.slug for step in agent.ladder)
    sentence = f"{agent.name} has no environment of this name. There is {there_are}."
    raise ApiError(400, "REAL_TIME_CONFIG_UNKNOWN_CLIENT_ENVIRONMENT", sentence)


def _shape(config: RealTimeConfig) -> ConfigPage:
    return ConfigPage(
        client_env=config.environment.slug,  # type: ignore[arg-type]
        variables=config.values,
        schema=config.schema,
        last_updated=config.last_updated,
    )
