"""Short words for running functions in the sandbox."""

from __future__ import annotations

from datetime import UTC, datetime

from deployments.runtime.sandbox.running import Given, Json

GIVEN = Given(now=datetime(2026, 1, 15, 22, 30, tzinfo=UTC))


class Nobody:
    """A host that answers nothing."""

    def call_api(
        self, integration: str, operation: str, arguments: list[Json], named: dict[str, Json]
    ) -> dict[str, Json]:
        return {"status": 503, "text": "not sent", "headers": {}, "url": ""}

    def prompt_llm(self, prompt: str, show_history: bool, return_json: bool) -> Json:
        return {} if return_json else ""

    def get_secret(self, name: str) -> str:
        raise KeyError(name)

    def validate_entity(self, value: Json, config: Json) -> Json:
        return None
