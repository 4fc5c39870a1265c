"""What tests share: static files under their own names, since nothing is collected for a test; and the real server."""

from __future__ import annotations

import pytest
from django.conf import settings as configured
from django.db import connections
from pytest_django import DjangoDbBlocker, Settings

from tests.copies import migrated
from tests.serving import site as site


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Just before pytest-django makes a database: a copy of one that is migrated."""
    with django_db_blocker.unblock():
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = migrated()


@pytest.fixture(autouse=True)
def static_files_as_they_are(settings: Settings) -> None:
    configured.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**configured.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def as_often_as_a_test_likes(settings: Settings) -> None:
    """Tests of what is limited set limits of their own."""
    settings.API_FAILURE_LIMIT = 0
