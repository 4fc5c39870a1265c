"""What the Agents API takes and gives, as published: camelCase, ISO-8601 times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_camel

Environment = Literal["sandbox", "pre-release", "live"]


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(iso, return_type=str)]


class Shape(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Failure(BaseModel):
    """Every answer but a success."""

    success: Literal[False]
    error: str
    error_id: str
    error_code: str
    error_message: str
    data: None


class DeploymentShape(Shape):
    """A version in an environment, from a moment on. Promotion and rollback make another of the same version."""

    id: UUID
    account_id: str
    agent_id: str
    environment: Environment
    artifact_version: str
    version: str
    created_by: str
    created_at: Moment
    metadata: dict[str, str]


class Deployments(BaseModel):
    deployments: list[DeploymentShape]


class ActiveDeployments(Shape):
    active_deployments: dict[Environment, DeploymentShape | None]


class Placed(Shape):
    deployment: DeploymentShape
    test_run_ids: list[UUID] = Field(
        default=[], description="The test runs that this placement started, in the order of their sets' names."
    )


class Publication(Shape):
    model_config = ConfigDict(extra="ignore")

    deployment_message: str | None = Field(default=None, examples=["Winter timetable"])
    environment: Literal["sandbox"] = "sandbox"


class Promotion(Shape):
    model_config = ConfigDict(extra="forbid")

    target_environment: Literal["pre-release", "live"] | None = None
    deployment_message: str | None = None
    expected_deployment_id: UUID | None = Field(
        default=None,
        description="What the target is believed to hold, null for nothing. When it is not so: 409, and no change.",
    )
    gate_override_reason: str | None = Field(
        default=None,
        max_length=2000,
        description="Why this version may pass a gate that is closed. Only admins; it stands in Project History.",
    )


class Rollback(Shape):
    model_config = ConfigDict(extra="forbid")

    deployment_message: str | None = None
    expected_deployment_id: UUID | None = Field(
        default=None,
        description="What the environment is believed to hold. When it is not so: 409, and nothing changes.",
    )


class AgentShape(Shape):
    account_id: str
    agent_id: str
    agent_name: str
    created_at: Moment
    updated_at: Moment
    branch_count: int = 1


class ResponseSettings(Shape):
    greeting: str = Field(min_length=1, max_length=5000)
    language_code: str = Field(default="en-GB", min_length=2, max_length=35)


class NewAgent(Shape):
    """`voiceSettings`, `llmSettings` and `experimentalConfig` are accepted: edit the draft to set what they say."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100, examples=["Harbour hotel"])
    description: str | None = None
    agent_id: str | None = Field(default=None, pattern=r"^[a-zA-Z0-9-]+$", max_length=64)
    response_settings: ResponseSettings | None = None
    voice_settings: dict[str, Any] | None = None
    llm_settings: dict[str, Any] | None = None
    experimental_config: dict[str, Any] | None = None


class Duplicate(Shape):
    model_config = ConfigDict(extra="forbid")

    new_agent_name: str = Field(min_length=1, max_length=100, examples=["Harbour hotel, winter"])
    new_agent_id: str | None = Field(default=None, pattern=r"^[a-zA-Z0-9-]+$", max_length=64)


class VersionShape(BaseModel):
    """An immutable version. `message` is what it was described by when it was published."""

    version: str
    number: int
    parent: str | None
    by: str
    at: Moment
    message: str
    environments: list[str] = Field(description="Where it is active now.")


class Versions(BaseModel):
    versions: list[VersionShape]


class Content(BaseModel):
    """What a ref stands for now. The draft, and an environment that holds nothing, have no version."""

    ref: str
    version: VersionShape | None
    manifest: dict[str, str] = Field(description="Every file's path, and the SHA-256 of its bytes.")


class ImportedShape(BaseModel):
    """What `import_agent --json` answers."""

    agent: str
    draft_changes: int
    version: str | None
    deployment: UUID | None


class ConfigPage(Shape):
    """An environment's real-time config. `lastUpdated` is another text after each write, and the same until then."""

    client_env: Environment
    variables: dict[str, Any]
    schema_: dict[str, Any] = Field(alias="schema")
    last_updated: str


class ConfigPages(Shape):
    config_pages: list[ConfigPage]


class NewSchema(Shape):
    model_config = ConfigDict(extra="forbid")

    schema_: dict[str, Any] = Field(
        alias="schema",
        description="JSON Schema draft 7, without remote references.",
        examples=[{"properties": {"seconds_to_wait": {"type": "number", "minimum": 0}}}],
    )
    expected_last_updated: str | None = Field(default=None, description="When it is another by now: 409, no change.")


class NewVariables(Shape):
    model_config = ConfigDict(extra="forbid")

    variables: dict[str, Any] = Field(
        description="Each of these names gets this value; the others keep theirs.", examples=[{"seconds_to_wait": 0.8}]
    )
    expected_last_updated: str | None = Field(default=None, description="When it is another by now: 409, no change.")
