from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hosting import desk
from hosting.readiness import collect_static_files, refuse_insecure_settings, refuse_missing_migrations


class Command(BaseCommand):
    help = "Serves pages and streams on one port, for production; the background worker is `work`."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        host, workers = options["host"], options["workers"]
        port = desk.checked_port(host, options["port"], workers)
        refuse_insecure_settings(host)
        refuse_missing_migrations()
        collect_static_files()
        desk.run(host=host, port=port, workers=workers, background=False, ready="Slipway serves {address}")
