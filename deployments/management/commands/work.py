from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hosting.readiness import refuse_missing_migrations


class Command(BaseCommand):
    help = "Does the background work: what is due at its time, and what was enqueued."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        from deployments.jobs import work

        refuse_missing_migrations()
        if options["verbosity"]:
            self.stdout.write("Slipway works in the background.")
            self.stdout.flush()
        work()
