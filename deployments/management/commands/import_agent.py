from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from deployments.management.finding import actor_in, workspace_called
from deployments.management.speaking import SpeakingCommand, progress
from deployments.models import Agent, Deployment, Draft, Workspace
from deployments.pipeline import Actor, create_agent, import_and_publish, import_files
from deployments.pipeline import publish as publish_draft
from deployments.resources.archive import Reading, read_folder, read_zip


class Command(SpeakingCommand):
    help = "Makes exactly what a folder or zip holds the draft of an agent, a new one if need be, and may publish it."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("path", metavar="PATH", help="a folder or zip in the agent layout")
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--agent", required=True, metavar="ID")
        parser.add_argument("--name", help="of a new agent; else what project.yaml says, else the id")
        parser.add_argument("--publish", metavar="MESSAGE", help="publish it to the first environment, described so")
        parser.add_argument("--by", metavar="EMAIL", help="who does this; else the workspace's only admin")

    def act(
        self,
        *,
        path: str,
        workspace: str,
        agent: str,
        name: str | None,
        publish: str | None,
        by: str | None,
        **options: Any,
    ) -> None:
        where = workspace_called(workspace)
        actor = actor_in(where, by)
        with progress(2) as steps:
            steps.begin("Reading")
            reading = read_folder(path) if Path(path).is_dir() else read_zip(path)
            steps.begin(f"Storing and checking {len(reading.files):,} files")
            into = Agent.objects.present().with_slug(agent).select_related("workspace").first()
            if into is None:
                named = name or _name_in(reading.files) or agent
                into, draft, placed = self._make(where, agent, named, reading, publish, actor)
            else:
                draft, placed = self._import(where, into, reading, publish, actor)
        self._tell(into, draft, placed, reading)

    def _make(
        self, where: Workspace, slug: str, name: str, reading: Reading, publish: str | None, by: Actor
    ) -> tuple[Agent, Draft | None, Deployment | None]:
        """A new agent and its first version, both or neither."""
        with transaction.atomic():
            agent = create_agent(where, slug=slug, name=name, files=reading.files, by=by)
            draft, placed = agent.draft_or_none, None
            if publish is not None and draft is not None:
                placed = publish_draft(agent, state=draft.state, description=publish, by=by)
        return agent, draft, placed

    def _import(
        self, where: Workspace, agent: Agent, reading: Reading, publish: str | None, by: Actor
    ) -> tuple[Draft | None, Deployment | None]:
        if agent.workspace_id != where.pk:
            raise CommandError(f"The agent {agent.slug} is not in the workspace {where.slug}. Nothing was imported.")
        if publish is None:
            return import_files(agent, reading.files, ignored=reading.ignored, by=by).draft, None
        imported, placed = import_and_publish(agent, reading.files, ignored=reading.ignored, description=publish, by=by)
        return imported.draft, placed

    def _tell(self, agent: Agent, draft: Draft | None, placed: Deployment | None, reading: Reading) -> None:
        changes = draft.change_count if draft else 0
        words = f"{len(reading.files):,} files of {agent.name} read"
        if placed is not None:
            said = f"{words}; version {placed.version.short} is in {placed.environment.label}."
        elif draft is None:
            said = f"{words}: they are what {agent.ladder[0].label} runs already, so there is nothing to publish."
        elif not changes and draft.formatting:
            said = f"{words}; in the draft the formatting differs in {draft.formatting:,} files."
        else:
            said = f"{words}; the draft changes {changes:,} {'item' if changes == 1 else 'items'}."
        if reading.ignored:
            said += f" Left out: {', '.join(reading.ignored[:5])}{' and more' if len(reading.ignored) > 5 else ''}."
        self.say(
            said,
            agent=agent.slug,
            draft_changes=changes,
            version=placed.version.hash if placed else None,
            deployment=str(placed.pk) if placed else None,
        )


def _name_in(files: dict[str, bytes]) -> str:
    """The name an agent's own file gives it, when it is written on one plain line."""
    found = re.search(rb"^project_name:[ \t]*([^\r\n]+?)[ \t]*\r?$", files.get("project.yaml", b""), re.MULTILINE)
    return found[1].decode(errors="replace").strip("'\"") if found else ""
