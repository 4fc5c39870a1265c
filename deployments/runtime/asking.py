"""A scene as the messages and functions a model understands, and its answer as words or a call."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import JsonValue
from pydantic_ai import exceptions
from pydantic_ai.direct import model_request, model_request_stream
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import Model, ModelRequestParameters, infer_model
from pydantic_ai.settings import ModelSettings
from pydantic_ai.tools import ToolDefinition

from deployments.runtime.scene import Call, ModelFailed, Offered, Parameter, Said, Say, Scene

# Seconds for one answer in all, and for anything to come at all.
WHOLE, SILENT = 45.0, 20.0
# What stands in the place of words where there were none: some providers refuse an empty message.
BEGINS, SILENCE = "(The conversation begins.)", "(Silence.)"
# Where a scene travels for a model that reads it as it is; metadata is never sent to a provider.
SCENE, OFFER = "scene", "offer"

_VARIABLE = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|TOKEN|ENDPOINT|REGION|URL)\b")

History = Iterable[tuple[Literal["user", "agent"], str]]


def provided(name: str) -> Model:
    return infer_model(name)


def check(name: str) -> None:
    """Raises ValueError with a sentence where a model of this name can never answer here."""
    provider = name.partition(":")[0]
    try:
        infer_model(name)
    except ImportError:
        raise ValueError(f"{provider} needs its library: pip install 'pydantic-ai-slim[{provider}]'") from None
    except Exception as error:
        # Libraries of providers raise what they like where a key is missing; they name the variable it belongs in.
        wanted = _VARIABLE.search(str(error))
        if wanted is None:
            raise ValueError(f"{provider} is no provider that is known here, or is not set up") from None
        raise ValueError(f"{provider} needs a key: set {wanted[0]}") from None


async def ask(model: Model, name: str, scene: Scene, say: Say) -> Said | Call:
    if getattr(model, "reads_scenes", False):
        told, tools = [_carrying(scene, UserPromptPart(scene.heard or SILENCE))], []
    else:
        told, tools = messages(scene), [_tool(offered) for offered in scene.offered]
    asked = model_request_stream(
        model,
        told,
        model_settings=_settings(),
        model_request_parameters=ModelRequestParameters(function_tools=tools),
    )
    try:
        async with asyncio.timeout(WHOLE), model, asked as stream:
            async for event in stream:
                match event:
                    case PartStartEvent(part=TextPart(content=text)) if text:
                        say(text)
                    case PartDeltaEvent(delta=TextPartDelta(content_delta=text)) if text:
                        say(text)
                    case _:
                        pass
            response = stream.get()
    except Exception as error:
        raise failure(error, name) from None
    if _broke_off(model, response):
        raise ModelFailed("The model's answer broke off.")
    return answer_of(response)


async def complete(model: Model, name: str, prompt: str, earlier: History) -> str:
    told = [*_history(earlier), ModelRequest(parts=[UserPromptPart(prompt)])]
    try:
        async with asyncio.timeout(WHOLE), model:
            response = await model_request(model, told, model_settings=_settings())
    except Exception as error:
        raise failure(error, name) from None
    return _text(response)


def messages(scene: Scene) -> list[ModelMessage]:
    """The conversation as messages; the prompt goes before them all, as the last request's instructions."""
    told: list[ModelMessage] = _history(scene.history)
    told.append(ModelRequest(parts=[UserPromptPart(scene.heard or SILENCE)]))
    for number, call in enumerate(one for one in scene.called if not one.earlier):
        made = f"call-{number + 1}"
        told.append(ModelResponse(parts=[ToolCallPart(call.name, dict(call.arguments), tool_call_id=made)]))
        returned = ToolReturnPart(tool_name=call.name, content=call.result or "done", tool_call_id=made)
        told.append(ModelRequest(parts=[returned]))
    last = told[-1]
    assert isinstance(last, ModelRequest)
    last.instructions = scene.prompt
    return told


