"""How a command speaks: one sentence, or one JSON object with `--json`; progress to whoever watches the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deployments.pipeline import Invalid
from deployments.resources.archive import ExportRefused, ImportRefused
from hosting.problem import HostingError


class SpeakingCommand(BaseCommand):
    """A command whose refusals are sentences. Subclasses define `act`, and say what they did with `say`."""

    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Django gives every command a --version of its own; where ours has one, ours is meant.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="answer with one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json: bool = options["json"]
        try:
            self.act(**options)
        except Invalid as refused:
            listed = "".join(f"\n  {finding.path}: {finding.message}" for finding in refused.findings)
            raise CommandError(f"{refused.message}{listed}") from refused
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from refused
        except (ImportRefused, ExportRefused, HostingError) as refused:
            raise CommandError(str(refused)) from refused

    def act(self, *args: Any, **options: Any) -> None:
        raise NotImplementedError

    def say(self, sentence: str, **data: Any) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False) if self.as_json else sentence)


class Steps:
    """A bar that goes on by one with each step that begins."""

    def __init__(self, bar: Progress, total: int | None) -> None:
        self.bar = bar
        self.task = bar.add_task("", total=total)
        self.begun = False

    def begin(self, words: str) -> None:
        self.bar.update(self.task, description=words, advance=1 if self.begun else 0)
        self.begun = True

    def copied(self, table: str, rows: int) -> None:
        """A step for each table; how far it is, while it lasts."""
        if rows == 0:
            self.begin(table)
        else:
            self.bar.update(self.task, description=f"{table}, {rows:,} rows")


@contextmanager
def progress(total: int | None) -> Iterator[Steps]:
    """Shown on standard error while a person watches, and gone when the work is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as bar:
        yield Steps(bar, total)
