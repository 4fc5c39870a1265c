from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from deployments.management.finding import agent_called, content_at
from deployments.management.speaking import SpeakingCommand, progress
from deployments.resources.archive import write_folder, write_zip
from hosting.whole_files import whole_file


class Command(SpeakingCommand):
    help = "Writes a version of an agent, or its draft, as a folder or zip: byte for byte what was imported."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--agent", required=True, metavar="ID")
        parser.add_argument("--version", required=True, metavar="REF", help="an environment, draft, or a hash")
        parser.add_argument(
            "--to", required=True, metavar="PATH", help="a new or empty folder, or a file ending in .zip"
        )

    def act(self, *, agent: str, version: str, to: str, **options: Any) -> None:
        with progress(2) as steps:
            steps.begin("Reading")
            files, found = content_at(agent_called(agent), version)
            steps.begin(f"Writing {len(files):,} files")
            if to.lower().endswith(".zip"):
                _write_zip(files, Path(to))
            else:
                write_folder(files, to)
        what = f"version {found.short}" if found else "the draft"
        self.say(
            f"{len(files):,} files of {what} are in {to}.", files=len(files), version=found.hash if found else None
        )


def _write_zip(files: dict[str, bytes], path: Path) -> None:
    with whole_file(path) as file:
        write_zip(files, file)
        os.chmod(file.fileno(), 0o666 & ~_umask())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
