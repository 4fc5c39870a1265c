"""The door to what answers: a provider's model, or the offline engine where none is set.

Reading this module is cheap. The library behind it is not, so it is read when the first question is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Literal

from deployments.runtime.scene import Call, Said, Say, Scene

if TYPE_CHECKING:
    from pydantic_ai.models import Model

OFFLINE = "offline"

_SETTING = re.compile(r"[a-z][a-z0-9-]{0,39}(?:/[a-z][a-z0-9-]{0,39})?:\S{1,200}")
_EXAMPLE = "openai-chat:gpt-5.2 or anthropic:claude-sonnet-4-5"


class Models:
    """What `SLIPWAY_MODEL` names. Made once, asked from any thread and any event loop."""

    def __init__(self, name: str) -> None:
        self.name = name

    def prepare(self) -> None:
        """Load what the first question will need."""
        _load()

    async def ask(self, scene: Scene, say: Say) -> Said | Call:
        """Words or one call for this scene; `say` gets the words as they come. Raises ModelFailed."""
        _load()
        from deployments.runtime import asking

        return await asking.ask(self._model(), self.name, scene, say)

    async def complete(self, prompt: str, history: Sequence[tuple[Literal["user", "agent"], str]] = ()) -> str | None:
        """What the model writes to a prompt without any functions; None from the offline engine. Raises ModelFailed."""
        if self.name == OFFLINE:
            return None
        _load()
        from deployments.runtime import asking

        return await asking.complete(self._model(), self.name, prompt, history)

    def _model(self) -> Model:
        """A new one for each question: its connection belongs to the event loop that asks, and is closed there."""
        from deployments.runtime import asking
        from deployments.runtime.offline.model import OfflineModel

        return OfflineModel() if self.name == OFFLINE else asking.provided(self.name)


_loading = Lock()


def _load() -> None:
    """By one thread at a time: two that import modules which name each other find them half made."""
    with _loading:
        import_module("deployments.runtime.offline.model")
        import_module("deployments.runtime.asking")


@lru_cache
def models_from(setting: str) -> Models:
    """What a setting names; empty is the offline engine. Raises ValueError saying why it can never answer."""
    name = setting.strip()
    if not name or name == OFFLINE:
        return Models(OFFLINE)
    if not _SETTING.fullmatch(name):
        raise ValueError(f"it must be a provider and one of its models, like {_EXAMPLE}")
    if find_spec("pydantic_ai") is None:
        raise ValueError("models need the package pydantic-ai-slim, which is not installed")
    from deployments.runtime import asking

    asking.check(name)
    return Models(name)
