"""What a conversation learns from outside itself while it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from deployments.models import Environment
from deployments.pipeline import Claim, real_time_values

NOT_SENT = 503


@dataclass(frozen=True)
class Outside:
    """Read before the turn, so that nothing waits for the database in the middle of it. Nothing leaves this machine."""

    real_time: Mapping[str, JsonValue] = field(default_factory=dict)

    def real_time_config(self) -> Mapping[str, JsonValue]:
        return self.real_time

    def call_api(
        self, integration: str, operation: str, arguments: list[object], named: dict[str, object]
    ) -> dict[str, object]:
        """Not allowed, so that the agent's own error path shows."""
        return {"status": NOT_SENT, "text": "not sent", "headers": {}, "url": ""}

    def get_secret(self, name: str) -> str:
        """None are kept yet. Raises KeyError."""
        raise KeyError(name)


def outside_of(claim: Claim) -> Outside:
    """With the live values of its environment; the draft and a version by itself read Sandbox's."""
    held = claim.conversation
    where: Environment | None = held.environment or next(iter(held.agent.ladder), None)
    return Outside(real_time_values(where) if where else {})
