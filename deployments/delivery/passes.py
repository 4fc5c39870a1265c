"""Who asks, remembered: a key that a runtime sends with every request is read once a minute."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone

from deployments.api.errors import FORBIDDEN, ApiError
from deployments.api.keys import MOST_CHARACTERS, caller
from deployments.delivery.memory import MEMORY
from deployments.models.api_key import USE_WRITTEN_EVERY, hash_of_key

PERMISSION: Final = "delivery:read"
_KEY: Final = "key "


@dataclass(frozen=True)
class Pass:
    """What a key opens here. `agents`: the ids of those it reaches, None for all of its workspace."""

    key: int
    name: str
    workspace: int
    agents: frozenset[int] | None
    is_allowed: bool
    expires_at: datetime
    read_at: float

    @property
    def is_fresh(self) -> bool:
        """Read again now and then, so that its last use is written, and never used after it has run out."""
        return time.monotonic() - self.read_at < USE_WRITTEN_EVERY.total_seconds() and timezone.now() < self.expires_at

    def must_reach(self, agent: int) -> None:
        """Raises `ApiError` 403."""
        if self.agents is not None and agent not in self.agents:
            raise ApiError(403, FORBIDDEN, f"The key “{self.name}” does not reach this agent.")
        if not self.is_allowed:
            raise ApiError(403, FORBIDDEN, f"The key “{self.name}” may not do this: it lacks {PERMISSION}.")


def remembered_pass(text: str | None) -> Pass | None:
    """Without asking the database."""
    if not text or len(text) > MOST_CHARACTERS:
        return None
    held: Pass | None = MEMORY.find(_name(text))
    return held if held and held.is_fresh else None


def pass_of(text: str | None) -> Pass:
    """Raises `ApiError` 401 for a key that opens nothing."""
    held = remembered_pass(text)
    if held or not text:
        return held or _read(text)
    MEMORY.drop(_name(text))
    return MEMORY.get(_name(text), lambda: _read(text), lambda read: [word_of_key(read.key)])


def word_of_key(key: int) -> str:
    return f"{_KEY}{key}"


def is_of_key(word: str) -> bool:
    return word.startswith(_KEY)


def _name(text: str) -> tuple[str, str]:
    return "pass", hash_of_key(text)


def _read(text: str | None) -> Pass:
    key = caller(text).key
    return Pass(
        key=key.pk,
        name=key.name,
        workspace=key.workspace_id,
        agents=None if key.every_agent else frozenset(key.agents.values_list("pk", flat=True)),
        is_allowed=key.allows(PERMISSION),
        expires_at=key.expires_at,
        read_at=time.monotonic(),
    )
