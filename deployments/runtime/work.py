"""A turn while it happens: where the conversation stands, and what was gathered about the turn so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Literal

from pydantic import JsonValue

from deployments.runtime.days import zone_of
from deployments.runtime.kept import ReadableState, readable_state
from deployments.runtime.patterns import Patterns
from deployments.runtime.playbook import Playbook
from deployments.runtime.playbook.parts import Flow, Step
from deployments.runtime.retrieval import Hit
from deployments.runtime.scene import Say
from deployments.runtime.speech import pronounced
from deployments.runtime.turns import (
    Ended,
    FunctionRun,
    Handoff,
    Intention,
    Move,
    Note,
    Ran,
    Reply,
    Request,
    Setting,
    Standing,
    TopicFound,
    Turn,
)
from deployments.runtime.wording import Lexicon, Moment, Use, meant_for, worded

# A turn may not ask, run and move more often, or last longer, than this.
REQUESTS, RUNS, MOVES, SECONDS = 12, 25, 10, 60.0
# Functions that ran earlier, of which a model is still told.
REMEMBERED = 20
ERROR_PHRASE = "Sorry, something went wrong. Could you say that again?"


class TooLong(Exception):
    """A limit of the turn was met; the message says which."""


@dataclass(kw_only=True)
class Work:
    playbook: Playbook
    setting: Setting
    before: Standing
    # The conversation's clock in its zone, and the wall's.
    now: datetime
    began: datetime
    heard: str | None
    understood: str
    say: Say

    language: str
    variant: str | None
    flow: Flow | None
    step: Step | None
    state: dict[str, JsonValue]
    entities: dict[str, Mapping[str, JsonValue]]
    history: list[tuple[Literal["user", "agent"], str]]
    metrics: list[tuple[str, JsonValue]]
    disabled: Sequence[str]
    # What a function left for the next turn, and what one left for the next words of this.
    later: str = ""
    instruction: str = ""
    offer: Mapping[str, JsonValue] = field(default_factory=dict)
    failures: int = 0
    heard_here: list[str] = field(default_factory=list)
    called: list[Ran] = field(default_factory=list)
    ended: Ended | None = None

    hits: Sequence[Hit] = ()
    replies: list[Reply] = field(default_factory=list)
    functions: list[FunctionRun] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    intentions: list[Intention] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    patterns: Patterns = field(default_factory=Patterns)
    started: float = field(default_factory=monotonic)
    # Why the last value of an entity was refused, and functions that failed in this turn.
    refused: dict[str, str] = field(default_factory=dict)
    failed: int = 0
    # Whether the step was entered in this turn, and nothing said since.
    entered: bool = False
    # Where in the history this turn's input stands, where there is one.
    input_at: int | None = None
    # The first of `called` that ran in this turn.
    earlier: int = 0
    filtered: bool = False
    # The reply was handed on piece by piece.
    streamed: bool = False
    real_time: Mapping[str, JsonValue] | None = None
    # A hand-off and a hang-up take effect when the utterance has been said.
    handoff: Handoff | None = None

    # What is known

    @property
    def lexicon(self) -> Lexicon:
        return self.flow.lexicon if self.flow is not None else self.playbook.lexicon

    @property
    def attributes(self) -> Mapping[str, JsonValue]:
        return self.playbook.variants.get(self.variant, {}) if self.variant is not None else {}

    @property
    def place(self) -> tuple[str | None, str | None]:
        return (self.flow.name if self.flow else None, self.step.name if self.step else None)

    def moment(self) -> Moment:
        return Moment(
            language=self.language,
            default_language=self.playbook.language,
            state=ReadableState(self.state),
            attributes=self.attributes,
            entities={name: str(one.get("value") or "") for name, one in self.entities.items()},
        )

    # Texts

    def meant(self, text: str, path: str | None = None) -> str:
        """What of a text is meant for this channel and language."""
        if "<" not in text:
            return text
        found = meant_for(text, channel=self.setting.channel, language=self.language)
        self._warn(found.warnings, path)
        return found.text

    def resolved(self, text: str, use: Use, path: str | None = None) -> str:
        # Most texts refer to nothing; then nothing of the moment is gathered.
        if "$" not in text and "{{" not in text:
            return text
        found = worded(text, use, self.lexicon, self.moment())
        self._warn(found.warnings, path)
        return found.text

    def prompt(self, text: str, path: str | None = None) -> str:
        return self.resolved(self.meant(text, path), Use.PROMPT, path).strip()

    def _warn(self, warnings: Sequence[str], path: str | None) -> None:
        for warning in warnings:
            self.note("warning", warning, path)

    def note(
        self, level: Literal["info", "warning", "error"], text: str, path: str | None = None, line: int | None = None
    ) -> None:
        note = Note(level=level, text=text, path=path, line=line)
        # A prompt is assembled several times in a turn; what is wrong with it is said once.
        if note not in self.notes:
            self.notes.append(note)

    # Words

    def utter(self, text: str, source: str | None = None, *, said: bool = False) -> None:
        """Words for the caller, as they are. `said`: they were handed on already, piece by piece."""
        text = text.strip()
        if not text:
            return
        spoken = text
        if self.setting.channel == "voice":
            spoken = pronounced(text, self.playbook.pronunciations, self.language, self.patterns)
        if not said:
            self.say(text if not self.replies else f"\n{text}")
        self.replies.append(Reply(text=text, spoken=spoken, source=source))
        self.history.append(("agent", text))
        self.entered = False

    def apologise(self) -> None:
        texts = self.playbook.translations.get("error_phrase", {})
        self.utter(texts.get(self.language) or texts.get(self.playbook.language) or ERROR_PHRASE)

    # Limits

    def count(self) -> None:
        """Before anything is asked, run or entered. Raises TooLong."""
        for name, done, most in (
            ("questions to the model", len(self.requests), REQUESTS),
            ("function runs", len(self.functions), RUNS),
            ("step changes", len(self.moves), MOVES),
        ):
            if done >= most:
                raise TooLong(f"The turn was stopped after {most} {name}.")
        if self.left <= 0:
            raise TooLong(f"The turn was stopped after {SECONDS:.0f} seconds.")

    @property
    def left(self) -> float:
        return self.started + SECONDS - monotonic()

    # The end

    def standing(self) -> Standing:
        flow, step = self.place
        return Standing(
            language=self.language,
            variant=self.variant,
            flow=flow,
            step=step,
            state=self.state,
            entities=self.entities,
            history=tuple(self.history),
            metrics=tuple(self.metrics),
            disabled_topics=tuple(self.disabled),
            instruction=self.later,
            offered=self.offer,
            failures=self.failures,
            turns=self.before.turns + 1,
            topics=tuple(hit.topic.key for hit in self.hits),
            heard=tuple(self.heard_here),
            called=tuple(self.called[-REMEMBERED:]),
            ended=self.ended,
            closed=self.before.closed,
        )

    def turn(self, engine: str) -> Turn:
        for warning in self.patterns.warnings:
            self.note("warning", warning)
        flow, step = self.place
        old, new = readable_state(self.before.state), readable_state(self.state)
        return Turn(
            heard=self.heard,
            understood=self.understood,
            replies=tuple(self.replies),
            began=self.began,
            seconds=round(monotonic() - self.started, 3),
            engine=engine,
            topics=tuple(
                TopicFound(path=hit.topic.key, name=hit.topic.name, score=round(hit.score, 4), exact=hit.exact)
                for hit in self.hits
            ),
            functions=tuple(self.functions),
            requests=tuple(self.requests),
            moves=tuple(self.moves),
            intentions=tuple(self.intentions),
            notes=tuple(self.notes),
            flow=flow,
            step=step,
            variant=self.variant,
            state={
                name: (old.get(name), new.get(name))
                for name in sorted(old.keys() | new.keys())
                if old.get(name) != new.get(name)
            },
            entities=dict(self.entities),
            ended=self.ended,
        )


def work_for(
    playbook: Playbook, setting: Setting, standing: Standing, heard: str | None, wall: datetime, say: Say
) -> Work:
    """The turn that begins where the last one ended."""
    flow = playbook.flow(standing.flow)
    step = flow.step(standing.step)[0] if flow is not None and standing.step is not None else None
    work = Work(
        playbook=playbook,
        setting=setting,
        before=standing,
        now=setting.began,
        began=wall,
        heard=heard,
        understood=heard or "",
        say=say,
        language=standing.language,
        variant=standing.variant,
        flow=flow if step is not None else None,
        step=step,
        state=dict(standing.state),
        entities=dict(standing.entities),
        history=list(standing.history),
        metrics=list(standing.metrics),
        disabled=standing.disabled_topics,
        instruction=standing.instruction,
        offer=standing.offered,
        failures=standing.failures,
        heard_here=list(standing.heard),
        called=list(standing.called),
        earlier=len(standing.called),
        ended=standing.ended,
    )
    work.now = (setting.began if setting.frozen else wall).astimezone(zone_of(work.attributes))
    return work
