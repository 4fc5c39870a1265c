from __future__ import annotations

from collections.abc import Iterator

import pytest

from deployments.conversing.home import HOME
from tests.runtime.talking import Script


@pytest.fixture
def script() -> Iterator[Script]:
    """What the model of this process says: everything but the model is real."""
    written = Script()
    before = HOME.make_asker
    HOME.close()
    HOME.make_asker = lambda: written
    yield written
    HOME.close()
    HOME.make_asker = before
