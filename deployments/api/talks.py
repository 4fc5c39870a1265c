"""Shapes of conversations and chats, as published. Turns are snake_case inside a camelCase object."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from deployments.api.shapes import Moment, Shape
from deployments.models import Conversation, Turn
from deployments.pipeline import Redaction
from deployments.runtime import turns

Place = Literal["draft", "sandbox", "pre-release", "live"]


class Heading(BaseModel):
    heading: str


class Summary(Shape):
    conversation_id: UUID
    account_id: str
    project_id: str
    created_at: Moment
    started_at: Moment
    finished_at: Moment | None = None
    channel: str
    from_number: str
    to_number: str
    language: str
    variant_id: str
    client_env: Place
    total_duration: int = Field(description="Seconds, as `polyaiDuration` and `duration`.")
    polyai_duration: int
    duration: int
    in_progress: bool
    handoff: bool
    handoff_destination: str
    handoff_reason: str
    direction: Literal["inbound"] = "inbound"
    tags: list[str]
    short_summary: Heading
    deployment_id: UUID | None = None
    version: str | None = Field(None, description="The hash of what answered; none for the draft.")
    note: str


class Told(BaseModel):
    turn_id: int
    user_input: str | None = None
    user_input_datetime: Moment | None = None
    agent_response: str
    agent_response_datetime: Moment
    latency: float = Field(description="Seconds.")
    is_silence: bool
    intents: list[str] = []
    entities: dict[str, Any]


class Detail(Summary):
    turns: list[Told]
    metrics: dict[str, Any]
    function_events: dict[str, list[dict[str, Any]]] = Field(description="By the id of their turn.")


class Conversations(BaseModel):
    conversations: list[Summary]
    count: int
    limit: int
    offset: int


class Annotation(Shape):
    turn_id: int = Field(ge=0, lt=2**31)
    role: Literal["user", "agent"]
    annotation_type: Literal["missing_topic", "wrong_transcript", "wrong_info"]


class Annotations(Shape):
    annotations: list[Annotation] = Field(min_length=1, max_length=500)


class NewNote(Shape):
    note: str = Field(max_length=5000, examples=["Call back on Monday."])


class Success(BaseModel):
    success: Literal[True] = True


class NewChat(Shape):
    model_config = ConfigDict(extra="ignore")

    client_env: Place
    channel: Literal["chat.polyai", "webchat.polyai", "sip.polyai"] = "chat.polyai"
    variant_id: str | None = Field(default=None, max_length=64)
    asr_lang_code: str | None = Field(default=None, max_length=35)
    tts_lang_code: str | None = Field(default=None, max_length=35)
    integration_attributes: dict[str, Any] | None = None
    conversation_id: str | None = Field(default=None, description="Left out: Slipway chooses it and answers with it.")

    @field_validator("conversation_id")
    @classmethod
    def is_chosen_here(cls, said: str | None) -> None:
        if said:
            raise ValueError("Slipway chooses it. Leave it out, and use the one in the answer")


class Message(Shape):
    model_config = ConfigDict(extra="ignore")

    client_env: Place | None = Field(default=None, description="What the chat was begun with, or nothing.")
    message: str = Field(
        default="", max_length=5000, description="Empty: a silence.", examples=["When does the last boat leave?"]
    )
    metadata: dict[str, Any] | None = None


class Metadata(Shape):
    state: dict[str, Any]
    current_node: str
    node_trace: list[str]
    metrics: dict[str, Any]
    function_events: list[dict[str, Any]]
    handoff_destination: str | None
    retrieved_topics: list[str]
    in_flow: str | None
    in_step: str | None
    llm_requests: list[dict[str, Any]]
    asr_lang_code: str
    tts_lang_code: str


class Reply(Shape):
    conversation_id: UUID
    user_input: str
    response: str
    metadata: Metadata
    conversation_ended: bool
    delayed_response: Literal[False] = False


def summary_of(held: Conversation, redaction: Redaction) -> dict[str, Any]:
    held = redaction.shown(held)
    seconds = round(held.duration.total_seconds())
    return {
        "conversation_id": held.pk,
        "account_id": held.agent.workspace.slug,
        "project_id": held.agent.slug,
        "created_at": held.began_at,
        "started_at": held.began_at,
        "finished_at": held.ended_at,
        "channel": "sip.polyai" if held.channel == Conversation.Channel.VOICE else "webchat.polyai",
        "from_number": redaction.number(held.caller_number),
        "to_number": held.callee_number,
        "language": held.language,
        "variant_id": held.variant,
        "client_env": held.place,
        **dict.fromkeys(("total_duration", "polyai_duration", "duration"), seconds),
        "in_progress": held.in_progress,
        "handoff": held.handed_off,
        "handoff_destination": held.handoff_destination,
        "handoff_reason": held.handoff_reason,
        "tags": held.tags,
        "short_summary": Heading(heading=held.summary),
        "deployment_id": held.deployment_id,
        "version": held.version.hash if held.version else None,
        "note": held.note,
    }


def detail_of(held: Conversation, rows: list[Turn], redaction: Redaction) -> Detail:
    made = [(row, turns.read(turns.Turn, redaction.value(row.record))) for row in rows]
    standing = redaction.value(held.thread.standing or {})
    return Detail(
        **summary_of(held, redaction),
        turns=[_told(row, turn) for row, turn in made],
        metrics=dict(standing.get("metrics", ())),
        function_events={str(row.number): events_of(turn, redaction) for row, turn in made if turn.functions},
    )


def _told(row: Turn, turn: turns.Turn) -> Told:
    return Told(
        turn_id=row.number,
        user_input=turn.heard,
        user_input_datetime=_heard_at(row),
        agent_response=turn.said,
        agent_response_datetime=row.at,
        latency=row.seconds,
        is_silence=turn.heard == "",
        entities={name: held.get("value") for name, held in turn.entities.items()},
    )


def _heard_at(row: Turn) -> datetime | None:
    return None if row.heard is None else row.at


def events_of(turn: turns.Turn, redaction: Redaction) -> list[dict[str, Any]]:
    """What functions did in a turn, as the command line reads it."""
    handoff = turn.ended.handoff if turn.ended else None
    changes = {
        "added": {name: new for name, (old, new) in turn.state.items() if old is None},
        "updated": {name: new for name, (old, new) in turn.state.items() if old is not None and new is not None},
        "removed": [name for name, (_, new) in turn.state.items() if new is None],
    }
    last = len(turn.functions) - 1
    return [
        {
            "name": run.name,
            "arguments": run.arguments,
            "utterance": run.result.get("utterance") if isinstance(run.result, dict) else None,
            "hangup": number == last and turn.ended is not None and turn.ended.outcome == "hangup",
            "handoff": handoff.destination if handoff and number == last else None,
            "error": run.error.text if run.error else None,
            "logs": [note.text for note in redaction.notes(list(run.log))],
            "transition": next((move.step or move.flow for move in turn.moves if move.by == run.name), None),
            # Known for the turn, not for each of its functions.
            "state_changes": changes if number == last else {"added": {}, "updated": {}, "removed": []},
        }
        for number, run in enumerate(turn.functions)
    ]
