"""What tests share: static files under their own names, since nothing is collected for a test; and the real server."""

from __future__ import annotations

import pytest
from django.conf import settings as configured
from pytest_django import Settings

from tests.serving import site as site


@pytest.fixture(autouse=True)
def static_files_as_they_are(settings: Settings) -> None:
    configured.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**configured.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def as_often_as_a_test_likes(settings: Settings) -> None:
    """Tests of what is limited set limits of their own."""
    settings.API_FAILURE_LIMIT = 0
