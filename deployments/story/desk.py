"""The verbs of the story: what one agent's people do, each act at a given moment of the past."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TypeAlias

from asgiref.sync import async_to_sync

from deployments import pipeline
from deployments.conversing import answer_now, begin_now, end_now
from deployments.conversing.cases import hold_cases
from deployments.models import Agent, CaseSet, Conversation, Deployment, Environment, Number, Run, Version, Workspace
from deployments.pipeline import Refused
from deployments.story.editions import Edition, draft_edition, published_editions
from deployments.story.people import Cast

Progress: TypeAlias = Callable[[str], None]

PAUSE = timedelta(seconds=14)
IMPORTED_BEFORE = timedelta(minutes=12)


class StoryError(AssertionError):
    """The story said that something is refused, and it was not."""


@dataclass
class Desk:
    """One agent in the story. Versions are named by the number of their edition."""

    workspace: Workspace
    cast: Cast
    now: datetime
    progress: Progress
    slug: str
    name: str
    steps: int
    versions: dict[int, Version] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.editions: list[Edition] = published_editions(self.slug)

    def days_ago(self, days: int, clock: str) -> datetime:
        return datetime.combine((self.now - timedelta(days=days)).date(), time.fromisoformat(clock), self.now.tzinfo)

    def hours_ago(self, hours: float) -> datetime:
        return self.now - timedelta(hours=hours)

    def open(self, when: datetime) -> None:
        first = self.editions[0]
        self.agent: Agent = pipeline.create_agent(
            self.workspace,
            slug=self.slug,
            name=self.name,
            steps=self.steps,
            files=first.files,
            by=self.cast[first.by],
            at=when,
        )

    def publish(self, number: int, when: datetime) -> None:
        edition = self.editions[number - 1]
        self.progress(f"{self.name}: {edition.description}")
        by = self.cast[edition.by]
        if number > 1:
            pipeline.import_files(self.agent, edition.files, mode="replace", by=by, at=when - IMPORTED_BEFORE)
        placed = pipeline.publish(
            self.agent, state=self._draft_state(), description=edition.description, by=by, at=when
        )
        self.versions[number] = placed.version

    def promote(self, number: int, to: str, by: str, when: datetime, message: str | None = None) -> Deployment:
        """Promote what is reviewed: exactly what stands there now is replaced. The message is the version's own."""
        place = self._environment(to)
        current = place.active
        return pipeline.promote(
            self.versions[number],
            to=place,
            replacing=current.pk if current else None,
            message=self.editions[number - 1].description if message is None else message,
            by=self.cast[by],
            at=when,
        )

    def roll_back(self, environment: str, by: str, when: datetime, message: str) -> Deployment:
        """The environment's active version leaves; the one it replaced comes back."""
        leaving = self._environment(environment).active
        if leaving is None or leaving.previous is None:
            raise StoryError(f"There is nothing to go back to in {environment} of {self.name}.")
        return pipeline.roll_back(to=leaving.previous, replacing=leaving.pk, message=message, by=self.cast[by], at=when)

    def try_to_promote(
        self, number: int, to: str, by: str, when: datetime, message: str = "", having_seen: Deployment | None = None
    ) -> None:
        """A promotion the pipeline refuses: somebody may not, or has seen what is no longer there."""
        place = self._environment(to)
        seen = having_seen or place.active
        try:
            pipeline.promote(
                self.versions[number],
                to=place,
                replacing=seen.pk if seen else None,
                message=message,
                by=self.cast[by],
                at=when,
            )
        except Refused:
            return
        raise StoryError(f"{by} promoted version {number} of {self.name} to {to}.")

    def try_out(self, number: int, paths: list[str], by: str, when: datetime) -> None:
        """A draft that takes some files of an edition over what is there."""
        files = {path: self.editions[number - 1].files[path] for path in paths}
        pipeline.import_files(self.agent, files, mode="add", by=self.cast[by], at=when)

    def discard(self, by: str, when: datetime) -> None:
        pipeline.discard(self.agent, state=self._draft_state(), by=self.cast[by], at=when)

    def add_number(self, text: str, where: str, by: str, when: datetime, label: str) -> Number:
        """Numbers of the story are of those kept in Hamburg for films: nobody answers them."""
        return pipeline.add_number(
            self._environment(where), text=text, country="DE", label=label, by=self.cast[by], at=when
        )

    def move_number(self, number: Number, to: str, by: str, when: datetime) -> None:
        pipeline.move_number(number, to=self._environment(to), by=self.cast[by], at=when)

    def begin_draft(self, when: datetime) -> None:
        edition = draft_edition(self.slug)
        if edition is None:
            raise StoryError(f"{self.name} has no draft to begin.")
        pipeline.import_files(self.agent, edition.files, mode="replace", by=self.cast[edition.by], at=when)

    def talk(
        self, where: str, when: datetime, *said: str, by: str = "", number: str = "", stays: bool = False
    ) -> Conversation:
        """Somebody talks to what stands there: a caller from this number, a visitor of the web chat, or who tests.

        Who `stays` has not ended it yet.
        """
        self.progress(f"{self.name}: {said[0]}")
        known = Agent.objects.select_related("workspace", "draft").get(pk=self.agent.pk)
        answered = begin_now(
            known,
            known.draft if where == "draft" else known.environments.get(slug=where),
            channel="voice" if number else "webchat",
            tested=bool(by),
            by=self.cast[by] if by else None,
            caller_number=number or None,
            visitor="" if number or by else f"{self.slug}-{when:%d%H%M}",
            clock=when,
            seed=self.slug,
            at=when,
        )
        for each in said:
            when += PAUSE
            answered = answer_now(answered.conversation.pk, each, at=when)
            if not answered.conversation.in_progress:
                return answered.conversation
        if not stays:
            end_now(answered.conversation.pk, at=when + PAUSE)
        return answered.conversation

    def note(self, conversation: Conversation, text: str, tags: list[str], by: str) -> None:
        """And the answer that was wrong is marked so."""
        pipeline.note_conversation(conversation, text, by=self.cast[by])
        pipeline.tag_conversation(conversation, tags, by=self.cast[by])
        pipeline.annotate_turns(conversation, [(1, "agent", "wrong_info")], by=self.cast[by])

    def make_set(self, name: str, tag: str, when: datetime, *, gate: str = "", by: str) -> CaseSet:
        """Of the cases that the newest version marks so; with `gate` what must pass before a version comes there."""
        newest = self.versions[max(self.versions)]
        cases = [case.path for case in pipeline.cases_of(self.agent, newest.manifest) if tag in case.tags]
        options = pipeline.SetOptions(name=name, cases=cases)
        made = pipeline.create_set(self.agent, options, by=self.cast[by], at=when)
        if gate:
            pipeline.change_gate(self._environment(gate), made, by=self.cast[by], at=when)
        return made

    def test(self, made: CaseSet, where: str, when: datetime, by: str) -> Run:
        """The set, run against what stands there."""
        self.progress(f"{self.name}: tests of {where}")
        chosen = pipeline.Chosen(case_set=made)
        run = pipeline.start_run(self.agent, self._environment(where), chosen, by=self.cast[by], at=when)
        async_to_sync(hold_cases)(run.pk, lambda: when + PAUSE)
        return run

    def active(self, environment: str) -> Deployment | None:
        return self._environment(environment).active

    def _environment(self, slug: str) -> Environment:
        return self.agent.environments.get(slug=slug)

    def _draft_state(self) -> str:
        # Read anew: the agent in hand remembers the draft it had before the last act.
        return Agent.objects.get(pk=self.agent.pk).draft.state
