from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from deployments.models import Agent
from tests.adk.client import Poly, a_folder_of, python_with_poly
from tests.api.asking import a_key


@pytest.fixture
def poly_of(live_server: LiveServer, tmp_path: Path) -> Callable[[Agent], Poly]:
    """The real command line, in the folder of an agent."""
    python = python_with_poly()
    if python is None:
        pytest.skip("No Python here can run polyai-adk: it needs 3.14, or SLIPWAY_POLY_PYTHON names one that has it.")
    return lambda agent: Poly(python, live_server.url, a_key(agent)[1], a_folder_of(agent, tmp_path))
