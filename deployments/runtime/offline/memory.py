"""What the engine keeps from one turn to the next: what it offered to do, and what it asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from deployments.runtime.scene import Call, Scene


@dataclass(frozen=True)
class Memory:
    """`act` was offered, or is being filled: then `asked` is the parameter (or entity) that was asked for. `again` is a
    call that could not be finished until another was made. `place`: it counts in that step only."""

    act: str = ""
    arguments: Mapping[str, JsonValue] = field(default_factory=dict)
    asked: str = ""
    again: bool = False
    anything_else: bool = False
    place: str = ""

    def kept(self) -> Mapping[str, JsonValue]:
        """As a scene's `offer`; what is empty is left out."""
        return {name: value for name, value in vars(self).items() if value not in ("", False, {})}


def remembered(scene: Scene) -> Memory:
    """What counts here; nothing, where the place is another one by now."""
    offer = scene.offer
    arguments = offer.get("arguments")
    found = Memory(
        act=str(offer.get("act", "")),
        arguments=arguments if isinstance(arguments, dict) else {},
        asked=str(offer.get("asked", "")),
        again=offer.get("again") is True,
        anything_else=offer.get("anything_else") is True,
        place=str(offer.get("place", "")),
    )
    return found if found.place == place_of(scene) else Memory()


def place_of(scene: Scene) -> str:
    return f"{scene.place.flow}/{scene.place.step}" if scene.place else ""


def again(scene: Scene) -> Call | None:
    """A call that was waiting for another one, once that one has been made."""
    memory = remembered(scene)
    now = [call.name for call in scene.called if not call.earlier]
    offered = any(one.name == memory.act for one in scene.offered)
    if memory.again and offered and now and memory.act not in now:
        return Call(name=memory.act, arguments=memory.arguments)
    return None
