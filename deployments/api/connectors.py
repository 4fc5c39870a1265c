"""Connectors: one an environment, which its numbers go through.

What a connector says is what the version active there says, so it is changed by editing, publishing and promoting. A
write that would change it is refused; one that says what stands there succeeds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from deployments import pipeline, telephone
from deployments.api.errors import NO_NUMBER, NUMBER_FORMAT, ApiError
from deployments.api.finding import agent_for
from deployments.api.keys import Request
from deployments.api.routing import answers, router
from deployments.api.telephony import (
    ChangedConnector,
    ChangedConnectors,
    Connector,
    ConnectorChange,
    ConnectorChanges,
    ConnectorIds,
    Connectors,
    DeletedConnector,
    FoundConnectors,
    Lookup,
)
from deployments.models import Agent, Deployment, Environment, Number
from deployments.sides.contents import resources_of
from deployments.sides.side import Side

routes = router("Telephony")
PREFIX = "/agents/{agent_id}/telephony"
NO_CONNECTOR: Final = "CONNECTORS_NOT_FOUND"
UNCHANGEABLE: Final = "CONNECTORS_VALIDATION_FAILED"


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


@routes.patch(
    PREFIX + "/connectors/batch",
    response=answers(200, ChangedConnectors),
    exclude_unset=True,
    summary="Change some connectors",
)
def change_connectors(request: Request, agent_id: str, body: ConnectorChanges) -> ChangedConnectors:
    """Each by itself: what cannot be changed is told beside what stands there."""
    agent = agent_for(request.auth, agent_id, "numbers:write")
    held = {each.connector_id: each for each in _shapes_of(agent, agent.ladder)}
    results = []
    for wanted in body.updates:
        name = wanted.connector_id
        try:
            results.append(ChangedConnector(connector_id=name, success=True, data=_as_it_is(agent, held, name, wanted)))
        except ApiError as problem:
            results.append(ChangedConnector(connector_id=name, success=False, error=problem.sentence))
    return ChangedConnectors(results=results)


@routes.post(PREFIX + "/connectors/lookup", response=answers(200, Connector), summary="A number's connector")
def connector_of_number(request: Request, agent_id: str, body: Lookup) -> Connector:
    """The connector that calls to this number come through."""
    agent = agent_for(request.auth, agent_id, "numbers:read")
    return _shapes_of(agent, [number_of(agent, body.phone_number).environment])[0]


@routes.get(PREFIX + "/connectors/{connector_id}", response=answers(200, Connector), summary="Read a connector")
def connector(request: Request, agent_id: str, connector_id: str) -> Connector:
    agent = agent_for(request.auth, agent_id, "numbers:read")
    return _shapes_of(agent, [environment_of(agent, connector_id, code=NO_CONNECTOR)])[0]


@routes.patch(PREFIX + "/connectors/{connector_id}", response=answers(200, Connector), summary="Change a connector")
def change_connector(request: Request, agent_id: str, connector_id: str, body: ConnectorChange) -> Connector:
    """Its language, voice and variant are what the version active there says: anything else is refused."""
    agent = agent_for(request.auth, agent_id, "numbers:write")
    held = {each.connector_id: each for each in _shapes_of(agent, agent.ladder)}
    return _as_it_is(agent, held, connector_id, body)


@routes.delete(
    PREFIX + "/connectors/{connector_id}", response=answers(200, DeletedConnector), summary="Empty a connector"
)
def delete_connector(request: Request, agent_id: str, connector_id: str) -> DeletedConnector:
    """Deletes its numbers, all or none. The connector itself stays, without any: an environment always has one."""
    agent = agent_for(request.auth, agent_id, "numbers:write")
    step = environment_of(agent, connector_id, code=NO_CONNECTOR)
    deleted = pipeline.delete_numbers(step, by=request.auth.actor)
    return DeletedConnector(deleted_connector=connector_id, deleted_phone_numbers=[each.e164 for each in deleted])


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


def _as_it_is(agent: Agent, held: dict[str, Connector], connector_id: str, wanted: ConnectorChange) -> Connector:
    """What stands there, when that is what is wanted. Raises `ApiError`."""
    found = held.get(connector_id)
    if found is None:
        raise ApiError(404, NO_CONNECTOR, f"{agent.name} has no connector of this id.")
    for name in ConnectorChange.model_fields:
        said = getattr(wanted, name) or ""
        if name in wanted.model_fields_set and said != getattr(found, name):
            raise ApiError(400, UNCHANGEABLE, _way_out(found, name))
    return found


def _way_out(held: Connector, name: str) -> str:
    said = getattr(held, name) or "empty"
    if name == "project_id":
        return f"“projectId” is {said}: a connector stays with its agent. Move its numbers instead."
    published = ConnectorChange.model_fields[name].alias
    return (
        f"“{published}” is {said}, as the version active in {held.name} says. Edit the draft, publish and promote to "
        "change it."
    )


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
