"""Conversations with a model that says what the test tells it to: everything but the model is real."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias

from deployments.runtime.engine import Engine
from deployments.runtime.playbook import Playbook
from deployments.runtime.sandbox.running import Json, Sandbox
from deployments.runtime.scene import Call, ModelFailed, Said, Say, Scene
from deployments.runtime.turns import Ended, Setting, Standing, Turn, as_json, read

BEGAN = datetime(2026, 1, 15, 22, 30, tzinfo=UTC)
SETTING = Setting(
    id="c-1", account_id="a-1", project_id="p-1", env="sandbox", channel="webchat", channel_type="webchat.polyai",
    began=BEGAN, frozen=True, seed="s",
)  # fmt: skip

Answer: TypeAlias = str | Call | ModelFailed | Callable[[Scene], "Answer"]


def call(name: str, /, **arguments: Any) -> Call:
    return Call(name=name, arguments=arguments)


@dataclass
class Script:
    """A model of another house: it answers in the order of its script, and keeps what it was told."""

    answers: list[Answer] = field(default_factory=list)
    scenes: list[Scene] = field(default_factory=list)
    completions: list[str] = field(default_factory=list)
    name: str = "script"

    async def ask(self, scene: Scene, say: Say) -> Said | Call:
        self.scenes.append(scene)
        answer = self.answers.pop(0) if self.answers else "OK."
        while callable(answer):
            answer = answer(scene)
        if isinstance(answer, ModelFailed):
            raise answer
        if isinstance(answer, Call):
            return answer
        for word in answer.split(" "):
            say(f"{word} ")
        return Said(text=answer)

    async def complete(self, prompt: str, history: Sequence[tuple[str, str]]) -> str | None:
        return self.completions.pop(0) if self.completions else None


@dataclass
class World:
    """What a function may reach: answers by operation, secrets, real-time values."""

    answers: Mapping[str, dict[str, Json]] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    live: Mapping[str, Any] = field(default_factory=dict)

    def call_api(
        self, integration: str, operation: str, arguments: list[Json], named: dict[str, Json]
    ) -> dict[str, Json]:
        unsent: dict[str, Json] = {"status": 503, "text": "not sent", "headers": {}, "url": ""}
        return {**unsent, **self.answers.get(operation, {})}

    def get_secret(self, name: str) -> str:
        return self.secrets[name]

    def real_time_config(self) -> Mapping[str, Any]:
        return self.live


class Talk:
    """One conversation. Between turns all of it goes through JSON, as between two workers."""

    def __init__(self, book: Playbook, sandbox: Sandbox, world: World | None = None, **setting: Any) -> None:
        self.book = book
        self.model = Script()
        self.engine = Engine(sandbox, self.model, lambda: BEGAN)
        self.world = world or World()
        self.setting = replace(SETTING, **setting)
        self.heard: list[str] = []
        self.standing, self.greeting = self._run(self.engine.begin(book, self.setting, self.world, self.heard.append))

    def says(self, text: str, *answers: Answer) -> Turn:
        """What comes of an input, answered by the model in this order."""
        self.model.answers[:] = answers
        self.heard.clear()
        self.standing, turn = self._run(
            self.engine.answer(self.book, self.setting, self.standing, text, self.world, self.heard.append)
        )
        return turn

    def ends(self) -> Turn | None:
        closed = Ended(by="person", outcome="closed")
        standing, turn = asyncio.run(self.engine.end(self.book, self.setting, self.standing, self.world, closed))
        self.standing = read(Standing, as_json(standing))
        return turn

    @property
    def scene(self) -> Scene:
        return self.model.scenes[-1]

    @property
    def state(self) -> Mapping[str, Any]:
        return self.standing.state

    def _run(self, going: Any) -> tuple[Standing, Turn]:
        standing, turn = asyncio.run(going)
        return read(Standing, as_json(standing)), read(Turn, as_json(turn))


def told(turn: Turn, level: str | None = None) -> list[str]:
    return [note.text for note in turn.notes if level is None or note.level == level]


def names(offered: Iterable[Any]) -> list[str]:
    return [one.name for one in offered]
