"""Finished things of a process, kept until there are too many: what was made from versions never goes stale."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """The things asked for last: at most so many, and together no heavier than so much."""

    def __init__(self, *, most: int, weight: int) -> None:
        self.most = most
        self.weight = weight
        self.held = 0
        self.things: OrderedDict[Hashable, tuple[Thing, int]] = OrderedDict()
        self.lock = Lock()

    def find(self, key: Hashable) -> Thing | None:
        """What is kept under this key."""
        with self.lock:
            if key not in self.things:
                return None
            self.things.move_to_end(key)
            return self.things[key][0]

    def get(self, key: Hashable, make: Callable[[], Thing], weigh: Callable[[Thing], int]) -> Thing:
        with self.lock:
            if key in self.things:
                self.things.move_to_end(key)
                return self.things[key][0]
        # Made outside the lock: two threads may make the same thing at once, none waits for another's.
        made = make()
        weight = weigh(made)
        with self.lock:
            if key not in self.things and weight <= self.weight:
                self.things[key] = made, weight
                self.held += weight
            while len(self.things) > self.most or self.held > self.weight:
                self.held -= self.things.popitem(last=False)[1][1]
        return made

    def clear(self) -> None:
        with self.lock:
            self.things.clear()
            self.held = 0
