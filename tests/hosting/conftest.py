from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hosting.processes import Owner


@pytest.fixture
def own() -> Iterator[Callable[..., Owner]]:
    owners: list[Owner] = []

    def start(data_dir: Path, *, user: int | None = None) -> Owner:
        owners.append(Owner(data_dir, user=user))
        return owners[-1]

    yield start

    for owner in owners:
        if owner.process.poll() is None:
            owner.kill()
        for pipe in (owner.process.stdin, owner.process.stdout, owner.process.stderr):
            if pipe:
                pipe.close()


@pytest.fixture
def world() -> Iterator[Path]:
    """A folder that other users can pass through, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="slipway-world-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)
