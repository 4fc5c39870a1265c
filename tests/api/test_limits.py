"""How often a key may ask: counted by all processes together, told in headers, and refused with when to come back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from pytest_django import DjangoAssertNumQueries, Settings

from deployments import pipeline
from deployments.models import Allowance, Deployment
from deployments.pipeline.clearing import clear_expired
from deployments.pipeline.limiting import take
from tests.api.asking import Program, a_key, a_program, refused
from tests.vocabulary import an_actor, an_agent, published

pytestmark = pytest.mark.django_db


def later(seconds: float) -> None:
    """The database's clock cannot be moved; what it counted can."""
    Allowance.objects.update(restored_at=F("restored_at") - timedelta(seconds=seconds))


def test_a_key_that_asks_too_often_is_told_when_to_come_back(settings: Settings) -> None:
    settings.API_RATE_LIMIT = 3
    agent = an_agent()
    program, path = a_program(agent), f"/agents/{agent.slug}/versions"

    answers = [program.get(path) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"default";q=3;w=60'}
    assert "Retry-After" not in answers[2]
    assert 1 <= int(answers[3]["Retry-After"]) <= 20
    assert "Ask again in" in refused(answers[3], 429, "RATE_LIMIT_EXCEEDED")


def test_after_the_time_it_was_told_a_key_is_answered_again_and_once(settings: Settings) -> None:
    settings.API_RATE_LIMIT = 3
    agent = an_agent()
    program, path = a_program(agent), f"/agents/{agent.slug}/versions"
    answers = [program.get(path) for _ in range(4)]

    later(int(answers[3]["Retry-After"]))

    assert [program.get(path).status_code for _ in range(2)] == [200, 429]


def test_a_refused_write_changes_nothing_and_another_key_is_not_held_up(settings: Settings) -> None:
    settings.API_RATE_LIMIT = 1
    agent = an_agent()
    placed = published(agent)
    program, path = a_program(agent), f"/agents/{agent.slug}/deployments/{placed.pk}/promote"
    program.get(f"/agents/{agent.slug}/versions")

    refused(program.post(path), 429, "RATE_LIMIT_EXCEEDED")

    assert Deployment.objects.filter(agent=agent).count() == 1
    assert a_program(agent).post(path).status_code == 200


def test_a_request_is_counted_once_however_often_its_key_is_looked_at(settings: Settings) -> None:
    settings.API_RATE_LIMIT = 10
    agent = an_agent()
    program = a_program(agent)

    answer = program.post(f"/agents/{agent.slug}/deployments/publish", Idempotency_Key="one")
    again = program.post(f"/agents/{agent.slug}/deployments/publish", Idempotency_Key="one")

    assert (answer["RateLimit"].split(";")[1], again["RateLimit"].split(";")[1]) == ("r=9", "r=8")
    assert again["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("key", [None, "slp_wrong"])
def test_requests_without_a_good_key_are_limited_by_address_and_good_ones_from_there_are_not(
    key: str | None, settings: Settings
) -> None:
    settings.API_FAILURE_LIMIT = 2
    agent = an_agent()
    path = f"/agents/{agent.slug}/versions"

    answers = [Program(key).get(path) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert int(answers[2]["Retry-After"]) >= 1
    refused(answers[2], 429, "RATE_LIMIT_EXCEEDED")
    assert a_program(agent).get(path).status_code == 200


def test_addresses_of_one_network_of_ipv6_count_as_one_and_others_do_not(settings: Settings) -> None:
    settings.API_FAILURE_LIMIT = 1

    def asked(address: str) -> int:
        return Program(None).client.get("/v1/agents/x", REMOTE_ADDR=address).status_code

    assert [asked("2001:db8::1"), asked("2001:db8::2"), asked("2001:db8:0:1::1")] == [401, 429, 401]
    assert [asked("192.0.2.1"), asked("::ffff:192.0.2.1"), asked("192.0.2.2")] == [401, 429, 401]


def test_without_a_limit_nothing_is_counted(settings: Settings) -> None:
    settings.API_RATE_LIMIT = settings.API_FAILURE_LIMIT = 0
    agent = an_agent()

    answer = a_program(agent).get(f"/agents/{agent.slug}/versions")
    Program(None).get(f"/agents/{agent.slug}/versions")

    assert "RateLimit" not in answer
    assert not Allowance.objects.exists()


def test_counting_is_one_statement_and_its_table_is_not_logged(
    settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        take("somebody", limit=2)

    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'deployments_allowance'")
        assert cursor.fetchone() == ("u",)


def test_what_is_restored_is_cleared_and_what_is_used_up_stays() -> None:
    take("quiet", limit=1)
    later(120)
    take("busy", limit=1)

    clear_expired(Allowance.objects.get(name="busy").restored_at - timedelta(seconds=30))

    assert [row.name for row in Allowance.objects.all()] == ["busy"]


def test_a_key_that_was_revoked_counts_as_none(settings: Settings) -> None:
    settings.API_FAILURE_LIMIT = 1
    agent = an_agent()
    key, text = a_key(agent)
    pipeline.revoke_api_key(key, by=an_actor(agent))
    path = f"/agents/{agent.slug}"

    assert [Program(text).get(path).status_code for _ in range(2)] == [401, 429]
