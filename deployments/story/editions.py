"""Reads the agents of the story from their folders: the first edition whole, each later one as what it changed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
DRAFT = "draft"


@dataclass(frozen=True)
class Edition:
    """What a version of an agent holds, with the description it is published by."""

    name: str
    description: str
    by: str
    files: Mapping[str, bytes]


def editions(agent: str) -> list[Edition]:
    """The editions of an agent, oldest first. The last one is the draft in progress, where the agent has one."""
    first = HERE / "agents" / agent
    told = [_edition("01-first", HERE / "versions" / agent / "01-first", _files_in(first))]
    for folder in sorted((HERE / "versions" / agent).iterdir()):
        if folder.name != told[0].name:
            told.append(_edition(folder.name, folder, told[-1].files))
    return told


def published_editions(agent: str) -> list[Edition]:
    return [edition for edition in editions(agent) if edition.name != DRAFT]


def draft_edition(agent: str) -> Edition | None:
    return next((edition for edition in editions(agent) if edition.name == DRAFT), None)


def _edition(name: str, folder: Path, before: Mapping[str, bytes]) -> Edition:
    facts = tomllib.loads((folder / "version.toml").read_text(encoding="utf-8"))
    removed = set(facts.get("removed", ()))
    kept = {path: content for path, content in before.items() if path not in removed}
    return Edition(name, facts.get("description", ""), facts["by"], kept | _files_in(folder / "files"))


def _files_in(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
