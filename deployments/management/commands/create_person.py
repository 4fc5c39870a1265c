from __future__ import annotations

import getpass
import os
import secrets
import sys
from typing import Any

from django.core.management.base import CommandError, CommandParser

from deployments.management.finding import workspace_called
from deployments.management.speaking import SpeakingCommand
from deployments.models import Person, Role
from deployments.pipeline import add_person


class Command(SpeakingCommand):
    help = "Makes a person of a workspace, or gives somebody who exists a role there."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--name", default="")

    def act(self, *, email: str, workspace: str, role: str, name: str, **options: Any) -> None:
        where = workspace_called(workspace)
        password, generated = None, False
        if not Person.objects.with_email(email).exists():
            password, generated = self._password()
        person, is_new = add_person(where, email=email, role=Role(role), name=name, password=password)
        shown = {"password": password} if is_new and generated else {}
        sentence = f"{person.email} is {role} in {where.name}."
        if shown:
            sentence += f" Their password, shown only now: {password}"
        self.say(sentence, email=person.email, **shown)

    def _password(self) -> tuple[str, bool]:
        """From the environment, from a prompt, or made up; whether it was made up."""
        if given := os.environ.get("SLIPWAY_PASSWORD"):
            return given, False
        if self.as_json or not sys.stdin.isatty():
            return secrets.token_urlsafe(12), True
        typed = getpass.getpass("Password (empty: one is made up): ")
        if typed and typed != getpass.getpass("The same again: "):
            raise CommandError("The two passwords differ. Nothing was made.")
        return (typed, False) if typed else (secrets.token_urlsafe(12), True)
