from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from deployments.management.speaking import SpeakingCommand, progress
from hosting.backups import restore


class Command(SpeakingCommand):
    help = "Brings a backup into an empty database, whole or not at all; an earlier Slipway's is brought up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("path", metavar="PATH", type=Path, help="a file that `backup` wrote")

    def act(self, *, path: Path, **options: Any) -> None:
        with progress(None) as steps:
            done = restore(path, steps.copied)
        sentences = [f"{done.rows:,} rows of {path} are back. Everybody signs in again."]
        if done.migrated:
            sentences.append(f"{done.migrated} later migrations were applied to them.")
        if not done.is_of_this_key:
            sentences.append(
                "The backup was made with another SLIPWAY_SECRET_KEY: set that one, or rotate the webhooks' secrets."
            )
        self.say(" ".join(sentences), file=str(path), bytes=done.bytes)
