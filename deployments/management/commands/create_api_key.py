from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from deployments.management.finding import actor_in, agent_called, workspace_called
from deployments.management.speaking import SpeakingCommand
from deployments.pipeline import create_api_key


class Command(SpeakingCommand):
    help = "Makes an API key and prints it alone on one line. It is not kept and cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--name", required=True, metavar="N", help="what history calls it")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="its owner, whose role it never exceeds")
        parser.add_argument(
            "--permission",
            action="append",
            default=[],
            metavar="P",
            help="like deployments:write; may be given several times; none is all that the owner may",
        )
        parser.add_argument("--agent", action="append", metavar="ID", help="may be given several times; none is all")

    def act(
        self, *, workspace: str, name: str, by: str, permission: list[str], agent: list[str] | None, **options: Any
    ) -> None:
        where = workspace_called(workspace)
        agents = None if agent is None else [agent_called(slug) for slug in dict.fromkeys(agent)]
        key, text = create_api_key(where, name=name, permissions=permission, agents=agents, by=actor_in(where, by))
        self.say(text, key=text, id=key.pk)
