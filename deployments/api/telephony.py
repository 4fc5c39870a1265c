"""What the Agents API takes and gives of numbers and their connectors, as published."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from deployments.api.shapes import Environment, Shape

CONNECTOR = ["ferry-desk-live"]


class Connector(Shape):
    """What the callers of an environment's numbers are connected by. It follows the version that is active there."""

    connector_id: str
    name: str
    account_id: str
    project_id: str
    client_env: Environment
    variant_id: str = Field(description="Empty: the default.")
    asr_lang_code: str
    tts_lang_code: str
    voice_name: str
    disable_handoff: bool


class Connectors(BaseModel):
    connectors: list[Connector]


class ConnectorChange(Shape):
    """Null clears. What is not sent stays."""

    model_config = ConfigDict(extra="forbid")

    variant_id: str | None = Field(default=None, max_length=120)
    asr_lang_code: str | None = Field(default=None, max_length=35)
    voice_name: str | None = Field(default=None, max_length=200)
    project_id: str | None = Field(default=None, max_length=64)


class ConnectorChangeOf(ConnectorChange):
    connector_id: str = Field(max_length=120, examples=CONNECTOR)


class ConnectorChanges(Shape):
    updates: Annotated[list[ConnectorChangeOf], Field(min_length=1, max_length=100)]


class ChangedConnector(Shape):
    """`data` when it succeeded, `error` when not."""

    connector_id: str
    success: bool
    data: Connector | None = None
    error: str | None = None


class ChangedConnectors(BaseModel):
    results: list[ChangedConnector]


class DeletedConnector(Shape):
    deleted_connector: str
    deleted_phone_numbers: list[str]


class FoundConnectors(Shape):
    found: list[Connector]
    not_found: list[str]


class PhoneNumber(Shape):
    number: str
    project_id: str
    account_id: str
    client_env: Environment
    connector_id: str


class PhoneNumbers(Shape):
    phone_numbers: list[PhoneNumber]


class FoundPhoneNumbers(Shape):
    found: list[PhoneNumber]
    not_found: list[str]


# Longer than any number; what it holds is checked by its country's rules.
Dialled = Annotated[
    str, Field(min_length=1, max_length=40, description="With + and the country's code.", examples=["+442079460018"])
]
Several = Annotated[list[Dialled], Field(min_length=1, max_length=100)]


class ConnectorIds(Shape):
    connector_ids: Annotated[
        list[Annotated[str, Field(max_length=120, examples=CONNECTOR)]], Field(min_length=1, max_length=100)
    ]


class Lookup(Shape):
    phone_number: Dialled


class Named(Shape):
    phone_numbers: Several


class Importing(Shape):
    phone_numbers: Several
    client_env: Environment = "live"


class Imported(BaseModel):
    imported: list[str]


class ImportingOne(Shape):
    client_env: Environment = "live"
    connector_id: str | None = Field(default=None, max_length=120, description="Instead of `clientEnv`.")


class ImportedOne(BaseModel):
    imported: str


class Assignment(Shape):
    connector_id: str = Field(max_length=120, examples=CONNECTOR)


class NotDeleted(Shape):
    phone_number: str
    error: str


class Deleted(BaseModel):
    deleted: list[str]
    errors: list[NotDeleted] = Field(default=[], description="What could not be deleted; left out when all could.")


class DeletedOne(BaseModel):
    deleted: str
