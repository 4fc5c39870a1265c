"""Finished things of a process, kept until there are too many: what was made from versions never goes stale."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from contextlib import suppress
from threading import Lock
from typing import Generic, TypeAlias, TypeVar

Thing = TypeVar("Thing")
Blob = TypeVar("Blob")
Key = TypeVar("Key", bound=Hashable)
# What stood at each key and what stands there now, None for nothing.
Differing: TypeAlias = Mapping[str, tuple[Blob | None, Blob | None]]
# Of contents that differ in more files than these one is made anew.
FEW = 200
_forgetting: list[Callable[[], None]] = []


def forgets(forget: Callable[[], None]) -> Callable[[], None]:
    """To be called when what is remembered under an id may be another thing's by now."""
    _forgetting.append(forget)
    return forget


def forget_everything() -> None:
    for forget in _forgetting:
        forget()


class Kept(Generic[Thing]):
    """The things asked for last: at most so many, and together no heavier than so much."""

    def __init__(self, *, most: int, weight: int) -> None:
        self.most = most
        self.weight = weight
        self.held = 0
        self.things: OrderedDict[Hashable, tuple[Thing, int]] = OrderedDict()
        self.lock = Lock()
        self.cleared = 0
        forgets(self.clear)

    def find(self, key: Hashable) -> Thing | None:
        """What is kept under this key."""
        with self.lock:
            if key not in self.things:
                return None
            self.things.move_to_end(key)
            return self.things[key][0]

    def get(self, key: Hashable, make: Callable[[], Thing], weigh: Callable[[Thing], int]) -> Thing:
        found = self.find(key)
        return found if found is not None else self.several((key,), lambda _: {key: make()}, weigh)[key]

    def several(
        self,
        keys: Iterable[Key],
        make: Callable[[Collection[Key]], Mapping[Key, Thing]],
        weigh: Callable[[Thing], int] = lambda _: 1,
    ) -> dict[Key, Thing]:
        """Each of these; what is not kept is made at once."""
        found: dict[Key, Thing] = {}
        missing: list[Key] = []
        with self.lock:
            cleared = self.cleared
            for key in keys:
                if key in self.things:
                    self.things.move_to_end(key)
                    found[key] = self.things[key][0]
                else:
                    missing.append(key)
        if missing:
            # Made outside the lock: two threads may make the same thing at once, none waits for another's.
            made = make(missing)
            weights = {key: weigh(thing) for key, thing in made.items()}
            with self.lock:
                for key, weight in weights.items():
                    # What was read before all was forgotten may be another thing's by now.
                    if key not in self.things and weight <= self.weight and cleared == self.cleared:
                        self.things[key] = made[key], weight
                        self.held += weight
                while len(self.things) > self.most or self.held > self.weight:
                    self.held -= self.things.popitem(last=False)[1][1]
            found |= made
        return found

    def clear(self) -> None:
        with self.lock:
            self.things.clear()
            self.held = 0
            self.cleared += 1


class Near(Generic[Thing, Blob]):
    """Finished things of agents' contents. One that differs in few files from the last of its agent is made from it."""

    def __init__(self, *, most: int, weight: int) -> None:
        self.kept: Kept[tuple[Mapping[str, Blob], Thing]] = Kept(most=most, weight=weight)
        self.last: dict[int, Hashable] = {}

    def get(
        self,
        agent: int,
        name: Hashable,
        files: Callable[[], Mapping[str, Blob]],
        *,
        whole: Callable[[Mapping[str, Blob]], Thing],
        again: Callable[[Thing, Differing[Blob]], Thing],
        weigh: Callable[[Thing], int],
    ) -> Thing:
        """Of the content of this name. `files` gives it: {path, or its id: id of the blob}."""

        def make() -> tuple[Mapping[str, Blob], Thing]:
            here = files()
            near = self.kept.find(self.last.get(agent))
            if near and (few := differing(near[0], here)) is not None:
                # Of an act that was rolled back the blobs are not there any more: nothing is near then.
                with suppress(KeyError):
                    return here, again(near[1], few)
            return here, whole(here)

        key = agent, name
        found = self.kept.get(key, make, lambda made: weigh(made[1]) + len(made[0]))[1]
        self.last[agent] = key
        return found


def blobs_in(differing: Differing[Blob]) -> set[Blob]:
    """All that stood or stands there."""
    return {blob for both in differing.values() for blob in both if blob}


def differing_in(before: Mapping[str, Blob], now: Mapping[str, Blob]) -> list[str]:
    """The paths whose blobs are not the same on both sides."""
    paths = [path for path, blob in now.items() if before.get(path) != blob]
    new = sum(path not in before for path in paths)
    are_gone = len(before) + new > len(now)
    return [*paths, *(before.keys() - now.keys())] if are_gone else paths


def differing(before: Mapping[str, Blob], now: Mapping[str, Blob]) -> Differing[Blob] | None:
    """Where two contents differ; None where that is in more than a few files."""
    if abs(len(before) - len(now)) > FEW:
        return None
    paths = differing_in(before, now)
    return {path: (before.get(path), now.get(path)) for path in paths} if len(paths) <= FEW else None
