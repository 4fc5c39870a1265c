"""A write sent twice under one Idempotency-Key: agents of CI retry, and nothing happens twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from deployments.models import Agent, Answer, Deployment
from deployments.pipeline.clearing import clear_expired
from tests.api.asking import a_key, a_program, refused
from tests.vocabulary import an_agent, edited, published

pytestmark = pytest.mark.django_db


def publishing(agent: Agent) -> str:
    return f"/agents/{agent.slug}/deployments/publish"


def test_the_second_is_answered_as_the_first_and_publishes_nothing() -> None:
    agent = an_agent()
    program = a_program(agent)
    first = program.post(publishing(agent), {}, Idempotency_Key="build-7")
    edited(agent)

    second = program.post(publishing(agent), {}, Idempotency_Key="build-7")

    assert (second.status_code, second.json()) == (201, first.json())
    assert second["Idempotent-Replayed"] == "true"
    assert Deployment.objects.filter(agent=agent).count() == 1


def test_another_request_under_the_same_key_is_a_422() -> None:
    agent = an_agent()
    program = a_program(agent)
    program.post(publishing(agent), {}, Idempotency_Key="build-7")
    edited(agent)

    response = program.post(publishing(agent), {"deploymentMessage": "Other"}, Idempotency_Key="build-7")

    refused(response, 422, "IDEMPOTENCY_KEY_REUSED")


def test_what_was_refused_may_be_asked_again() -> None:
    agent = an_agent()
    program = a_program(agent)
    published(agent)
    refused(program.post(publishing(agent), {}, Idempotency_Key="k"), 409, "DEPLOYMENTS_ALREADY_PUBLISHED")
    edited(agent)

    response = program.post(publishing(agent), {}, Idempotency_Key="k")

    assert response.status_code == 201


def test_two_keys_do_not_see_each_others_answers() -> None:
    agent = an_agent()
    a_program(agent).post(publishing(agent), {}, Idempotency_Key="k")
    edited(agent)

    response = a_program(agent).post(publishing(agent), {}, Idempotency_Key="k")

    assert response.status_code == 201
    assert "Idempotent-Replayed" not in response
    assert Deployment.objects.filter(agent=agent).count() == 2


def test_a_request_that_is_still_being_worked_on_is_a_409_until_its_process_must_be_dead() -> None:
    agent = an_agent()
    program = a_program(agent)
    program.post(publishing(agent), {}, Idempotency_Key="k")
    Answer.objects.update(status=None, body="")
    edited(agent)

    early = program.post(publishing(agent), {}, Idempotency_Key="k")
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        late = program.post(publishing(agent), {}, Idempotency_Key="k")

    refused(early, 409, "IDEMPOTENCY_REQUEST_IN_PROGRESS")
    assert late.status_code == 201


def test_an_answer_is_kept_for_a_day() -> None:
    agent = an_agent()
    program = a_program(agent)
    program.post(publishing(agent), {}, Idempotency_Key="k")
    edited(agent)

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        response = program.post(publishing(agent), {}, Idempotency_Key="k")

    assert "Idempotent-Replayed" not in response
    assert response.status_code == 201


def test_answers_that_have_run_out_are_cleared() -> None:
    agent = an_agent()
    a_program(agent).post(publishing(agent), {}, Idempotency_Key="k")

    kept = clear_expired(timezone.now() + timedelta(hours=23))["answers"]
    cleared = clear_expired(timezone.now() + timedelta(hours=25))["answers"]

    assert (kept, cleared) == (0, 1)


def test_a_deletion_is_answered_again_by_204() -> None:
    agent = an_agent()
    program = a_program(agent)

    codes = [program.delete(f"/agents/{agent.slug}", Idempotency_Key="k").status_code for _ in range(2)]

    assert codes == [204, 204]


@pytest.mark.parametrize("name", ["", "x" * 256])
def test_a_key_that_is_none_is_a_400(name: str) -> None:
    agent = an_agent()

    response = a_program(agent).post(publishing(agent), {}, Idempotency_Key=name)

    refused(response, 400, "SCHEMA_VALIDATION_FAILED")
    assert not Deployment.objects.exists()


def test_without_an_api_key_nothing_is_kept() -> None:
    agent = an_agent()
    program = a_program(agent)
    program.key = None

    refused(program.post(publishing(agent), {}, Idempotency_Key="k"), 401, "AUTH_USER_UNAUTHORISED")
    assert not Answer.objects.exists()


def test_reading_keeps_nothing() -> None:
    agent = an_agent()
    text = a_key(agent)[1]
    program = a_program(agent)
    program.key = text

    program.get(f"/agents/{agent.slug}/deployments/active", Idempotency_Key="k")

    assert not Answer.objects.exists()
