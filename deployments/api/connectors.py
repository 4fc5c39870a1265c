"""Connectors: one an environment, which its numbers go through. It is read; what it says follows the active version."""

from __future__ import annotations

from collections.abc import Iterable

from deployments import telephone
from deployments.api.errors import NO_NUMBER, NUMBER_FORMAT, ApiError
from deployments.api.finding import agent_for
from deployments.api.keys import Request
from deployments.api.routing import answers, router
from deployments.api.shapes import Connector, ConnectorIds, Connectors, FoundConnectors, Lookup
from deployments.models import Agent, Deployment, Environment, Number
from deployments.views.contents import resources_of
from deployments.views.http import Side

routes = router("Telephony")
PREFIX = "/agents/{agent_id}/telephony"


@routes.get(PREFIX + "/connectors", response=answers(200, Connectors), summary="List connectors")
def connectors(request: Request, agent_id: str) -> Connectors:
    """One an environment, in the order of the ladder."""
    agent = agent_for(request.auth, agent_id, "numbers:read")
    return Connectors(connectors=_shapes_of(agent, agent.ladder))


@routes.post(PREFIX + "/connectors/batch", response=answers(200, FoundConnectors), summary="Read some connectors")
def some_connectors(request: Request, agent_id: str, body: ConnectorIds) -> FoundConnectors:
    agent = agent_for(request.auth, agent_id, "numbers:read")
    wanted = dict.fromkeys(body.connector_ids)
    known = {id_of(agent, step): step for step in agent.ladder}
    found = _shapes_of(agent, [known[each] for each in wanted if each in known])
    return FoundConnectors(found=found, not_found=[each for each in wanted if each not in known])


@routes.post(PREFIX + "/connectors/lookup", response=answers(200, Connector), summary="A number's connector")
def connector_of_number(request: Request, agent_id: str, body: Lookup) -> Connector:
    """The connector that calls to this number come through."""
    agent = agent_for(request.auth, agent_id, "numbers:read")
    return _shapes_of(agent, [number_of(agent, body.phone_number).environment])[0]


@routes.get(PREFIX + "/connectors/{connector_id}", response=answers(200, Connector), summary="Read a connector")
def connector(request: Request, agent_id: str, connector_id: str) -> Connector:
    agent = agent_for(request.auth, agent_id, "numbers:read")
    return _shapes_of(agent, [environment_of(agent, connector_id, code="CONNECTORS_NOT_FOUND")])[0]


def id_of(agent: Agent, environment: Environment) -> str:
    return f"{agent.slug}-{environment.slug}"


def environment_of(agent: Agent, connector_id: str, *, code: str) -> Environment:
    for step in agent.ladder:
        if id_of(agent, step) == connector_id:
            return step
    raise ApiError(404, code, f"{agent.name} has no connector of this id.")


def number_of(agent: Agent, text: str) -> Number:
    """This agent's number, however it is written."""
    try:
        e164 = telephone.e164_of(text)
    except telephone.NoNumberError as problem:
        raise ApiError(400, NUMBER_FORMAT, str(problem)) from None
    number = Number.objects.filter(agent=agent, e164=e164).select_related("environment").first()
    if number is None:
        raise ApiError(404, NO_NUMBER, f"{agent.name} has no number {telephone.international(e164)}.")
    number.agent = number.environment.agent = agent
    return number


def _shapes_of(agent: Agent, steps: Iterable[Environment]) -> list[Connector]:
    rows = Deployment.objects.active().filter(agent=agent).select_related("version", "environment")
    held = {row.environment_id: row for row in rows}
    return [_shape(agent, step, held.get(step.pk)) for step in steps]


def _shape(agent: Agent, step: Environment, active: Deployment | None) -> Connector:
    language = _language_of(agent, step, active) if active else ""
    return Connector(
        connector_id=id_of(agent, step),
        name=step.label,
        account_id=agent.workspace.slug,
        project_id=agent.slug,
        client_env=step.slug,  # type: ignore[arg-type]
        variant_id="",
        asr_lang_code=language,
        tts_lang_code=language,
        voice_name="",
        disable_handoff=False,
    )


def _language_of(agent: Agent, step: Environment, active: Deployment) -> str:
    """What callers are greeted in, else the default of the version."""
    active.version.agent = agent
    side = Side(step.slug, agent, version=active.version, environment=step)
    said = {
        each.kind: str(each.fields.get("language_code") or each.fields.get("code") or "")
        for each in resources_of(side)
        if each.kind in {"voice_greeting", "language_default"} and not each.problem
    }
    return said.get("voice_greeting") or said.get("language_default") or ""
