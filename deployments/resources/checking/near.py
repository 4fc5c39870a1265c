"""Agents that were checked of late, so that one of which little changed since is checked by that little."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias

from deployments.keeping import differing, forgets
from deployments.resources.checking.changing import Change, change_between
from deployments.resources.checking.facts import REMEMBERED, Facts, FileFacts, Trees
from deployments.resources.checking.finding import Finding
from deployments.resources.checking.named import Amended
from deployments.resources.checking.parts import Parts

Read: TypeAlias = Callable[[Mapping[str, str]], Mapping[str, FileFacts]]


@dataclass(frozen=True, slots=True)
class Checked:
    files: Mapping[str, str]
    read: Mapping[str, FileFacts]
    parts: Parts
    variables: Mapping[str, Facts]
    size: int

    def change_to(self, files: Mapping[str, str], read: Read, trees: Trees) -> Change | None:
        """None where too much is otherwise."""
        few = differing(self.files, files)
        if few is None:
            return None
        new = read({path: now for path, (_, now) in few.items() if now is not None})
        return change_between(self.read, new, few, self.variables, trees)


class Nearby:
    """The last agent under each name; together no heavier than so many bytes of files. Threads share it."""

    def __init__(self, weight: int) -> None:
        self.weight = weight
        self.held = 0
        self.checked: OrderedDict[Hashable, Checked] = OrderedDict()
        self.lock = Lock()

    def again(self, name: Hashable, files: Mapping[str, str], read: Read, trees: Trees) -> list[Finding] | None:
        """What the checks find; None where too much changed, or too much follows from it."""
        known = self._find(name)
        change = known.change_to(files, read, trees) if known else None
        return known.parts.again(change, trees) if known and change is not None else None

    def directory(self, name: Hashable, files: Mapping[str, str], read: Read, trees: Trees) -> Amended | None:
        """Of the resources there are now; None where too much changed."""
        known = self._find(name)
        change = known.change_to(files, read, trees) if known else None
        return known.parts.amended(change) if known and change is not None else None

    def keep(self, name: Hashable, files: Mapping[str, str], read: Mapping[str, FileFacts], parts: Parts) -> None:
        size = sum(each.size for each in read.values())
        if not parts.is_lasting or size > self.weight:
            return
        variables = {each.resource.name: each for each in parts.facts.values() if each.resource.kind == "variable"}
        with self.lock:
            self._drop(name)
            self.checked[name] = Checked(dict(files), read, parts, variables, size)
            self.held += size
            while self.held > self.weight:
                self._drop(next(iter(self.checked)))

    def clear(self) -> None:
        with self.lock:
            self.checked.clear()
            self.held = 0

    def _find(self, name: Hashable) -> Checked | None:
        with self.lock:
            if name in self.checked:
                self.checked.move_to_end(name)
            return self.checked.get(name)

    def _drop(self, name: Hashable) -> None:
        if gone := self.checked.pop(name, None):
            self.held -= gone.size


nearby = Nearby(REMEMBERED)
forgets(nearby.clear)
