"""The world outside a conversation: what a function asks for while it runs, and who answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import TimeoutError as Late
from time import monotonic
from typing import Protocol

from pydantic import JsonValue

from deployments.runtime.entities import Valid, validate
from deployments.runtime.sandbox.running import Host, Json
from deployments.runtime.scene import Asker, ModelFailed
from deployments.runtime.turns import Intention, Request
from deployments.runtime.work import REQUESTS, Work


class Outside(Protocol):
    """What a conversation cannot know by itself. Called from threads, never from the loop's own."""

    def call_api(
        self, integration: str, operation: str, arguments: list[Json], named: dict[str, Json]
    ) -> dict[str, Json]:
        """`{"status", "text", "headers", "url"}`."""

    def get_secret(self, name: str) -> str:
        """Raises KeyError."""

    def real_time_config(self) -> Mapping[str, JsonValue]:
        """The live values of the conversation's environment."""


class Within(Host):
    """One run's view of the outside: what it asks for is written into `asked`, and counts if the run does.

    `until`: when the run's time is over, by the clock that only goes on.
    """

    def __init__(
        self, work: Work, outside: Outside, asker: Asker, loop: asyncio.AbstractEventLoop, until: float
    ) -> None:
        self.work = work
        self.until = until
        self.outside = outside
        self.asker = asker
        self.loop = loop
        self.asked: list[Intention] = []
        self.requests: list[Request] = []
        self.without_model = False

    def call_api(
        self, integration: str, operation: str, arguments: list[Json], named: dict[str, Json]
    ) -> dict[str, Json]:
        answer = self.outside.call_api(integration, operation, arguments, named)
        told: dict[str, JsonValue] = {"integration": integration, "operation": operation}
        status, url = answer.get("status"), answer.get("url")
        told |= {"status": status if isinstance(status, int) else None, "url": url if isinstance(url, str) else ""}
        self.asked.append(Intention(kind="api_call", told=told))
        return answer

    def get_secret(self, name: str) -> str:
        return self.outside.get_secret(name)

    def prompt_llm(self, prompt: str, show_history: bool, return_json: bool) -> Json:
        if len(self.work.requests) + len(self.requests) >= REQUESTS:
            raise RuntimeError(f"The turn asked the model {REQUESTS} times already.")
        history = tuple(self.work.history) if show_history else ()
        waiting = asyncio.run_coroutine_threadsafe(self.asker.complete(str(prompt), history), self.loop)
        try:
            answer = waiting.result(max(min(self.until - monotonic(), self.work.left), 0.01))
        except Late:
            waiting.cancel()
            raise TimeoutError("The model took too long to answer.") from None
        except ModelFailed as failed:
            raise RuntimeError(f"The model gave no answer: {failed}") from None
        if answer is None:
            self.without_model = True
            return {} if return_json else ""
        self.requests.append(Request(prompt=str(prompt), offered=(), answer=answer))
        if not return_json:
            return answer
        try:
            read: Json = json.loads(answer.strip().removeprefix("```json").strip("`\n "))
        except ValueError:
            return {}
        return read

    def validate_entity(self, value: Json, config: Json) -> Json:
        """`config`: of an entity's file, its type under `entity_type` or `type`."""
        told = config if isinstance(config, dict) else {}
        kind = str(told.get("entity_type") or told.get("type") or "free_text")
        inner = told.get("config")
        found = validate(
            str(value), kind, inner if isinstance(inner, dict) else told, self.work.now.date(), self.work.patterns
        )
        if isinstance(found, Valid):
            return {"valid": True, "value": found.value, "error": None}
        return {"valid": False, "value": None, "error": f"The value {found.why}"}
