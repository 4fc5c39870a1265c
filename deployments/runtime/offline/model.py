"""The offline engine as a model like any other: it is asked with messages and answers with words or a call."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponseStreamEvent,
    TextPart,
    ToolCallPart,
)
from pydantic_ai.models import Model, ModelRequestParameters, StreamedResponse
from pydantic_ai.settings import ModelSettings

from deployments.runtime.asking import OFFER, SCENE
from deployments.runtime.models import OFFLINE
from deployments.runtime.offline.deciding import decide
from deployments.runtime.scene import Call, Scene

# Some words at a time: they are all there at once, and each piece costs as much as an answer's decision.
_PIECE = re.compile(r"(?:\S+\s*){1,5}|\s+")


class OfflineModel(Model[None]):
    """It reads the scene that the last message carries; the messages themselves tell it nothing more."""

    reads_scenes = True

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        scene = _scene(messages)
        answer = decide(scene)
        part = ToolCallPart(answer.name, dict(answer.arguments)) if isinstance(answer, Call) else TextPart(answer.text)
        return ModelResponse(
            parts=[part], model_name=OFFLINE, timestamp=scene.now, metadata={OFFER: dict(answer.offer)}
        )

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: Any = None,
    ) -> AsyncGenerator[StreamedResponse]:
        response = await self.request(messages, model_settings, model_request_parameters)
        yield InPieces(model_request_parameters, response)

    @property
    def model_name(self) -> str:
        return OFFLINE

    @property
    def system(self) -> str:
        return "slipway"


@dataclass
class InPieces(StreamedResponse):
    response: ModelResponse

    def __post_init__(self) -> None:
        self.metadata = self.response.metadata

    async def _get_event_iterator(self) -> AsyncIterator[ModelResponseStreamEvent]:
        for number, part in enumerate(self.response.parts):
            if isinstance(part, TextPart):
                for piece in _PIECE.findall(part.content):
                    for event in self._parts_manager.handle_text_delta(vendor_part_id=number, content=piece):
                        yield event
            elif isinstance(part, ToolCallPart):
                yield self._parts_manager.handle_tool_call_part(
                    vendor_part_id=number,
                    tool_name=part.tool_name,
                    args=part.args_as_dict(),
                    tool_call_id=part.tool_call_id,
                )

    @property
    def model_name(self) -> str:
        return OFFLINE

    @property
    def provider_name(self) -> str | None:
        return "slipway"

    @property
    def provider_url(self) -> str | None:
        return None

    @property
    def timestamp(self) -> datetime:
        return self.response.timestamp


def _scene(messages: list[ModelMessage]) -> Scene:
    last = messages[-1]
    assert isinstance(last, ModelRequest)
    scene = (last.metadata or {})[SCENE]
    assert isinstance(scene, Scene)
    return scene
