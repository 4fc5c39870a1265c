from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hosting.problem import HostingError
from hosting.secret import key_in


def test_the_key_is_made_once_and_for_us_alone(tmp_path: Path) -> None:
    key = key_in(tmp_path / "data")

    assert key_in(tmp_path / "data") == key
    assert len(key) >= 50
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600
    assert [found.name for found in (tmp_path / "data").iterdir() if "secret" in found.name] == ["secret_key"]


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert key_in(tmp_path / "one") != key_in(tmp_path / "two")


def test_starting_together_they_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as together:
        keys = set(together.map(key_in, [tmp_path] * 32))

    assert len(keys) == 1


def test_a_key_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret_key").mkdir()

    with pytest.raises(HostingError, match="set SLIPWAY_SECRET_KEY or SLIPWAY_DATA_DIR"):
        key_in(tmp_path)
