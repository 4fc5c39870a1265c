"""What benchmarks borrow from the product keeps up with it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.vocabulary import a_workspace

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.mark.django_db
def test_a_placement_is_written_for_pgbench_with_every_parameter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    known = set(sys.modules)
    from placing import Field

    a_workspace()
    script = Field(agents=1, agent=1, environment=1, version=1, each=1).script

    assert "INSERT INTO deployments_deployment" in script
    assert "%" not in script
    for name in set(sys.modules) - known:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(BENCHMARKS)):
            del sys.modules[name]
