"""The names of an agent from both ends, what is called so and what mentions it; also with a few resources otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from deployments.resources.checking.facts import Facts
from deployments.resources.references import Directory, Mention, Sought, sought
from deployments.resources.resource import Resource

# Where it stands among all: its place, and its number among those of the same place, which share a file.
Key: TypeAlias = tuple[tuple[int, str, int, str], int]


def keyed(facts: Iterable[Facts]) -> Iterator[tuple[Key, Facts]]:
    numbers = Counter[tuple[int, str, int, str]]()
    for each in facts:
        yield (each.place, numbers[each.place]), each
        numbers[each.place] += 1


def names_of(facts: Facts) -> Iterator[Sought]:
    exact, cleaned = facts.called
    yield from ((False, target) for target in exact)
    yield from ((True, target) for target in cleaned)


class Named:
    """Of some facts, given with their keys in order."""

    def __init__(self, facts: Mapping[Key, Facts]) -> None:
        self.keys = {id(each.resource): key for key, each in facts.items()}
        self.at: dict[str, list[Facts]] = {}
        self.called: dict[Sought, list[Facts]] = {}
        self.mentioned: dict[Sought, list[Facts]] = {}
        self.importing = [each for each in facts.values() if any(one.manner == "import" for one in each.mentions)]
        for each in facts.values():
            self.at.setdefault(each.resource.path, []).append(each)
            for name in names_of(each):
                self.called.setdefault(name, []).append(each)
            for name in dict.fromkeys(name for mention in each.mentions for name in sought(mention)):
                self.mentioned.setdefault(name, []).append(each)


class Amended(Directory):
    """The directory of an agent with some of its resources taken out and others put in."""

    def __init__(self, before: Directory, named: Named, gone: Collection[Facts], new: Mapping[Key, Facts]) -> None:
        self._named = named
        self._new = Named(new)
        self._gone = {id(each.resource) for each in gone}
        self.new = new
        files = {each.resource.file for each in gone}, {each.resource.file for each in new.values()}
        self.has_other_files = files[0] != files[1]
        self.files = before.files
        if self.has_other_files:
            self.files = (before.files - files[0]) | {file for file in files[1] if file is not None}

    def first(self, name: Sought) -> Resource | None:
        return next((each.resource for each in self.called(name)), None)

    def called(self, name: Sought) -> Sequence[Facts]:
        here, new = self.staying(self._named.called.get(name, ())), self._new.called.get(name)
        return sorted([*here, *new], key=self.key) if new else here

    def mentioning(self, name: Sought) -> Iterator[Facts]:
        """In no order: what may mean what is called so."""
        return chain(self.staying(self._named.mentioned.get(name, ())), self._new.mentioned.get(name, ()))

    @property
    def importing(self) -> Sequence[Facts]:
        return self.staying(self._named.importing)

    def mentions_of(self, path: str) -> Iterator[Mention]:
        """All that means the resource at this address, and no other one of its name; in order."""
        here = [*self.staying(self._named.at.get(path, ())), *self._new.at.get(path, ())]
        asked = {id(each): each for one in here for name in names_of(one) for each in self.mentioning(name)}
        for each in sorted(asked.values(), key=self.key):
            for mention in each.mentions:
                found = self.find(mention)
                if found is not None and found.path == path:
                    yield mention

    def key(self, facts: Facts) -> Key:
        found = self._new.keys.get(id(facts.resource))
        return self._named.keys[id(facts.resource)] if found is None else found

    def staying(self, facts: Iterable[Facts]) -> list[Facts]:
        return [each for each in facts if id(each.resource) not in self._gone]
