"""What every test needs: static files under their own names, since nothing is collected for a test."""

from __future__ import annotations

import pytest
from django.conf import settings as configured
from pytest_django import Settings


@pytest.fixture(autouse=True)
def static_files_as_they_are(settings: Settings) -> None:
    configured.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**configured.STORAGES, "staticfiles": plain}
