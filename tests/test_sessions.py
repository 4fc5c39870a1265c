"""A session that cannot be written takes nothing back that was done, and hides no page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from deployments.models import Role
from tests.signing_in import a_client
from tests.views.test_promotions import post
from tests.vocabulary import a_person, an_agent, promoted, published

pytestmark = pytest.mark.django_db
# What the database says when its disk is full, and when a process of its own was ended.
WHY = {"no room": "53100", "went away": "57P01"}


@pytest.fixture(params=WHY.values(), ids=WHY)
def sessions_cannot_be_written(request: pytest.FixtureRequest) -> Callable[[], None]:
    def begin() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"""
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '{request.param}'; END $$;
                CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON deployments_session EXECUTE FUNCTION refuse()""")

    return begin


def test_what_was_done_is_not_denied(sessions_cannot_be_written: Callable[[], None]) -> None:
    agent = an_agent()
    version = promoted(published(agent), "pre-release").version
    client = a_client(agent, Role.RELEASER)
    sessions_cannot_be_written()

    answer = post(client, version)

    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    assert version.deployments.active().filter(environment__slug="live").exists()


def test_signing_in_is_refused_where_no_session_can_be_made(sessions_cannot_be_written: Callable[[], None]) -> None:
    person = a_person(password="seven tall ships")
    client = Client(raise_request_exception=False)
    sessions_cannot_be_written()

    answer = client.post("/sign-in/", {"email": person.email, "password": "seven tall ships"})

    assert answer.status_code == 503
    assert "sessionid" not in answer.cookies
