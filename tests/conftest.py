"""What tests share: static files under their own names, since nothing is collected for a test; and the real server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connections, transaction
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pytest_django import DjangoDbBlocker, Settings

from tests.copies import migrated
from tests.serving import site as site

# No property fails because the machine is busy.
examples.register_profile("busy", examples(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("busy")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Just before pytest-django makes a database: a copy of one that is migrated."""
    with django_db_blocker.unblock():
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = migrated()


@pytest.fixture(scope="module")
def told_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[..., Any]]:
    """`told_once(story, …)`: what a story of the vocabulary brings about is there for every test of the module, each of
    which has its own rolled back to it, and is gone after the last.
    """
    around = transaction.atomic()
    around._from_testcase = True  # else no verb could begin a transaction of its own in it

    def tell(story: Callable[..., Any], *args: Any, **named: Any) -> Any:
        with django_db_blocker.unblock():
            return story(*args, **named)

    tell(around.__enter__)
    yield tell
    tell(transaction.set_rollback, True)
    tell(around.__exit__, None, None, None)


@pytest.fixture(autouse=True)
def no_work_is_left(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The queue of the workers is not among the tables that Django empties after a test that commits."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


@pytest.fixture(autouse=True)
def static_files_as_they_are(settings: Settings) -> None:
    configured.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**configured.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def passwords_are_hashed_quickly(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.hashing.QuickArgon2"]


@pytest.fixture(autouse=True)
def as_often_as_a_test_likes(settings: Settings) -> None:
    """Tests of what is limited set limits of their own."""
    settings.API_FAILURE_LIMIT = 0
