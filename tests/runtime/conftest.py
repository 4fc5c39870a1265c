from __future__ import annotations

from collections.abc import Iterator

import pytest

from deployments.runtime.sandbox.running import Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(1) as started:
        yield started
