from __future__ import annotations

import secrets
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction
from rich.console import Console
from rich.table import Table

from deployments.models import Membership, Role, Workspace
from deployments.pipeline import add_person, create_workspace
from hosting import desk
from hosting.readiness import collect_static_files, migrate


class Command(BaseCommand):
    help = "Starts everything on this machine: database, web server, background worker; tells a story if it is empty."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-story", action="store_true", help="one workspace and one administrator, no agents")

    def handle(self, *args: Any, **options: Any) -> None:
        port = desk.checked_port(options["host"], options["port"])
        migrate()
        collect_static_files()
        self.passwords: dict[str, str] = {}
        desk.run(
            host=options["host"],
            port=port,
            workers=2,
            background=True,
            meanwhile=lambda: self._begin(story=not options["no_story"]),
            ready="\nSlipway is ready at {address}\nPress Ctrl-C to stop it.",
        )

    def _begin(self, *, story: bool) -> None:
        if not Workspace.objects.exists():
            self.passwords = _story() if story else _one_administrator()
        self._print_people()
        # From here on this process only looks after the others.
        connection.close()

    def _print_people(self) -> None:
        table = Table("Person", "E-mail", "Workspace", "Role", *(["Password"] if self.passwords else []), box=None)
        members = Membership.objects.select_related("person", "workspace").order_by("workspace__slug", "pk")
        for member in members[:20]:
            person = member.person
            password = [self.passwords.get(person.email, "")] if self.passwords else []
            table.add_row(person.name, person.email, member.workspace.slug, member.get_role_display(), *password)
        console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
        console.print(table)
        if not self.passwords:
            console.print("\n `manage.py reset_password E-MAIL` makes a link that sets a new password.")


def _story() -> dict[str, str]:
    from deployments.story import tell

    with Console(stderr=True).status("Telling the story…") as status:
        introduced = tell(lambda sentence: status.update(sentence))
    return {somebody.email: somebody.password for somebody in introduced}


@transaction.atomic
def _one_administrator() -> dict[str, str]:
    password = secrets.token_urlsafe(12)
    workspace = create_workspace(slug="main", name="Main")
    person, _ = add_person(workspace, email="admin@example.com", role=Role.ADMIN, name="Admin", password=password)
    return {person.email: password}
