"""What the `poly` command line reads. A key without a value is left out: it stumbles over nulls."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Account(BaseModel):
    id: str
    name: str
    active: Literal[True] = True


class Project(BaseModel):
    """What everybody else calls an agent."""

    id: str
    name: str


class Projects(BaseModel):
    projects: list[Project]


class Metadata(BaseModel):
    deployment_message: str
    deployment_type: str


class Row(BaseModel):
    """A placement, as its list and `show` print it."""

    id: UUID
    client_env: str
    version_hash: str
    artifact_version: str
    created_at: str
    created_by: str
    deployment_metadata: Metadata


class Rows(BaseModel):
    deployments: list[Row]


class Active(BaseModel):
    version: str
    deployment_id: UUID


class Branches(BaseModel):
    """There is `main` alone, and the client wants it left out."""

    branches: list[str]


class Sequence(BaseModel):
    # The client's own spelling.
    lastKnownSequence: int  # noqa: N815


class NewChat(BaseModel):
    model_config = ConfigDict(extra="ignore")

    client_env: Literal["draft", "sandbox", "pre-release", "live"] = "sandbox"
    channel: Literal["chat.polyai", "webchat.polyai", "sip.polyai"] = "chat.polyai"
    variant_id: str | None = Field(default=None, max_length=64)
    asr_lang_code: str | None = Field(default=None, max_length=35)
    tts_lang_code: str | None = Field(default=None, max_length=35)
    sip_headers: dict[str, str] | None = None


class Spoken(BaseModel):
    model_config = ConfigDict(extra="ignore")

    message: str = Field(default="", max_length=5000)


class ChatReply(BaseModel):
    conversation_id: UUID
    response: str
    conversation_ended: bool
    metadata: dict[str, Any]


class Said(BaseModel):
    """The client reads nothing of it."""

    success: Literal[True] = True
