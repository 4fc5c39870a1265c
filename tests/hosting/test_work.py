"""The background worker, whose database goes away and stays away."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from deployments import jobs


def test_a_database_that_stays_away_ends_no_worker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(jobs, "connector_params", lambda: {"host": str(tmp_path)})
    monkeypatch.setattr(jobs, "_MISSED_SECONDS", 0.2)
    monkeypatch.setattr(jobs, "_AGAIN_SECONDS", 0.1)

    async def works_for_a_while() -> bool:
        working = asyncio.ensure_future(jobs._working())
        await asyncio.wait({working}, timeout=2)
        goes_on = not working.done()
        working.cancel()
        await asyncio.wait({working})
        return goes_on

    assert asyncio.run(works_for_a_while())
    assert capsys.readouterr().err.count("The database is away") == 1