def _carrying(scene: Scene, part: UserPromptPart) -> ModelMessage:
    return ModelRequest(parts=[part], metadata={SCENE: scene})


def answer_of(response: ModelResponse) -> Said | Call:
    offer = (response.metadata or {}).get(OFFER, {})
    tokens = response.usage.total_tokens or None
    call = next((part for part in response.parts if isinstance(part, ToolCallPart)), None)
    if call is not None:
        return Call(name=call.tool_name, arguments=_arguments(call), offer=offer, tokens=tokens)
    text = _text(response)
    if not text.strip():
        raise ModelFailed("The model answered nothing.")
    return Said(text=text, offer=offer, tokens=tokens)


def failure(error: BaseException, name: str) -> ModelFailed:
    """A sentence for what went wrong; what a provider wrote is not repeated, for it may hold keys or prompts."""
    if isinstance(error, ModelFailed):
        return error
    status = getattr(error, "status_code", None)
    match error:
        case TimeoutError() | exceptions.ModelTimeoutError() | exceptions.ModelRequestTimeout():
            said = "The model did not answer in time."
        case exceptions.ModelContextWindowExceededError():
            said = "The conversation is longer than the model can read."
        case exceptions.ModelQuotaExceededError():
            said = "The account at the model's provider has nothing left."
        case exceptions.ContentFilterError():
            said = "The provider's filter kept the model from answering."
        case _ if status in (401, 403):
            said = "The model's provider does not accept the key."
        case _ if status == 404:
            said = f"The provider does not know the model {name}."
        case _ if status == 429:
            said = "The model's provider takes no more requests just now."
        case _ if isinstance(status, int):
            said = f"The model's provider failed with status {status}."
        case exceptions.ModelConnectionError() | exceptions.ModelAPIError() | OSError():
            said = "The connection to the model's provider failed."
        case _:
            said = f"The model's answer could not be read ({type(error).__name__})."
    return ModelFailed(said)


def _history(earlier: History) -> list[ModelMessage]:
    told: list[ModelMessage] = []
    for who, text in earlier:
        if who == "agent" and not told:
            told.append(ModelRequest(parts=[UserPromptPart(BEGINS)]))
        if who == "user":
            told.append(ModelRequest(parts=[UserPromptPart(text or SILENCE)]))
        elif text:
            told.append(ModelResponse(parts=[TextPart(text)]))
    return told


def _settings() -> ModelSettings:
    return ModelSettings(timeout=SILENT, request_timeout=WHOLE)


def _tool(offered: Offered) -> ToolDefinition:
    return ToolDefinition(
        name=offered.name,
        description=offered.description or None,
        parameters_json_schema={
            "type": "object",
            "properties": {parameter.name: _schema(parameter) for parameter in offered.parameters},
            "required": [parameter.name for parameter in offered.parameters if parameter.required],
            "additionalProperties": False,
        },
    )


def _schema(parameter: Parameter) -> dict[str, Any]:
    written: dict[str, Any] = {"type": parameter.type}
    if parameter.description:
        written["description"] = parameter.description
    if parameter.type == "array":
        written["items"] = {}
    if parameter.type == "object":
        written["additionalProperties"] = True
    return written


def _broke_off(model: Model, response: ModelResponse) -> bool:
    """Chat completions that end in the middle tell neither why nor what they cost, and their library minds neither."""
    chats = type(model).__module__.startswith("pydantic_ai.models.openai")
    told = "finish_reason" in (response.provider_details or {}) or response.usage.total_tokens
    return chats and not told


def _arguments(call: ToolCallPart) -> dict[str, JsonValue]:
    try:
        given = json.loads(call.args or "{}") if isinstance(call.args, str | None) else call.args
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise ModelFailed(f"The model called {call.tool_name} with arguments that cannot be read.")
    return given


def _text(response: ModelResponse) -> str:
    return "".join(part.content for part in response.parts if isinstance(part, TextPart))
