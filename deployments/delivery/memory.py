"""What a process remembers of the database, while it hears what makes it stale."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from threading import Lock
from typing import Any, TypeVar

Thing = TypeVar("Thing")


class Memory:
    """Things under their names, each with the words that make it stale. Deaf, it keeps nothing and knows nothing."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._lock = Lock()
        self._things: dict[Hashable, tuple[Any, frozenset[str]]] = {}
        self._named: dict[str, set[Hashable]] = {}
        self.is_listening = False
        self._heard = 0

    def listen(self) -> None:
        """From now on everything is heard; what was missed before is unknown, so nothing is kept of it."""
        self._begin_again(listening=True)

    def turn_deaf(self) -> None:
        self._begin_again(listening=False)

    def hear(self, word: str) -> None:
        """Forget what this word makes stale, also what is being read at this moment."""
        with self._lock:
            self._heard += 1
            for name in self._named.pop(word, ()):
                self._forget(name)

    def find(self, name: Hashable) -> Any:
        """What is remembered under this name, or None."""
        held = self._things.get(name)
        return held[0] if held else None

    def get(self, name: Hashable, read: Callable[[], Thing], words: Callable[[Thing], Collection[str]]) -> Thing:
        """What is remembered, else what is read now. `words`: those that make it stale."""
        held = self._things.get(name)
        if held:
            thing: Thing = held[0]
            return thing
        heard = self._heard
        thing = read()
        with self._lock:
            # Read before something was heard, it may be stale already.
            if self.is_listening and heard == self._heard:
                self._keep(name, thing, frozenset(words(thing)))
        return thing

    def drop(self, name: Hashable) -> None:
        with self._lock:
            self._forget(name)

    def _keep(self, name: Hashable, thing: object, words: frozenset[str]) -> None:
        if len(self._things) >= self._most:
            self._things.clear()
            self._named.clear()
        self._forget(name)
        self._things[name] = thing, words
        for word in words:
            self._named.setdefault(word, set()).add(name)

    def _forget(self, name: Hashable) -> None:
        held = self._things.pop(name, None)
        for word in held[1] if held else ():
            names = self._named.get(word)
            if names is not None:
                names.discard(name)
                if not names:
                    del self._named[word]

    def _begin_again(self, *, listening: bool) -> None:
        with self._lock:
            self.is_listening = listening
            self._heard += 1
            self._things.clear()
            self._named.clear()


MEMORY = Memory()
