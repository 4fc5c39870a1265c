"""Scenes as a runtime would tell them, with as little as a test needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from deployments.runtime.scene import Known, Offered, Parameter, Place, Scene, Wanted

# A Thursday.
NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


def scene(heard: str, **more: Any) -> Scene:
    plain = Scene(prompt="", heard=heard, language="en-GB", channel="webchat", now=NOW, seed="s")
    return replace(plain, **more)


def topic(name: str, content: str, actions: str = "", *, score: float = 1.0, exact: bool = False) -> Known:
    return Known(path=f"topics/{name}.yaml", name=name, content=content, actions=actions, score=score, exact=exact)


def function(name: str, description: str = "", /, **parameters: str) -> Offered:
    """Parameters by name: a description, before it `integer: ` and the like where they are no text."""
    return Offered(
        name=name,
        description=description,
        kind="function",
        parameters=tuple(parameter(one, told) for one, told in parameters.items()),
    )


def parameter(name: str, told: str) -> Parameter:
    kind, colon, rest = told.partition(": ")
    if colon and kind in ("integer", "number", "boolean"):
        return Parameter(name=name, type=kind, description=rest)  # type: ignore[arg-type]
    return Parameter(name=name, type="string", description=told)


def handoff(name: str, description: str) -> Offered:
    texts = tuple(Parameter(name=one, type="string", required=False) for one in ("reason", "utterance"))
    return Offered(name=f"handoff_{name}", description=description, kind="handoff", parameters=texts)


def advanced(prompt: str, **more: Any) -> Place:
    return replace(Place(flow="F", step="S", kind="advanced", prompt=prompt, entered=False), **more)


def entity(name: str, description: str, kind: str, value: str | None = None, **config: Any) -> Wanted:
    return Wanted(name=name, description=description, config={"entity_type": kind, **config}, value=value)
