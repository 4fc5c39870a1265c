from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from hosting.command_line import run
from hosting.environment import SETTINGS, unread
from tests.hosting.processes import PROJECT

NAMES = re.compile(r"\bSLIPWAY_[A-Z_]*[A-Z]\b")


def test_a_name_that_nothing_reads_is_told_by_every_command_that_works_with_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLIPWAY_DATA", str(tmp_path))

    run(["manage.py", "create_workspace", "--nonsense"])

    told = "SLIPWAY_DATA is no setting of Slipway and changes nothing: docs/operating.md lists those there are."
    assert capsys.readouterr().err.splitlines()[0] == told


def test_every_setting_of_the_page_is_known_and_no_other() -> None:
    rows = (PROJECT / "docs" / "operating.md").read_text(encoding="utf-8").splitlines()
    listed = {name for row in rows if row.startswith("| `SLIPWAY_") for name in NAMES.findall(row.split("|")[1])}

    assert listed == SETTINGS


def test_every_name_that_is_read_anywhere_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    files = subprocess.run(["git", "ls-files", "*.py"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    here = Path(__file__).resolve()
    texts = [path.read_text(encoding="utf-8") for each in files.split() if (path := PROJECT / each).resolve() != here]
    for name in {name for text in texts for name in NAMES.findall(text)}:
        monkeypatch.setenv(name, "1")

    assert list(unread()) == []
