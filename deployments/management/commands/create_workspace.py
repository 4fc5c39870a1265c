from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from deployments.management.speaking import SpeakingCommand
from deployments.pipeline import create_workspace


class Command(SpeakingCommand):
    help = "Makes a workspace; create_person gives it its first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", metavar="SLUG", help="small letters, digits and hyphens")
        parser.add_argument("--name", required=True)

    def act(self, *, slug: str, name: str, **options: Any) -> None:
        workspace = create_workspace(slug=slug, name=name)
        self.say(f"Workspace {workspace.slug} ({workspace.name}) is made.", workspace=workspace.slug)
