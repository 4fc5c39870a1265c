"""Telephone numbers: which environment the callers of each reach. A promotion or rollback never moves one."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Status

from deployments import pipeline, telephone
from deployments.api.connectors import PREFIX, environment_of, id_of, number_of
from deployments.api.errors import ENVIRONMENT, ApiError
from deployments.api.finding import agent_for
from deployments.api.keys import Request
from deployments.api.routing import answers, next_page, router
from deployments.api.telephony import (
    Assignment,
    Deleted,
    DeletedOne,
    FoundPhoneNumbers,
    Imported,
    ImportedOne,
    Importing,
    ImportingOne,
    Named,
    NotDeleted,
    PhoneNumber,
    PhoneNumbers,
)
from deployments.models import Agent, Environment, Number

routes = router("Telephony")
NUMBERS = PREFIX + "/phone-numbers"
NUMBER = NUMBERS + "/{number}"


@routes.get(NUMBERS, response=answers(200, PhoneNumbers), summary="List numbers")
def numbers(
    request: Request,
    response: HttpResponse,
    agent_id: str,
    connector: Annotated[str | None, Query(alias="connectorId", max_length=120)] = None,
    limit: Annotated[int | None, Query(ge=1, le=10_000)] = None,
    after: Annotated[str, Query(max_length=20, pattern=r"^[+0-9]*$", description="A number: go on after it.")] = "",
) -> PhoneNumbers:
    """All of the agent, or of one connector, in the order of their digits. With a limit, `Link` leads on."""
    agent = agent_for(request.auth, agent_id, "numbers:read")
    rows = Number.objects.filter(agent=agent).select_related("environment").order_by("e164")
    if connector is not None:
        environment = next((step for step in agent.ladder if id_of(agent, step) == connector), None)
        rows = rows.filter(environment=environment) if environment else rows.none()
    if after:
        rows = rows.filter(e164__gt=after)
    found = list(rows[: limit + 1] if limit else rows)
    if limit and len(found) > limit:
        found.pop()
        response["Link"] = next_page(request, after=found[-1].e164)
    return PhoneNumbers(phone_numbers=[_shape(agent, each) for each in found])


@routes.post(NUMBERS, response=answers(201, Imported, 409), summary="Add numbers")
def import_numbers(request: Request, agent_id: str, body: Importing) -> Status[Imported]:
    """All of them or none. Their callers reach this environment from now on: `live` unless another is named."""
    agent = agent_for(request.auth, agent_id, "numbers:write")
    step = _step(agent, body.client_env)
    added = pipeline.add_numbers(step, texts=body.phone_numbers, by=request.auth.actor)
    return Status(201, Imported(imported=[each.e164 for each in added]))


@routes.delete(NUMBERS, response=answers(200, Deleted), exclude_unset=True, summary="Delete numbers")
def delete_numbers(request: Request, agent_id: str, body: Named) -> Deleted:
    """Each by itself: what cannot be deleted is told beside what was."""
    agent = agent_for(request.auth, agent_id, "numbers:write")
    deleted, errors = [], []
    for text in dict.fromkeys(body.phone_numbers):
        try:
            number = number_of(agent, text)
        except ApiError as problem:
            errors.append(NotDeleted(phone_number=text, error=problem.sentence))
        else:
            pipeline.delete_number(number, by=request.auth.actor)
            deleted.append(number.e164)
    return Deleted(deleted=deleted, errors=errors) if errors else Deleted(deleted=deleted)


@routes.post(NUMBERS + "/batch", response=answers(200, FoundPhoneNumbers), summary="Read some numbers")
def some_numbers(request: Request, agent_id: str, body: Named) -> FoundPhoneNumbers:
    agent = agent_for(request.auth, agent_id, "numbers:read")
    wanted = {each: _digits(each) for each in body.phone_numbers}
    rows = Number.objects.filter(agent=agent, e164__in=[each for each in wanted.values() if each])
    held = {row.e164: row for row in rows.select_related("environment")}
    return FoundPhoneNumbers(
        found=[_shape(agent, held[e164]) for e164 in dict.fromkeys(wanted.values()) if e164 in held],
        not_found=[each for each, e164 in wanted.items() if e164 not in held],
    )


@routes.get(NUMBER, response=answers(200, PhoneNumber), summary="Read a number")
def number(request: Request, agent_id: str, number: str) -> PhoneNumber:
    agent = agent_for(request.auth, agent_id, "numbers:read")
    return _shape(agent, number_of(agent, number))


@routes.post(NUMBER, response=answers(201, ImportedOne, 409), summary="Add a number")
def import_number(request: Request, agent_id: str, number: str, body: ImportingOne) -> Status[ImportedOne]:
    agent = agent_for(request.auth, agent_id, "numbers:write")
    step = _connected(agent, body.connector_id) if body.connector_id else _step(agent, body.client_env)
    [added] = pipeline.add_numbers(step, texts=[number], by=request.auth.actor)
    return Status(201, ImportedOne(imported=added.e164))


@routes.patch(NUMBER, response=answers(200, PhoneNumber), summary="Move a number")
def assign(request: Request, agent_id: str, number: str, body: Assignment) -> PhoneNumber:
    """Its callers reach the environment of this connector from now on."""
    agent = agent_for(request.auth, agent_id, "numbers:write")
    held = number_of(agent, number)
    moved = pipeline.move_number(held, to=_connected(agent, body.connector_id), by=request.auth.actor)
    return _shape(agent, moved)


@routes.delete(NUMBER, response=answers(200, DeletedOne), summary="Delete a number")
def delete_number(request: Request, agent_id: str, number: str) -> DeletedOne:
    """Calls to it come to nothing from now on."""
    agent = agent_for(request.auth, agent_id, "numbers:write")
    held = number_of(agent, number)
    pipeline.delete_number(held, by=request.auth.actor)
    return DeletedOne(deleted=held.e164)


def _digits(text: str) -> str | None:
    """As numbers are kept, when this is one."""
    try:
        return telephone.e164_of(text)
    except telephone.NoNumberError:
        return None


def _shape(agent: Agent, number: Number) -> PhoneNumber:
    return PhoneNumber(
        number=number.e164,
        project_id=agent.slug,
        account_id=agent.workspace.slug,
        client_env=number.environment.slug,  # type: ignore[arg-type]
        connector_id=id_of(agent, number.environment),
    )


def _step(agent: Agent, slug: str) -> Environment:
    for step in agent.ladder:
        if step.slug == slug:
            return step
    raise ApiError(400, ENVIRONMENT, f"{agent.name} has no environment {slug}.")


def _connected(agent: Agent, connector_id: str) -> Environment:
    return environment_of(agent, connector_id, code="PHONE_NUMBERS_CONNECTOR_DOES_NOT_EXIST")
