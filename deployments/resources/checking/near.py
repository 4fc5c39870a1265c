"""Agents that were checked of late, so that one of which little changed since is checked by that little."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias

from deployments.keeping import forgets
from deployments.resources.checking.facts import REMEMBERED, Facts, FileFacts, Trees
from deployments.resources.checking.finding import Finding
from deployments.resources.checking.parts import Parts, is_alike

Read: TypeAlias = Callable[[Mapping[str, str]], Mapping[str, FileFacts]]

# With more changed files than these the whole agent is checked anew, and is what the next is near to.
FEW = 100


@dataclass(frozen=True, slots=True)
class Checked:
    files: Mapping[str, str]
    read: Mapping[str, FileFacts]
    parts: Parts
    places: Mapping[int, int]  # of each of its facts, by identity
    size: int

    def alike(self, path: str, new: FileFacts) -> dict[int, Facts] | None:
        """The facts of a changed file by their places; None where other files see what changed in it."""
        old = self.read[path]
        if len(old.facts) != len(new.facts) or old.variables != new.variables:
            return None
        pairs = list(zip(old.facts, new.facts, strict=True))
        if not all(is_alike(one, other, self.parts.sought) for one, other in pairs):
            return None
        return {self.places[id(one)]: other for one, other in pairs}


def few_changed(known: Mapping[str, str], files: Mapping[str, str]) -> dict[str, str] | None:
    """Of the same paths those with another content; None where they are many, or the paths are others."""
    if files.keys() != known.keys():
        return None
    # Nearly all are the very same text: to ask that first is felt where there are ten thousand.
    changed = {path: key for path, key in files.items() if known[path] is not key and known[path] != key}
    return changed if len(changed) <= FEW else None


class Nearby:
    """The last agent under each name; together no heavier than so many bytes of files. Threads share it."""

    def __init__(self, weight: int) -> None:
        self.weight = weight
        self.held = 0
        self.checked: OrderedDict[Hashable, Checked] = OrderedDict()
        self.lock = Lock()

    def again(self, name: Hashable, files: Mapping[str, str], read: Read, trees: Trees) -> list[Finding] | None:
        """What the checks find; None where too much changed, or what changed is seen from other files."""
        with self.lock:
            known = self.checked.get(name)
            if known is None:
                return None
            self.checked.move_to_end(name)
        changed = few_changed(known.files, files)
        if changed is None:
            return None
        found: dict[int, Facts] = {}
        for path, new in read(changed).items():
            places = known.alike(path, new)
            if places is None:
                return None
            found |= places
        return known.parts.findings(found, trees)

    def keep(self, name: Hashable, files: Mapping[str, str], read: Mapping[str, FileFacts], parts: Parts) -> None:
        size = sum(each.size for each in read.values())
        if not parts.is_lasting or size > self.weight:
            return
        places = {id(each): place for place, each in enumerate(parts.facts)}
        with self.lock:
            self._drop(name)
            self.checked[name] = Checked(dict(files), read, parts, places, size)
            self.held += size
            while self.held > self.weight:
                self._drop(next(iter(self.checked)))

    def clear(self) -> None:
        with self.lock:
            self.checked.clear()
            self.held = 0

    def _drop(self, name: Hashable) -> None:
        if gone := self.checked.pop(name, None):
            self.held -= gone.size


nearby = Nearby(REMEMBERED)
forgets(nearby.clear)
