from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.template.defaultfilters import filesizeformat

from deployments.management.speaking import SpeakingCommand, progress
from hosting.backups import back_up


class Command(SpeakingCommand):
    help = "Writes everything into one file, as it is at this instant, while people go on working."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("path", metavar="PATH", type=Path, help="a file that is not there yet")

    def act(self, *, path: Path, **options: Any) -> None:
        with progress(None) as steps:
            written = back_up(path, steps.copied)
        self.say(
            f"{written.rows:,} rows are in {path} ({filesizeformat(written.bytes)}), which only you can read. "
            "The secret key is not among them: keep it in another place.",
            file=str(path),
            bytes=written.bytes,
        )
